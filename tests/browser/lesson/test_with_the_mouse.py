"""The whole lesson, done with the mouse."""

import pytest

from tests.browser.lesson.learner import SOLVED, Learner

pytestmark = pytest.mark.slow


def test_a_learner_causes_every_start_and_finishes_the_lesson(learner: Learner) -> None:
    learner.open()
    learner.press("Invoke once")
    learner.see_passed("A call starts an environment, cold.")
    learner.turn("Continue")
    _call_again(learner)
    learner.turn("Continue")
    _send_ten_twice(learner)
    learner.turn("Continue")
    _wait_for_the_reaper(learner)
    learner.turn("Continue")
    _update(learner)
    learner.turn("Continue")
    learner.write_code(SOLVED)
    learner.invoke()
    learner.invoke()
    learner.see_passed("The answers say")


def _call_again(learner: Learner) -> None:
    learner.predict("Only the handler")
    learner.press("Invoke once")
    learner.see_revealed("Its init had run already")
    learner.see_passed("A call is served warm, with no init.")


def _send_ten_twice(learner: Learner) -> None:
    learner.predict("Ten")
    learner.press("Send 10 at once")
    learner.see_revealed("Nine were missing")
    learner.press("Send 10 at once", which=1)
    learner.see_passed("A call starts cold because every environment is busy.")
    learner.see_passed("Ten environments work at the same moment.")
    learner.see_passed("Ten calls at once, and every one of them is warm.")


def _wait_for_the_reaper(learner: Learner) -> None:
    learner.predict("One new environment starts")
    learner.press("Wait 8 minutes")
    learner.press("Invoke once")
    learner.see_revealed("One call needs one environment")
    learner.see_passed("the environments had been idle for too long")


def _update(learner: Learner) -> None:
    learner.predict("I don’t know")
    learner.press("Update the code")
    learner.press("Invoke once")
    learner.see_revealed("The first call after an update always starts cold")
    learner.see_passed("A call starts cold because the function changed.")


def test_a_reload_shows_the_same_picture_and_progress(learner: Learner) -> None:
    learner.open()
    learner.press("Invoke once")
    learner.see_passed("A call starts an environment, cold.")
    before = learner.drawn()
    learner.open()
    learner.see_passed("A call starts an environment, cold.")
    learner.see_drawn(before)


def test_show_on_timeline_selects_what_decided_and_tells_its_story(learner: Learner) -> None:
    learner.open()
    learner.press("Invoke once")
    learner.see_passed("A call starts an environment, cold.")
    learner.step().get_by_role("button", name="Show on timeline").click()
    learner.see_story("No environment existed. The first call started one.")


def test_a_running_call_is_stopped(learner: Learner) -> None:
    learner.open()
    learner.write_code("import time\n\n\ndef handler(event, context):\n    time.sleep(60)\n")
    learner.set_timeout(60)
    learner.begin_invoke()
    learner.stop()
    learner.see_response("Coldstart.Stopped")


def test_a_fault_knob_makes_the_next_call_raise(learner: Learner) -> None:
    learner.open()
    learner.choose_fault("Raise an error")
    learner.invoke()
    learner.see_response("InjectedFault")


def test_broken_code_is_marked_on_its_line_and_told_when_it_runs(learner: Learner) -> None:
    learner.open()
    learner.write_code("def handler(event, context):\n    return gatway\n")
    learner.see_finding("undefined name 'gatway'")
    learner.invoke()
    learner.see_response("NameError")


def test_an_event_that_is_no_json_is_refused_and_nothing_runs(learner: Learner) -> None:
    learner.open()
    learner.refused = True
    learner.write_event("{")
    learner.press_invoke()
    learner.see_error("Could not parse request body into json")
    assert learner.drawn() == []
