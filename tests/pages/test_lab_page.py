"""The lesson page in a browser: one selection, and buttons that say what they await."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.app.application import served
from tests.aws.functions.clients import zipped
from tests.pages.asking import HANDLER, LESSON
from tests.window import Window, opened
from webapp import wiring
from webapp.classroom.drafting import Edits
from webapp.runtime.model import Invocation, Logging
from webapp.settings import Settings
from webapp.wiring import Application

FILES = {"handler.py": HANDLER, "build.txt": "1\n"}
pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(scope="module")
def address(application: Application) -> Iterator[str]:
    """Give the address of the app that all tests of the pages share."""
    with served(application) as address:
        yield address


@contextmanager
def looking(chromium: Browser, address: str, **context: object) -> Iterator[Page]:
    """Open a window; what the console says fails the test."""
    opened = chromium.new_context(base_url=address, **context)  # type: ignore[arg-type]
    page, complaints = opened.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    opened.close()
    assert complaints == []


@pytest.fixture(scope="module")
def window(chromium: Browser, address: str) -> Iterator[Window]:
    """Give a window for the tests of this file."""
    with opened(chromium, width=1440, height=900, base_url=address) as window:
        yield window


@pytest.fixture
def page(window: Window, address: str) -> Iterator[Page]:
    with window.cleared(address) as page:
        page.goto(f"{LESSON}?step=first-call")
        expect(page.locator("code-editor:defined").first).to_be_attached()
        yield page


@contextmanager
def held(page: Page, pattern: str) -> Iterator[None]:
    """Hold requests back until the end, for what is seen only while they are under way."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route(pattern, hold)
    yield
    while waiting:
        waiting.pop().continue_()
    page.unroute(pattern)


def invoke(page: Page) -> None:
    page.locator(".invoke-bar [data-invoke]").click()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def test_a_runtime_button_says_what_is_awaited_and_can_be_pressed_again(page: Page) -> None:
    button = page.locator("[data-step][data-current] [data-press=invoke-once]").first
    width = button.bounding_box()
    with held(page, "**/press/**"):
        button.click()
        expect(button).to_have_text("Invoking")
        assert button.bounding_box() == width
    expect(button).to_have_text("Invoke once")
    expect(button).to_have_attribute("data-pressed", "")
    button.click()
    expect(page.locator("#part-response")).to_contain_text("Call 2")


@pytest.mark.parametrize("press", ["invoke-once", "send-10", "wait-8-minutes", "update-code"])
def test_no_button_changes_its_width_while_it_is_busy(page: Page, press: str) -> None:
    widths = page.evaluate(
        """async (press) => {
          const scripts = document.querySelector("[src$='pages/lesson.js']").src;
          const { begin } = await import(scripts.replace("pages/lesson.js", "presses.js"));
          const button = document.querySelector(`[data-press=${press}]`);
          button.closest("[data-step]").setAttribute("data-current", "");
          const before = button.getBoundingClientRect().width;
          begin(button.querySelector("[data-busy]"));
          return [before, button.getBoundingClientRect().width];
        }""",
        press,
    )
    assert widths[0] == pytest.approx(widths[1], abs=0.1)


def test_a_task_ticks_itself_and_leads_to_what_decided_it(
    chromium: Browser, tmp_path: Path
) -> None:
    untouched = wiring.start(Settings(data=tmp_path))
    with served(untouched) as address, looking(chromium, address) as page:
        page.goto(LESSON)
        task = page.locator("#task-first-cold-start")
        expect(task).to_have_class("task")
        invoke(page)
        expect(task).to_have_class("task task--passed")
        task.get_by_role("button", name="Show on timeline").click()
        expect(page.locator("#part-story .story__head")).to_contain_text("Cold")
        untouched.announce_stop()
    untouched.stop()


def test_one_selection_holds_across_the_lab(page: Page) -> None:
    invoke(page)
    invoke(page)
    page.get_by_role("button", name="Show call 1").click()
    expect(page.locator("#part-story .story__head")).to_contain_text("Call 1")
    page.get_by_role("tab", name="Logs").click()
    chosen = page.locator("#part-logs .is-selected")
    expect(chosen.first).to_contain_text("START")
    expect(page.locator("#part-logs [aria-selected=false]").first).to_be_visible()
    page.locator("#part-story").get_by_role("button", name="Go there").click()
    expect(page.locator("#part-story .story__head")).to_contain_text("Frozen")


