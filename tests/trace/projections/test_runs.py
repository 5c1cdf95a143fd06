import pytest

from tests.trace.lab_rows import rows_of
from tests.trace.lab_script import BEGIN, LAB, Script, environment_id
from webapp.trace.events import PredictionMade, TimeSkipped
from webapp.trace.projections.board import MOST_LABELS

ONE = environment_id(0x7F3A)


def labels(script: Script) -> list[str]:
    return [row["label"] for row in rows_of(script, "runs")]


def test_runs_that_invoke_or_change_something_are_numbered() -> None:
    script = Script()
    script.press("Invoke once")
    script.cold_call(ONE)
    script.press("Update the code")
    script.change()
    assert labels(script) == ["Run 1 · Invoke once", "Run 2 · Update the code"]


def test_a_run_that_nobody_pressed_is_an_api_call() -> None:
    script = Script()
    script.api_call()
    script.cold_call(ONE)
    assert labels(script) == ["Run 1 · API call"]


def test_a_run_that_was_pressed_in_another_lab_is_an_api_call_here() -> None:
    script = Script()
    script.press("Invoke that", lab="other-lab")
    script.cold_call(ONE)
    assert labels(script) == ["Run 1 · API call"]


def test_a_named_call_of_no_lab_is_named_where_it_touches_something() -> None:
    script = Script()
    script.press("aws lambda list-functions", lab="")
    script.press("aws lambda invoke", lab="")
    script.cold_call(ONE)
    script.press("Wait 5 s", lab="")
    script.add(TimeSkipped(seconds=5.0, reason="advance"))
    assert labels(script) == ["Run 1 · aws lambda invoke"]


def test_of_the_calls_that_touch_nothing_only_the_newest_names_are_kept() -> None:
    script = Script()
    script.press("aws lambda invoke", lab="")
    first = script.run
    for _ in range(MOST_LABELS):
        script.press("aws lambda list-functions", lab="")
    script.run = first
    script.cold_call(ONE)
    assert labels(script) == ["Run 1 · API call"]


def test_a_wait_has_its_name_and_no_number() -> None:
    script = Script()
    script.press("Invoke once")
    script.cold_call(ONE)
    script.press("Wait 7 minutes")
    script.wait(420)
    script.add(TimeSkipped(seconds=420.0, reason="advance"))
    script.press("Invoke once")
    script.warm_call(ONE)
    assert labels(script) == ["Run 1 · Invoke once", "Wait 7 minutes", "Run 2 · Invoke once"]
    wait = rows_of(script, "runs")[1]
    assert wait["end"] - wait["start"] == pytest.approx(420.0)


def test_a_press_that_did_nothing_in_the_lab_is_no_run() -> None:
    script = Script()
    script.press("Commit a prediction")
    script.add(PredictionMade(lab=LAB, prediction="p", option="o"))
    assert labels(script) == []


def test_a_run_lasts_while_a_caller_waits_and_ends_with_the_last_answer() -> None:
    script = Script()
    script.press("Send 2 at once")
    first, second = script.accept(), script.accept()
    script.begin(ONE, request=first, start="cold")
    script.finish(ONE, request=first)
    assert rows_of(script, "runs")[0]["end"] is None
    script.throttle(second)
    (row,) = rows_of(script, "runs")
    assert (row["start"], row["end"]) == (BEGIN, script.now)


def test_an_environment_that_is_reaped_later_does_not_make_its_run_longer() -> None:
    script = Script()
    script.press("Invoke once")
    script.cold_call(ONE)
    ended = rows_of(script, "runs")[0]["end"]
    script.wait(420)
    script.retire(ONE, reason="idle", idle=420.0)
    assert rows_of(script, "runs")[0]["end"] == ended
