"""What a learner works with in the lab: files, versions, events, calls again, commands."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lesson.learner import Learner

pytestmark = pytest.mark.slow
PRICES = "def price(name):\n    return len(name) * 10\n"
HANDLER = """\
from lib.prices import price


def handler(event, context):
    return {"price": price(event["name"])}
"""


def choose(learner: Learner, menu: str, item: str) -> None:
    """Choose from a menu, whose button says after its name what is chosen now, if anything is."""
    button = learner.page.get_by_role("button", name=re.compile(f"^{re.escape(menu)}(:|$)"))
    button.click()
    learner.page.locator(".menu__item:visible", has_text=item).click()


def save(learner: Learner, button: str) -> None:
    """Press a dialog's button and see the dialog close."""
    dialog = learner.page.get_by_role("dialog")
    dialog.get_by_role("button", name=button, exact=True).click()
    expect(dialog).to_have_count(0)


def test_a_function_of_several_files_and_its_versions(learner: Learner) -> None:
    learner.open()
    learner.write_code(HANDLER)
    learner.invoke()
    learner.see_response("No module named 'lib'")
    _add_the_file_that_is_missing(learner)
    learner.write_event('{"name": "tea"}')
    learner.invoke()
    learner.see_response('"price": 30')
    learner.page.get_by_role("tab", name="Code").click()
    _rename_and_delete_by_keys(learner)
    _restore_what_was_deleted(learner)
    learner.open()
    expect(learner.page.get_by_role("tab", name="lib/costs.py")).to_be_visible()


def _add_the_file_that_is_missing(learner: Learner) -> None:
    page = learner.page
    page.get_by_role("button", name="New file", exact=True).click()
    learner.refused = True
    page.get_by_role("dialog").get_by_label("Name").fill("../prices.py")
    page.get_by_role("button", name="Add file").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("..")
    page.get_by_role("dialog").get_by_label("Name").fill("lib/prices.py")
    save(learner, "Add file")
    tab = page.get_by_role("tab", name="lib/prices.py")
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(page.locator("code-editor:defined:visible .cm-content")).to_be_focused()
    page.keyboard.insert_text(PRICES)


def _rename_and_delete_by_keys(learner: Learner) -> None:
    page = learner.page
    page.get_by_role("tab", name="lib/prices.py").focus()
    page.keyboard.press("F2")
    page.get_by_role("dialog").get_by_label("New name").fill("lib/costs.py")
    save(learner, "Rename file")
    page.get_by_role("tab", name="lib/costs.py").focus()
    page.keyboard.press("Delete")
    save(learner, "Delete file")
    expect(page.get_by_role("tab", name="lib/costs.py")).to_have_count(0)


def _restore_what_was_deleted(learner: Learner) -> None:
    page = learner.page
    choose(learner, "Files and versions", "Versions…")
    assert learner.violations() == []
    page.get_by_role("button", name="Before a file was deleted").click()
    expect(page.locator("#version")).to_contain_text("lib/costs.py")
    save(learner, "Restore this version")
    expect(page.get_by_role("tab", name="lib/costs.py")).to_be_visible()


def test_events_are_kept_and_calls_are_made_again(learner: Learner) -> None:
    learner.open()
    page = learner.page
    learner.write_code("def handler(event, context):\n    return sorted(event)\n")
    learner.write_event('{"mine": 1}')
    page.get_by_role("button", name="Save as…").click()
    page.get_by_role("dialog").get_by_label("Name").fill("mine")
    save(learner, "Save event")
    learner.invoke()
    learner.see_response('"mine"')
    choose(learner, "Choose an event", "SQS, two messages")
    learner.invoke()
    learner.see_response('"Records"')
    choose(learner, "Choose an event", "mine")
    expect(page.locator("[data-event]")).to_contain_text('"mine"')

    page.get_by_role("button", name="Show call 2").click()
    # The answer is there before what the page asks about it; that comes once nothing is held.
    page.route("**/calls/*", lambda _: None)
    page.get_by_role("button", name="Run again").click()
    expect(page.locator(".response")).to_contain_text("Call 3")
    learner.see_response('"Records"')
    page.get_by_role("button", name="Edit and run").click()
    page.unroute("**/calls/*")
    expect(page.locator("[data-event]")).to_contain_text('"Records"')


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_command_is_copied(learner: Learner, theme: str) -> None:
    learner.use_theme(theme)
    learner.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    learner.open()
    page = learner.page
    learner.write_event('{"name": "it\'s"}')
    page.get_by_role("button", name="Copy as aws", exact=True).click()
    copy = page.locator("[data-copies=command-invoke-text]")
    expect(copy).to_be_focused()
    expect(copy).to_have_accessible_name("Copy Invoke")
    page.keyboard.press("Enter")
    expect(copy).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "lambda invoke" in copied
    assert '{"name": "it\'s"}' in copied
    assert learner.violations() == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_story_heights_and_drafts_follow_the_keyboard(learner: Learner) -> None:
    learner.open()
    page = learner.page
    learner.press("Invoke once")
    page.get_by_role("tab", name="Story").click()
    learner.press_key_on("button", "Table", "Enter")
    rows = page.get_by_role("table", name="Story of the lab").locator("tbody tr")
    first = rows.filter(has_text="No environment existed. The first call started one.")
    expect(first).to_contain_text("Run 1")
    first.get_by_role("button").press("Enter")
    expect(first).to_have_attribute("aria-current", "true")
    learner.see_story("No environment existed. The first call started one.")
    assert learner.violations() == []

    border = page.get_by_role("separator", name="Height of the timeline")
    before = int(border.get_attribute("aria-valuenow") or 0)
    border.press("ArrowDown")
    expect(border).to_have_attribute("aria-valuenow", str(before + 16))

    learner.focus_editor()
    page.keyboard.insert_text("# mine\n")
    with page.expect_response(lambda answer: answer.url.endswith("/save")):
        learner.key("Control+s")
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")
