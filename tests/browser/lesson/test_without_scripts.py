"""A lesson with scripts off: all prose, code and questions, and every form leads back to it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.slow
LESSON = "/w/local/lessons/cold-and-warm"


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.goto(LESSON)
    yield page
    context.close()


def test_every_step_the_code_and_every_question_can_be_read(page: Page) -> None:
    for step in page.locator("[data-step]").all():
        expect(step).to_be_visible()
    for name in ("handler.py", "build.txt", "Event"):
        expect(page.get_by_role("textbox", name=name, exact=True)).to_be_visible()
    for form in ("Memory", "At init", "Check answer"):
        expect(page.get_by_text(form, exact=True).first).to_be_visible()
    expect(page.locator("noscript .callout")).to_be_visible()


def test_a_learner_predicts_runs_and_answers(page: Page) -> None:
    page.locator("#prediction-second-call").get_by_label("Only the handler").check()
    page.locator("#prediction-second-call").get_by_role("button", name="Commit").click()
    expect(page.locator("#prediction-second-call")).to_contain_text("the run decides")
    page.locator("[data-step=first-call]").get_by_role("button", name="Invoke once").click()
    expect(page).to_have_url(re.compile(f"{LESSON}$"))
    page.get_by_role("button", name="Hint").first.click()
    expect(page.locator(".hint")).to_have_count(1)
    page.locator("#question-counter").get_by_label("The second call met another").check()
    page.locator("#question-counter").get_by_role("button", name="Check answer").click()
    expect(page.locator("#question-counter .badge")).to_have_text("Right")
    page.reload()
    expect(page.locator("#task-first-cold-start")).to_have_class("task task--passed")


def test_a_draft_a_note_and_the_clock_are_kept(page: Page) -> None:
    page.get_by_role("textbox", name="handler.py").fill(
        "def handler(event, context):\n    return 7\n"
    )
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("textbox", name="handler.py")).to_have_value(
        "def handler(event, context):\n    return 7\n"
    )
    note = page.locator("[data-note]")
    note.locator("textarea").fill("In its environment.")
    note.get_by_role("button").click()
    expect(note).to_contain_text("A good answer says")
    expect(note.locator("textarea")).to_have_value("In its environment.")
    page.get_by_role("button", name="60×", exact=True).click()
    expect(page).to_have_url(re.compile(LESSON))
    expect(page.get_by_role("button", name="60×", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


def test_a_word_explains_itself(page: Page) -> None:
    page.locator("button.term").first.click()
    expect(page.locator(".tip:popover-open")).to_be_visible()
