"""A printed lesson is a handout: all of its text, the code and the trace, and nothing to press."""

import pytest
from playwright.sync_api import expect

from tests.browser.lesson.learner import Learner

pytestmark = pytest.mark.slow


def test_a_handout_holds_the_whole_lesson_and_what_happened(learner: Learner) -> None:
    learner.use_theme("dark")
    learner.open("frozen")
    learner.predict("Only the handler")
    learner.press("Invoke once")
    page = learner.page
    page.emulate_media(media="print", color_scheme="dark")
    for step in page.locator("[data-step]").all():
        expect(step).to_be_visible()
    for shown in ("h1", "#part-timeline", "#sentences", "#part-code", ".terms .tip"):
        expect(page.locator(shown).first).to_be_visible()
    expect(page.locator("h1")).to_have_css("position", "static")
    expect(page.get_by_role("button", name="Commit").first).to_be_hidden()
    for gone in (".top-bar", ".lesson__foot", ".invoke-bar", ".tabs", ".dock", "details.solution"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator("h1")).to_have_css("color", "rgb(21, 23, 28)")
    assert len(page.pdf(format="A4")) > 20_000
