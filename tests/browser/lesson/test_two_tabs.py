"""The same lesson in two tabs agrees with itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lesson.learner import Learner

pytestmark = pytest.mark.slow
NOTE = "# the other tab wrote this\n"


@pytest.fixture
def tabs(chromium: Browser, address: str) -> Iterator[tuple[Learner, Learner]]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    one, other = (Learner(context.new_page(), address) for _ in range(2))
    one.open("first-call")
    other.open("first-call")
    yield one, other
    context.close()
    assert one.complaints + other.complaints == []


def test_what_one_tab_does_the_other_shows(tabs: tuple[Learner, Learner]) -> None:
    one, other = tabs
    one.press("Invoke once")
    other.see_passed("A call starts an environment, cold.")
    one.turn("Continue")
    expect(other.step()).to_have_attribute("data-step", "frozen")
    one.step().get_by_role("button", name="Hint").click()
    expect(other.step().locator(".hint")).to_have_count(1)
    one.predict("Only the handler")
    other.see_committed()
    other.turn("Back")
    expect(one.step()).to_have_attribute("data-step", "first-call")


def test_drafts_knobs_and_answers_are_the_same_in_both(tabs: tuple[Learner, Learner]) -> None:
    one, other = tabs
    one.write_code(NOTE)
    expect(other.page.locator("code-editor:visible")).to_contain_text(NOTE.strip())
    one.set_timeout(9)
    expect(other.page.locator("#timeout")).to_have_value("9")
    other.choose_fault("Raise an error")
    expect(one.page.locator("#fault-count")).to_have_text("1 on")
    one.answer("counter", "The second call met another environment")
    expect(other.page.locator("#question-counter .badge")).to_have_text("Right")


def test_a_reset_in_one_tab_is_undone_in_the_other(tabs: tuple[Learner, Learner]) -> None:
    one, other = tabs
    one.write_code("def handler(event, context):\n    return 1\n")
    one.invoke()
    before = one.drawn()
    one.reset_lab()
    expect(other.page.get_by_text("Nothing has run.")).to_be_visible()
    expect(other.page.locator("code-editor:visible")).to_contain_text("A greeter that shows")
    other.undo_reset()
    expect(one.page.locator("code-editor:visible")).to_contain_text("return 1")
    expect(one.page.get_by_text("Nothing has run.")).to_be_hidden()
    one.see_drawn(before)


def test_a_value_that_is_being_typed_stands(tabs: tuple[Learner, Learner]) -> None:
    one, other = tabs
    other.page.get_by_role("tab", name="Configuration").click()
    memory = other.page.get_by_role("textbox", name="Memory")
    memory.fill("300")
    with other.page.expect_response(lambda answer: "/configuration" in answer.url):
        one.set_timeout(9)
    expect(memory).to_have_value("300")
