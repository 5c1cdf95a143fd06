"""The lesson by keyboard alone: no pointer is touched here."""

import pytest

from tests.browser.lesson.learner import Learner

pytestmark = pytest.mark.slow


def test_a_learner_predicts_runs_and_reads_the_story_by_keyboard(learner: Learner) -> None:
    learner.open()
    learner.tab_to("button", "Invoke once")
    learner.key("Enter")
    learner.wait_until_quiet()
    learner.see_passed("A call starts an environment, cold.")

    learner.tab_to("link", "Continue")
    learner.key("Enter")
    learner.tab_to("radio", "Only the handler")
    learner.key("Space")
    learner.tab_to("button", "Commit")
    learner.key("Enter")
    learner.see_committed()
    learner.key("Control+Enter")
    learner.wait_until_quiet()
    learner.press_key_on("button", "Invoke once", "Enter")
    learner.wait_until_quiet()
    learner.see_passed("A call is served warm, with no init.")

    learner.tab_to("listbox", "Timeline")
    learner.key("Home")
    learner.key("ArrowRight")
    learner.key("Enter")
    learner.see_story("No environment existed. The first call started one.")


def test_the_question_mark_opens_the_key_sheet_and_escape_closes_it(learner: Learner) -> None:
    learner.open()
    learner.tab_to("link", "Continue")
    learner.key("?")
    learner.see_keys()
    learner.key("Escape")
    learner.see_no_keys()


def test_the_editor_lets_the_keyboard_out(learner: Learner) -> None:
    learner.open()
    learner.focus_editor()
    learner.key("Tab")
    assert learner.focus_is_in_editor()
    learner.key("Escape")
    learner.key("Tab")
    assert not learner.focus_is_in_editor()
