"""<code-editor> in a browser: a form's field, a keyboard's friend, findings that can be read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

MARKUP = """<body><form id="form"><code-editor name="code" language="python" label="handler.py">
<textarea name="code" aria-label="handler.py">import os

def handler(event, context):
    return evnt
</textarea></code-editor><button type="button">After</button></form></body>"""
SOURCE = "import os\n\ndef handler(event, context):\n    return evnt\n"
FINDING = {"line": 4, "column": 12, "message": "undefined name 'evnt'", "severity": "error"}


@pytest.fixture
def page(show: Callable[[str], Page]) -> Page:
    page = show(MARKUP)
    # The textarea that it replaces has the same role and name.
    page.locator("code-editor:defined").wait_for()
    return page


def text_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="handler.py")


def editor_of(page: Page) -> Locator:
    return page.locator("code-editor")


def value_of(page: Page) -> str:
    value: str = editor_of(page).evaluate("editor => editor.value")
    return value


def write_at_the_end(page: Page, text: str) -> None:
    text_of(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def test_its_text_is_the_forms_field_once(page: Page) -> None:
    write_at_the_end(page, "x")
    entries = page.evaluate("[...new FormData(document.getElementById('form'))]")
    assert entries == [["code", value_of(page)]]
    assert value_of(page) == SOURCE + "x"


def test_typing_sends_input_and_leaving_sends_change(page: Page) -> None:
    page.evaluate(
        """() => { window.heard = [];
        for (const type of ["input", "change"]) document.addEventListener(type,
        event => heard.push(`${type} ${event.target.tagName}`)); }"""
    )
    write_at_the_end(page, "xy")
    page.get_by_role("button", name="After").focus()
    assert page.evaluate("heard") == ["input CODE-EDITOR"] * 2 + ["change CODE-EDITOR"]


def test_a_value_set_by_script_sends_nothing_and_can_be_undone(page: Page) -> None:
    page.evaluate("document.addEventListener('input', () => { window.heard = true; })")
    editor_of(page).evaluate("editor => { editor.value = 'new'; }")
    assert page.evaluate("window.heard") is None
    text_of(page).click()
    page.keyboard.press("Control+z")
    assert value_of(page) == SOURCE


def test_tab_indents_and_escape_then_tab_leaves(page: Page) -> None:
    write_at_the_end(page, "x")
    page.keyboard.press("Tab")
    assert value_of(page).endswith("\n    x")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="After")).to_be_focused()


def test_control_enter_reaches_the_page_and_adds_no_line(page: Page) -> None:
    page.evaluate("document.addEventListener('keydown', event => { window.key = event.key; })")
    text_of(page).click()
    page.keyboard.press("Control+Enter")
    assert page.evaluate("window.key") == "Enter"
    assert value_of(page) == SOURCE


def test_a_question_mark_is_text_here_and_opens_no_key_sheet(page: Page) -> None:
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('dialog'), {id: 'keys'}))"
    )
    write_at_the_end(page, "?")
    assert value_of(page).endswith("?")
    assert page.locator("#keys").evaluate("dialog => dialog.open") is False


def test_a_finding_is_written_on_its_line_and_told(page: Page) -> None:
    editor_of(page).evaluate("(editor, finding) => editor.setFindings([finding])", FINDING)
    expect(page.locator(".cm-line").nth(3)).to_contain_text("undefined name 'evnt'")
    expect(page.locator(".cm-lintRange-error")).to_have_text("evnt")
    expect(page.get_by_role("status")).to_have_text("Error in line 4: undefined name 'evnt'")
    assert "undefined name" not in value_of(page)


def test_a_finding_beyond_the_text_is_shown_at_its_end(page: Page) -> None:
    far = {**FINDING, "line": 99, "column": 99}
    editor_of(page).evaluate("(editor, finding) => editor.setFindings([finding])", far)
    expect(page.locator(".cm-line").last).to_contain_text("undefined name 'evnt'")


def test_an_edit_of_a_line_takes_its_finding_away(page: Page) -> None:
    editor_of(page).evaluate("(editor, finding) => editor.setFindings([finding])", FINDING)
    editor_of(page).evaluate("editor => editor.focusLine(4)")
    page.keyboard.press("End")
    page.keyboard.type("x")
    expect(page.locator(".finding")).to_have_count(0)


def test_read_only_text_can_be_focused_and_stays(page: Page) -> None:
    editor_of(page).evaluate("editor => { editor.readOnly = true; }")
    write_at_the_end(page, "x")
    expect(text_of(page)).to_be_focused()
    expect(text_of(page)).to_have_attribute("aria-readonly", "true")
    assert value_of(page) == SOURCE


def test_a_reset_of_the_form_brings_the_first_text_back(page: Page) -> None:
    write_at_the_end(page, "x")
    editor_of(page).evaluate("editor => editor.form.reset()")
    assert value_of(page) == SOURCE


def test_moving_it_in_the_page_keeps_text_and_undo(page: Page) -> None:
    write_at_the_end(page, "x")
    editor_of(page).evaluate(
        "editor => { const home = editor.parentElement; home.append(editor); }"
    )
    assert value_of(page) == SOURCE + "x"
    text_of(page).click()
    page.keyboard.press("Control+z")
    assert value_of(page) == SOURCE