KNOW_ROWS = """() => {
  for (const row of document.querySelectorAll("#part-response tbody tr")) row.wasThere = true;
}"""
KNOWN_ROWS = """() => [...document.querySelectorAll("#part-response tbody tr")]
  .filter(({ wasThere }) => wasThere).length"""


def test_a_call_draws_its_own_line_and_nothing_that_nobody_sees(page: Page) -> None:
    for _ in range(4):
        invoke(page)
    rows = page.locator("#part-response tbody tr")
    expect(rows).to_have_count(4)
    page.evaluate(KNOW_ROWS)
    invoke(page)
    expect(rows).to_have_count(5)
    assert page.evaluate(KNOWN_ROWS) >= 3, "the rows of calls that are over were drawn anew"
    expect(page.locator(".log__line, .story-list__item")).to_have_count(0)
    page.get_by_role("tab", name="Story").click()
    expect(page.locator(".story-list__item").last).to_be_in_viewport()
    page.get_by_role("tab", name="Logs").click()
    expect(page.locator("#part-logs .log__line:visible").last).to_contain_text("REPORT")
    expect(page.locator("#part-logs .log__line--begins")).to_have_count(5)


def test_logs_are_searched(page: Page) -> None:
    invoke(page)
    page.get_by_role("tab", name="Logs").click()
    page.get_by_label("Search the logs").fill("REPORT")
    expect(page.locator("#part-logs .log__line:visible")).to_have_count(1)
    page.get_by_label("Search the logs").fill("refund")
    expect(page.locator("#part-logs")).to_contain_text("No log line has “refund”.")


FAILS_IN_JSON = """
import logging
def handler(event, context):
    logging.info("sold", extra={"basket": ["thing " * 20] * 5})
    raise ValueError("no more")
"""


def test_lines_of_json_are_one_each_and_wrap(page: Page, application: Application) -> None:
    invoke(page)
    platform, loop = application.services.platform, application.services.loop

    async def log_in_json() -> None:
        registry = (await platform.workspace("local")).registry
        record = await registry.ready("cold-and-warm-greeter")
        configuration = replace(record.configuration, logging=Logging(format="JSON"))
        await registry.update_configuration(record.name, configuration=configuration, run="r")
        await registry.ready(record.name)
        await registry.update_code(record.name, data=zipped(FAILS_IN_JSON), run="r")
        await registry.ready(record.name)
        await platform.invoke("local", Invocation(function=record.name, run="r"))

    loop.call(log_in_json())
    page.get_by_role("tab", name="Logs").click()
    page.get_by_label("Search the logs").fill('{"')
    lines = page.locator("#part-logs .log__line:visible")
    expect(lines).to_have_count(5)
    types = ["platform.initStart", "platform.start", '"sold"', '"no more"', "platform.report"]
    for place, text in enumerate(types):
        expect(lines.nth(place)).to_contain_text(text)
    expect(page.locator("#part-logs .log__line--error:visible")).to_have_count(1)
    expect(lines.last.locator("strong")).to_contain_text("initDurationMs")
    widths = page.locator("#part-logs").evaluate("part => [part.scrollWidth, part.clientWidth]")
    assert widths[0] == widths[1], "a long line wraps"
    assert lines.nth(2).bounding_box()["height"] > 3 * lines.nth(1).bounding_box()["height"]  # type: ignore[index]


def test_a_log_line_is_chosen_with_the_keyboard(page: Page) -> None:
    invoke(page)
    page.get_by_role("tab", name="Logs").click()
    page.get_by_role("listbox", name="Log lines").focus()
    page.keyboard.press("End")
    expect(page.locator("#part-logs .is-selected").last).to_contain_text("REPORT")
    page.keyboard.press("Escape")
    expect(page.locator("#part-logs .is-selected")).to_have_count(0)


