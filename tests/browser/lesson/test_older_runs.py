"""A lab with more runs than a page begins with shows the newest, and all when asked."""

import pytest
from playwright.sync_api import expect

from tests.browser.lesson.learner import Learner
from webapp.classroom import live

pytestmark = pytest.mark.slow


def runs(learner: Learner) -> set[str]:
    """Return the runs that segments of the timeline belong to."""
    found = "Array.from(document.getElementById('timeline').segments, ({ run }) => run)"
    return set(learner.page.evaluate(found))


def test_older_runs_come_when_they_are_asked_for_and_when_something_leads_there(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SHOWN_SEGMENTS", 5)
    learner.open("first-call")
    for _ in range(5):
        learner.press_invoke()
        learner.wait_until_quiet()
    note = learner.page.locator("#timeline-older")
    expect(note).to_be_hidden()
    everything = runs(learner)

    learner.open("first-call")
    expect(note).to_have_text("3 older runs not shown. Show all")
    newest = runs(learner)
    note.get_by_role("button", name="Show all").click()
    expect(note).to_be_hidden()
    assert runs(learner) == everything > newest

    learner.open("first-call")
    expect(note).to_be_visible()
    learner.step().locator("[data-segment]:visible").first.click()
    expect(note).to_be_hidden()
    expect(learner.page.locator("#part-story")).to_contain_text("Cold")
