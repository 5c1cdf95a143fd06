"""Versions and aliases in the lab: published, shared with the slider by keyboard, invoked."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lesson.learner import Learner

pytestmark = pytest.mark.slow
SAYS = """\
def handler(event, context):
    return {{"says": "{}", "version": context.function_version}}
"""


def test_calls_are_shared_between_two_versions_with_the_slider(learner: Learner) -> None:
    learner.open()
    publish(learner, SAYS.format("one"), description="The first")
    publish(learner, SAYS.format("two"), description="The second")
    page = learner.page
    rows = page.locator("#published tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("The second")
    make_alias(page)
    expect(page.locator("#qualifier")).to_contain_text("live")
    page.locator("#qualifier").select_option("live")
    slide_to_the_end(page.locator("#alias-live"))
    expect(page.locator("#published").get_by_role("status")).to_contain_text("live")
    learner.press_invoke()
    learner.see_response('"says": "two"')
    expect(page.locator("#part-response .figures-row")).to_contain_text("2, by live")
    expect(page.get_by_text("env", exact=False).filter(has_text="v2").first).to_be_visible()
    page.get_by_role("tab", name="Story").click()
    story = page.locator("#part-sentences")
    expect(story).to_contain_text("Alias live sent this call to version 2, weight 100 %.")
    expect(story).to_contain_text("100 % of the calls go to version 2")
    refuse_a_name_that_is_a_number(learner)
    copy_as_aws(page)


def publish(learner: Learner, code: str, *, description: str) -> None:
    page = learner.page
    page.get_by_role("tab", name="Code").click()
    learner.write_code(code)
    page.get_by_role("tab", name="Versions", exact=True).click()
    page.get_by_placeholder("Description, if you like").fill(description)
    page.get_by_role("button", name="Publish version").click()
    expect(page.locator("#published")).to_contain_text("is published.")


def make_alias(page: Page) -> None:
    """Make the alias with the keyboard: ten steps of the slider are ten percent."""
    form = page.get_by_role("group", name="New alias")
    form.get_by_role("textbox").fill("live")
    form.get_by_label("leads to").select_option("1")
    form.get_by_label("shares calls with").select_option("2")
    slider = form.get_by_role("slider")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    expect(form.get_by_role("spinbutton")).to_have_value("10")
    slider.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Alias live")).to_be_visible()
    expect(page.locator("#alias-live").get_by_role("slider")).to_have_value("10")


def slide_to_the_end(form: Locator) -> None:
    form.get_by_role("slider").press("End")
    expect(form.get_by_role("spinbutton")).to_have_value("100")
    form.get_by_role("button", name="Move").click()


def refuse_a_name_that_is_a_number(learner: Learner) -> None:
    learner.refused = True
    form = learner.page.get_by_role("group", name="New alias")
    form.get_by_role("textbox").fill("7")
    form.get_by_role("button", name="Make alias").click()
    error = learner.page.locator("#new-alias .field__error")
    expect(error).to_contain_text("Value '7' at 'name'")
    expect(learner.page.locator("#new-alias-name")).to_have_value("7")


def copy_as_aws(page: Page) -> None:
    """The command is what the form would do, not how the alias stands."""
    page.locator("#alias-live").get_by_label("leads to").select_option("2")
    page.locator("#alias-live").get_by_label("shares calls with").select_option("1")
    page.locator("#alias-live").get_by_role("spinbutton").fill("35")
    page.locator("#alias-live").get_by_role("button", name="Copy as aws: live").click()
    commands = page.get_by_role("dialog")
    expect(commands.locator("#command-alias-live-text")).to_contain_text("update-alias")
    expect(commands.locator("#command-alias-live-text")).to_contain_text("--function-version 2")
    expect(commands.locator("#command-alias-live-text")).to_contain_text('{"1":0.35}')
    expect(commands.locator("#command-delete-version-1-text")).to_contain_text("delete-function")
    expect(commands.locator("#command-invoke-text")).to_contain_text("--qualifier live")