def test_a_finished_run_is_told_in_one_sentence(page: Page) -> None:
    page.locator("[popovertarget=ways]").click()
    page.get_by_label("Calls at the same moment").fill("3")
    page.get_by_role("button", name="Send 3 at once").click()
    expect(page.locator("#spoken")).to_contain_text("3 calls, 3 cold")


def test_a_draft_saves_itself_and_marks_what_is_wrong(page: Page) -> None:
    page.locator("[data-file='handler.py'] code-editor").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("gatway()\n")
    expect(page.locator("#draft-state")).to_have_text("Draft saved, 1 error")
    page.reload()
    expect(page.locator("#draft-state")).to_have_text("Draft saved, 1 error")
    expect(page.locator("[data-file='handler.py'] code-editor")).to_contain_text("gatway")


def test_a_draft_stays_what_it_is_when_it_is_saved_before_the_editor_is_there(
    chromium: Browser, address: str, application: Application
) -> None:
    labs = application.services.labs
    lesson = labs.course().lesson("cold-and-warm")
    labs.bench.desk("local", lesson).keep(Edits(files=FILES, event="{}"))
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.route("**/vendor/editor/editor.js", lambda route: route.abort())
    page.goto(LESSON)
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    context.close()
    state = labs.state("local", lesson)
    assert (dict(state.files), state.event) == (FILES, "{}")


def test_a_reset_of_the_code_can_be_undone(page: Page) -> None:
    editor = page.locator("[data-file='handler.py'] code-editor")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("mine = 1\n")
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    page.get_by_role("button", name="Reset", exact=True).click()
    page.locator("#resets").get_by_role("button", name="Reset code").click()
    page.locator("#reset-code").get_by_role("button", name="Reset code").click()
    expect(editor).not_to_contain_text("mine")
    page.get_by_role("button", name="Undo").click()
    expect(editor).to_contain_text("mine")


def test_a_reset_of_the_lab_clears_the_timeline(page: Page) -> None:
    invoke(page)
    page.get_by_role("button", name="Reset", exact=True).click()
    page.locator("#resets").get_by_role("button", name="Reset lab").click()
    page.locator("#reset-lab").get_by_role("button", name="Reset lab").click()
    expect(page.get_by_text("Nothing has run.")).to_be_visible()
    expect(page.locator("#part-response")).to_contain_text("No answer yet")


