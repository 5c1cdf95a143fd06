"""The page's small elements in a browser: handles, tabs, dialogs, toasts, theme, keys."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.static.serving import Parts

Show = Callable[[str], Page]

HANDLE = """<body><main class="lesson-layout"><section class="sheet" id="lesson">Lesson</section>
<split-handle property="--lesson-width" min="360" max="640" measures="lesson"
 label="Width of the lesson"></split-handle><section class="sheet">Lab</section></main></body>"""

TABS = """<body><tab-group><div class="tabs"><div class="tabs__list" role="tablist"
 aria-label="Results">
<button class="tabs__tab" role="tab" id="a" aria-controls="pa" aria-selected="true">Logs</button>
<button class="tabs__tab only-narrow" role="tab" id="b" aria-controls="pb">Story</button>
<button class="tabs__tab" role="tab" id="c" aria-controls="pc">Metrics</button></div></div>
<div role="tabpanel" id="pa" aria-labelledby="a">Lines</div>
<div role="tabpanel" id="pb" aria-labelledby="b" hidden>Sentences</div>
<div role="tabpanel" id="pc" aria-labelledby="c" hidden>Figures</div></tab-group></body>"""

DIALOGS = """<body><button data-opens="reset">Reset lab</button><button data-invoke>Invoke</button>
<input aria-label="Name"><dialog class="dialog" id="reset" aria-label="Reset the whole lab?">
<p>All</p>
<button data-closes>Keep my lab</button></dialog>
<dialog class="dialog" id="keys" aria-label="Keys">Keys</dialog></body>"""

UNANSWERED = """<body><form><fieldset><legend>When?</legend>
<label><input type="radio" name="when" value="a" required>Now</label>
<label><input type="radio" name="when" value="b" required>Later</label></fieldset>
<div class="field"><label for="name">Name</label><input id="name" required></div>
<button>Commit</button></form></body>"""

TOASTS = '<body><toast-region class="toast-region" id="toasts"></toast-region></body>'

THEME = "<body><button data-theme-toggle>Change the theme</button></body>"

PRESS = """<body><button class="runtime-button" hx-post="/wait" hx-swap="none">
<span data-busy="Waiting 7 minutes">Wait 7 minutes</span></button></body>"""

NAMING = """<body><a class="part" href="#part-clock" data-part="clock">the clock</a>
<p id="part-clock">0:00</p></body>"""


def lesson_width(page: Page) -> int:
    width: int = page.locator("#lesson").evaluate("part => Math.round(part.offsetWidth)")
    return width


def test_arrow_keys_move_a_handle_and_say_the_size(show: Show) -> None:
    page = show(HANDLE)
    handle = page.get_by_role("separator", name="Width of the lesson")
    handle.focus()
    page.keyboard.press("ArrowRight")
    assert lesson_width(page) == 456
    expect(handle).to_have_attribute("aria-valuenow", "456")
    page.keyboard.press("Home")
    assert lesson_width(page) == 360


def test_a_dragged_size_is_there_after_a_reload_and_a_double_click_forgets_it(show: Show) -> None:
    page = show(HANDLE)
    handle = page.get_by_role("separator", name="Width of the lesson")
    page.mouse.move(452, 300)
    page.mouse.down()
    page.mouse.move(552, 300, steps=3)
    page.mouse.up()
    assert lesson_width(show(HANDLE)) == 540
    handle.dblclick()
    assert lesson_width(show(HANDLE)) == 440


def test_arrow_keys_go_through_the_visible_tabs(show: Show) -> None:
    page = show(TABS)
    page.locator("#a").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#c")).to_be_focused()
    expect(page.get_by_role("tabpanel")).to_have_text("Figures")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#a")).to_be_focused()


def test_a_tab_that_a_wider_window_hides_gives_way(show: Show) -> None:
    page = show(TABS)
    page.set_viewport_size({"width": 1000, "height": 800})
    page.get_by_role("tab", name="Story").click()
    expect(page.get_by_role("tabpanel")).to_have_text("Sentences")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_role("tabpanel")).to_have_text("Lines")


def test_a_dialog_opens_by_its_button_and_gives_the_focus_back(show: Show) -> None:
    page = show(DIALOGS)
    page.get_by_role("button", name="Reset lab").click()
    dialog = page.get_by_role("dialog", name="Reset the whole lab?")
    expect(dialog).to_be_visible()
    page.get_by_role("button", name="Keep my lab").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Reset lab")).to_be_focused()


def test_a_press_beside_a_dialog_closes_it_and_one_inside_does_not(show: Show) -> None:
    page = show(DIALOGS)
    page.get_by_role("button", name="Reset lab").click()
    dialog = page.get_by_role("dialog", name="Reset the whole lab?")
    dialog.click(position={"x": 3, "y": 20})
    expect(dialog).to_be_visible()
    page.mouse.click(5, 5)
    expect(dialog).to_be_hidden()


def test_a_question_mark_opens_the_key_sheet_but_not_while_typing(show: Show) -> None:
    page = show(DIALOGS)
    page.get_by_label("Name").press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.get_by_role("button", name="Invoke").press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_control_enter_presses_invoke(show: Show) -> None:
    page = show(DIALOGS)
    page.locator("[data-invoke]").evaluate(
        "button => button.addEventListener('click', () => { window.invoked = true; })"
    )
    page.get_by_label("Name").press("Control+Enter")
    assert page.evaluate("window.invoked") is True


def test_a_toast_is_told_politely_and_its_undo_asks_the_server(show: Show, parts: Parts) -> None:
    page = show(TOASTS)
    page.evaluate(
        """document.body.dispatchEvent(new CustomEvent("toast", {bubbles: true,
        detail: {title: "Code reset.", undo: "/undo/1"}}))"""
    )
    region = page.get_by_role("status")
    expect(region).to_have_attribute("aria-live", "polite")
    expect(region).to_contain_text("Code reset.")
    with page.expect_response("**/undo/1"):
        region.get_by_role("button", name="Undo").click()
    assert parts.posted == ["/undo/1"]
    expect(region.locator(".toast")).to_have_count(0)


def test_a_toast_goes_by_itself_after_its_seconds(show: Show) -> None:
    page = show(TOASTS)
    page.evaluate("document.getElementById('toasts').show({title: 'Saved.', seconds: 0.1})")
    expect(page.locator(".toast")).to_have_count(0)


@pytest.mark.parametrize(("system", "other"), [("light", "dark"), ("dark", "light")])
def test_the_theme_is_remembered_until_it_is_the_systems_own(
    show: Show, system: str, other: str
) -> None:
    page = show(THEME)
    page.emulate_media(color_scheme="dark" if system == "dark" else "light")
    page.get_by_role("button", name="Change the theme").click()
    assert show(THEME).evaluate("document.documentElement.dataset.theme") == other
    page.get_by_role("button", name="Change the theme").click()
    assert show(THEME).evaluate("document.documentElement.dataset.theme ?? 'system'") == "system"


def test_a_press_says_what_is_awaited_and_keeps_its_width(show: Show) -> None:
    page = show(PRESS)
    button = page.locator(".runtime-button")

    def never_answer(route: Route) -> None:
        assert route.request.method == "POST"

    page.route("**/wait", never_answer)
    before = button.evaluate("button => button.offsetWidth")
    button.click()
    expect(button).to_have_accessible_name("Waiting 7 minutes")
    expect(button).to_have_attribute("aria-busy", "true")
    assert button.evaluate("button => button.offsetWidth") == before
    page.unroute_all(behavior="ignoreErrors")


def test_after_the_answer_a_press_is_marked_as_pressed(show: Show) -> None:
    page = show(PRESS)
    button = page.locator(".runtime-button")
    button.click()
    expect(button).to_have_attribute("data-pressed", "")
    expect(button).to_have_accessible_name("Wait 7 minutes")


def test_a_word_lights_up_the_part_that_it_names(show: Show) -> None:
    page = show(NAMING)
    page.get_by_role("link", name="the clock").hover()
    expect(page.locator("#part-clock")).to_have_class("is-named")
    page.mouse.move(600, 600)
    expect(page.locator("#part-clock")).not_to_have_class("is-named")


def test_a_part_lights_up_its_words_and_not_itself(show: Show) -> None:
    page = show(NAMING)
    page.locator("#part-clock").hover()
    expect(page.get_by_role("link", name="the clock")).to_have_class("part is-named")
    expect(page.locator("#part-clock")).not_to_have_class("is-named")


def test_what_a_form_still_wants_is_said_beside_its_field_until_it_is_given(show: Show) -> None:
    page = show(UNANSWERED)
    page.get_by_role("button", name="Commit").click()
    said = page.get_by_role("alert")
    expect(said).to_have_text(
        ["No answer is chosen. Choose one first.", "Nothing stands here. Fill it in first."]
    )
    expect(page.get_by_label("Now")).to_be_focused()
    page.get_by_role("button", name="Commit").click()
    expect(said).to_have_count(2)
    page.get_by_label("Later").check()
    expect(said).to_have_count(1)
    page.get_by_label("Name").fill("a")
    expect(said).to_have_count(0)