def test_steps_turn_without_loading_and_the_address_follows(page: Page) -> None:
    page.get_by_role("link", name="Continue").click()
    expect(page).to_have_url(f"{page.url.split('?')[0]}?step=frozen")
    expect(page.locator("[data-step]:visible")).to_have_count(1)
    expect(page.get_by_role("heading", name="The second call finds it frozen")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", name="The first call builds its own place")).to_be_visible()


def test_the_focus_stays_with_what_was_answered(page: Page) -> None:
    page.goto(f"{LESSON}?step=new-code")
    page.get_by_label("A new environment", exact=True).check()
    page.get_by_role("button", name="Commit").click()
    expect(page.locator("#prediction-after-update")).to_be_focused()


def test_a_word_of_the_text_leads_to_the_part_that_it_names(page: Page) -> None:
    page.locator("[data-step][data-current] [data-part=logs]").first.click()
    expect(page.get_by_role("tab", name="Logs")).to_have_attribute("aria-selected", "true")


def test_keys_invoke_and_show_the_sheet(page: Page) -> None:
    page.locator("#lesson").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#part-response")).to_contain_text("Call 1")


def test_the_clock_is_chosen_and_paused(page: Page) -> None:
    page.get_by_role("button", name="60×", exact=True).click()
    expect(page.get_by_role("button", name="60×", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="Pause the clock").click()
    expect(page.locator("#part-clock")).to_have_attribute("data-paused", "")
    page.get_by_role("button", name="Pause the clock").click()
    page.get_by_role("button", name="1×", exact=True).click()
    expect(page.get_by_role("button", name="1×", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


def test_a_lost_connection_is_said_and_made_again(page: Page) -> None:
    page.evaluate(
        """() => {
          const Real = EventSource;
          window.EventSource = class { constructor() { this.dead = true; }
            addEventListener(name, hear) { if (name === "error") setTimeout(hear); } close() {} };
          window.mend = () => { window.EventSource = Real; };
          document.dispatchEvent(new Event("visibilitychange"));
          window.dispatchEvent(new Event("pagehide"));
          window.dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true}));
        }"""
    )
    expect(page.locator("#lab-status")).to_contain_text("The lab stopped answering")
    expect(page.locator("#lab-status")).to_contain_text("Trying again in")
    page.evaluate("window.mend()")
    expect(page.locator("#lab-status")).to_have_text("")
    invoke(page)
    expect(page.locator("#part-response")).to_contain_text("Call 1")


def test_faults_count_in_their_tab_and_show_in_the_answer(page: Page) -> None:
    page.get_by_role("tab", name="Faults").click()
    page.get_by_label("Raise an error").check()
    expect(page.locator("#fault-count")).to_have_text("1 on")
    invoke(page)
    expect(page.locator("#part-response .badge").first).to_have_text("Error")
    page.get_by_label("Every call is slower by").fill("20")
    page.keyboard.press("Tab")
    expect(page.locator("#fault-count")).to_have_text("2 on")
    page.get_by_label("Deliver it twice").check()
    expect(page.locator("#fault-count")).to_have_text("3 on")


def test_a_field_that_was_made_taller_can_be_saved(page: Page) -> None:
    page.get_by_role("tab", name="Configuration").click()
    page.locator("#variables").evaluate("field => { field.style.height = '90px'; }")
    page.get_by_role("button", name="Save configuration").click()
    expect(page.locator("#configuration")).to_contain_text("Saved.")


def test_a_refused_press_says_why_beside_the_button(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.goto(LESSON)
    page.get_by_role("tab", name="Event").click()
    page.locator("code-editor[data-event]").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("oops")
    page.locator(".invoke-bar [data-invoke]").click()
    expect(page.get_by_role("alert")).to_contain_text("InvalidRequestContentException")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    context.close()


def test_without_script_the_whole_text_is_there_and_invoke_works(
    chromium: Browser, address: str
) -> None:
    with looking(chromium, address, java_script_enabled=False) as page:
        page.goto(LESSON)
        expect(page.locator("[data-step]:visible")).to_have_count(7)
        page.locator("#step-first-call [data-press=invoke-once]").click()
        expect(page).to_have_url(f"{address}{LESSON}")
        expect(page.locator("#task-first-cold-start")).to_be_visible()


def test_on_a_phone_the_editor_has_no_place_in_the_column(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.locator("#part-code")).to_be_hidden()
    page.get_by_role("tab", name="Code").click()
    expect(page.locator("#part-code")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#part-code")).to_be_hidden()


SAVED_ELSEWHERE = """async () => {
  const form = document.getElementById("configuration");
  const sent = new URLSearchParams(new FormData(form));
  sent.set("memory_mb", "300");
  return (await fetch(form.action, { method: "POST", body: sent })).ok;
}"""


@pytest.fixture
def refused(chromium: Browser, address: str) -> Iterator[Page]:
    """Give a page on which the console may tell that the lab said no."""
    context = chromium.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(LESSON)
    expect(page.locator("code-editor:defined").first).to_be_attached()
    yield page
    context.close()


def test_a_refused_setting_is_told_in_all_the_width_and_stays_typed(refused: Page) -> None:
    page = refused
    page.get_by_role("tab", name="Configuration").click()
    memory = page.get_by_label("Memory", exact=True)
    memory.fill("1")
    page.get_by_role("button", name="Save configuration").click()
    said, all_fields = page.locator("#memory_mb-about.field__error"), page.locator("#configuration")
    expect(said).to_be_visible()
    widths = [one.evaluate("one => one.clientWidth") for one in (said, all_fields)]
    assert widths[0] > widths[1] * 0.9
    drawn_again = "**/configuration?function=*"
    with page.expect_response(drawn_again) as answer:
        assert page.evaluate(SAVED_ELSEWHERE)
    assert "300" in answer.value.text()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    expect(memory).to_have_value("1")
    expect(said).to_be_visible()


@pytest.mark.parametrize("path", [LESSON, "/"])
def test_nothing_is_wider_than_the_window(chromium: Browser, address: str, path: str) -> None:
    with looking(chromium, address) as page:
        for width in (1024, 760, 390):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
