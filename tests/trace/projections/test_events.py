"""Events of asynchronous calls: attempts, waits and records, each on its lane."""

from itertools import pairwise
from typing import Any

import pytest

from tests.trace.lab_rows import Row, rows_of, segments_of, story_of, view_of
from tests.trace.lab_script import FUNCTION, LAB, Script, environment_id
from webapp.trace.events import (
    DeliveryFailed,
    EventAcknowledged,
    EventDropped,
    EventFinished,
    EventQueued,
    EventRepeated,
    InvocationAbandoned,
    InvocationAccepted,
    InvocationFinished,
    InvocationStarted,
    InvocationThrottled,
    LabReset,
    LogWritten,
    RecordDelivered,
    RecursionStopped,
    RetryScheduled,
    ServerRestarted,
    Status,
)

ONE = environment_id(0x7F3A)
EVENT: dict[str, Any] = {"function": FUNCTION, "request_id": "event-1"}
TARGET = "arn:aws:sqs:us-east-1:000000000000:records"


@pytest.fixture
def bare() -> Script:
    script = Script()
    script.api_call()
    return script


@pytest.fixture
def script(bare: Script) -> Script:
    bare.add(
        EventQueued(**EVENT, qualifier="$LATEST", source="aws", payload="{}", payload_size_bytes=2)
    )
    return bare


def attempt(script: Script, number: int, *, status: Status = "ok") -> None:
    """Run the function once, 300 ms on a warm environment."""
    script.wait(0.001)
    script.add(InvocationAccepted(**EVENT, model="asynchronous", attempt=number))
    script.add(InvocationStarted(**EVENT, environment=ONE, start="warm", attempt=number))
    script.wait(0.3)
    script.add(
        InvocationFinished(
            **EVENT,
            environment=ONE,
            status=status,
            duration=0.3,
            billed_ms=300,
            memory_mb=128,
            max_memory_mb=30,
        )
    )


def retry(script: Script, number: int, seconds: float, rule: str = "first retry") -> None:
    due = script.now + seconds
    script.add(RetryScheduled(**EVENT, attempt=number, due=due, wait_seconds=seconds, rule=rule))
    script.wait(seconds)


def finish(script: Script, condition: str, attempts: int) -> None:
    script.add(EventFinished(**EVENT, condition=condition, attempts=attempts))


def on_queue(script: Script) -> list[Row]:
    return [row for row in rows_of(script, "segments") if row["lane"] == f"queue:{FUNCTION}"]


def test_attempts_and_waits_take_turns_on_the_queues_lane(script: Script) -> None:
    attempt(script, 1, status="error")
    retry(script, 2, 60)
    attempt(script, 2, status="error")
    retry(script, 3, 120, "second retry")
    attempt(script, 3)
    rows = on_queue(script)
    assert [(row["kind"], row["text"], row.get("failed")) for row in rows] == [
        ("attempt", "Attempt 1", True),
        ("wait", "1 min", None),
        ("attempt", "Attempt 2", True),
        ("wait", "2 min", None),
        ("attempt", "Attempt 3", False),
    ]
    for before, after in pairwise(rows):
        assert before["end"] == pytest.approx(after["start"], abs=0.002)
    one, first_wait, two, second_wait, three = rows
    for row, following in ((one, two), (first_wait, two), (two, three), (second_wait, three)):
        assert row["story"]["next_segment"] == following["id"], "who failed leads to the next try"
    assert {row["request"] for row in rows} == {"event-1"}
    assert rows[1]["story"]["section"] == "5.1"


def test_each_attempt_is_a_call_of_its_own_and_nobody_waits_for_it(script: Script) -> None:
    attempt(script, 1, status="error")
    retry(script, 2, 60)
    attempt(script, 2)
    calls = rows_of(script, "invocations")
    assert [(row["id"], row["number"], row["status"]) for row in calls] == [
        ("event-1", 1, "error"),
        ("event-1#2", 2, "ok"),
    ]
    assert {row["event"] for row in calls} == {1}
    kinds = [row["kind"] for row in rows_of(script, "segments") if row["lane"] == "caller"]
    assert kinds == ["sends"]
    handlers = [row for row in rows_of(script, "segments") if row["lane"].startswith("env:")]
    assert [row["kind"] for row in handlers if row["kind"] != "frozen"] == ["error", "handler"]


def test_an_attempt_that_runs_lasts_and_a_wait_that_waits_says_how_long(script: Script) -> None:
    script.add(InvocationAccepted(**EVENT, model="asynchronous"))
    assert on_queue(script)[0]["end"] is None
    script.add(InvocationThrottled(**EVENT, reason="", limit=1))
    retry(script, 1, 1, "back-off")
    refused, wait = on_queue(script)
    assert (refused["kind"], refused["text"]) == ("throttled", "429")
    assert (wait["end"], wait["text"]) == (None, "1.00 s")
    assert "no retry is used up" in wait["story"]["why"]


def test_records_are_drawn_on_lanes_of_their_targets(script: Script) -> None:
    attempt(script, 1, status="error")
    finish(script, "RetriesExhausted", 1)
    script.add(RecordDelivered(**EVENT, kind="destination", target=TARGET, record="{}"))
    script.add(DeliveryFailed(**EVENT, kind="dead-letter queue", target="a:b", reason="gone"))
    lanes = {row["id"]: (row["title"], row["detail"]) for row in rows_of(script, "lanes")}
    assert lanes[f"target:{TARGET}"] == ("records", "on failure")
    assert lanes["target:a:b"] == ("b", "dead letters")
    records = [row for row in rows_of(script, "segments") if row["kind"] == "record"]
    assert [row["failed"] for row in records] == [True, True]
    [tried] = on_queue(script)
    assert tried["story"]["next_segment"] == records[-1]["id"]


def test_a_record_of_a_success_is_no_failure(script: Script) -> None:
    attempt(script, 1)
    finish(script, "Success", 1)
    script.add(RecordDelivered(**EVENT, kind="destination", target=TARGET, record="{}"))
    [record] = [row for row in rows_of(script, "segments") if row["kind"] == "record"]
    assert record["failed"] is False


def test_the_story_tells_an_events_way(script: Script) -> None:
    attempt(script, 1, status="error")
    retry(script, 2, 60)
    attempt(script, 2, status="error")
    finish(script, "RetriesExhausted", 2)
    script.add(RecordDelivered(**EVENT, kind="destination", target=TARGET, record="{}"))
    script.add(EventDropped(function=FUNCTION, request_id="event-2", reason="No such function."))
    told = story_of(script)
    for sentence in (
        "Event 1 is in the queue; its caller has 202 and waits no longer.",
        "Event 1 waits 1 min for attempt 2.",
        "Event 1 is given up after 2 attempts: no retry is left.",
        "The record of event 1 is in records.",
        "Event 2 is gone without a record. No such function.",
    ):
        assert sentence in told


def test_after_a_restart_the_same_attempt_runs_again_as_another_call(script: Script) -> None:
    script.add(InvocationAccepted(**EVENT, model="asynchronous"))
    script.add(ServerRestarted(epoch=2))
    assert [row["end"] is None for row in on_queue(script)] == [False]
    attempt(script, 1)
    first, again = on_queue(script)
    assert (first["text"], again["text"]) == ("Attempt 1", "Attempt 1")
    assert [row["status"] for row in rows_of(script, "invocations")] == ["lost", "ok"]


def test_fault_knobs_are_told_as_the_cause(script: Script) -> None:
    script.add(InvocationAccepted(**EVENT, model="asynchronous"))
    script.add(InvocationThrottled(**EVENT, reason="Limit", limit=10, injected=True))
    retry(script, 1, 1, "back-off")
    attempt(script, 1)
    script.add(EventRepeated(**EVENT, attempt=2))
    attempt(script, 2)
    stories = [row["story"] for row in on_queue(script)]
    assert "fault knob refuses" in stories[0]["why"]
    assert "fault knob delivers the event a second time" in stories[-1]["why"]
    assert "Event 1 is delivered again with the same request id, as attempt 2" in "".join(
        story_of(script)
    )


def test_a_stopped_loop_is_told_at_the_attempt_that_was_not_run(script: Script) -> None:
    code = "RecursiveInvocationException"
    script.add(InvocationAccepted(**EVENT, model="asynchronous"))
    script.add(RecursionStopped(**EVENT, runs=16))
    script.add(InvocationAbandoned(**EVENT, code=code, reason="Lambda has detected a loop."))
    finish(script, "RecursiveLoop", 0)
    [tried] = on_queue(script)
    assert tried["story"]["what"] == f"The queue could not run the function: {code}."
    assert "16 times in one chain" in tried["story"]["why"]
    assert tried["story"]["section"] == "9.3"
    told = "".join(story_of(script))
    assert (
        "Attempt 1 of event 1 was stopped. greeter ran 16 times in one chain of calls: a loop."
        in told
    )
    assert "its function called itself in a loop" in told


def queue(script: Script, number: int = 1, *, source: str = "page") -> None:
    script.add(
        EventQueued(
            function=FUNCTION,
            request_id=f"event-{number}",
            qualifier="$LATEST",
            source=source,
            payload="{}",
            payload_size_bytes=2,
        )
    )


def acknowledge(script: Script, number: int = 1, *, seconds: float = 0.006) -> None:
    script.wait(seconds)
    script.add(EventAcknowledged(function=FUNCTION, request_id=f"event-{number}", seconds=seconds))


def test_the_caller_has_202_and_is_gone(bare: Script) -> None:
    queue(bare)
    [sends] = segments_of(bare, "caller")
    assert sends["end"] is None
    acknowledge(bare)
    [sends] = segments_of(bare, "caller")
    assert (sends["kind"], sends["text"]) == ("sends", "202 Accepted after 6.0 ms, then gone")
    assert sends["end"] - sends["start"] == pytest.approx(0.006, abs=1e-5)
    assert "nobody tells it" in sends["story"]["what"]
    attempt(bare, 1, status="error")
    [sends] = segments_of(bare, "caller")
    assert sends["story"]["next"].startswith("Attempt 1 of event 1 at ")
    assert on_queue(bare)[0]["arrives"]


def test_several_events_of_one_press_have_one_stretch_of_callers(bare: Script) -> None:
    for number in (1, 2, 3):
        queue(bare, number)
    for number in (1, 2, 3):
        acknowledge(bare, number, seconds=0.002)
    [sends] = segments_of(bare, "caller")
    assert sends["text"] == "3 × 202 Accepted, then gone"
    assert "3 events were sent, 1 to 3" in sends["story"]["what"]
    assert sends["end"] - sends["start"] == pytest.approx(0.006, abs=1e-5)


def test_an_event_that_a_destination_sends_on_has_no_caller(bare: Script) -> None:
    queue(bare, source="lambda another")
    acknowledge(bare)
    assert segments_of(bare, "caller") == []


def test_an_event_is_a_row_from_its_acceptance_to_its_end(bare: Script) -> None:
    def event() -> Row:
        [row] = rows_of(bare, "events")
        return row

    queue(bare)
    assert (event()["state"], event()["acknowledged"]) == ("queued", None)
    acknowledge(bare)
    assert event()["acknowledged"] == pytest.approx(0.006)
    bare.add(InvocationAccepted(**EVENT, model="asynchronous"))
    assert event()["state"] == "trying"
    retry(bare, 2, 60)
    assert (event()["state"], event()["runs"]) == ("waiting", 1)
    attempt(bare, 2, status="error")
    assert event()["due"] is None
    finish(bare, "RetriesExhausted", 2)
    assert (event()["state"], event()["condition"]) == ("given up", "RetriesExhausted")
    bare.add(RecordDelivered(**EVENT, kind="destination", target=TARGET, record="{}"))
    assert event()["records"] == 1


def test_a_run_lasts_until_its_events_have_ended(bare: Script) -> None:
    queue(bare)
    attempt(bare, 1, status="error")
    bare.add(
        RetryScheduled(**EVENT, attempt=2, due=bare.now + 60, wait_seconds=60, rule="first retry")
    )
    assert rows_of(bare, "runs")[-1]["end"] is None
    attempt(bare, 2)
    finish(bare, "Success", 2)
    assert rows_of(bare, "runs")[-1]["end"] == pytest.approx(bare.now, abs=0.01)


def test_the_queues_lane_says_how_its_events_are(bare: Script) -> None:
    def said() -> str:
        rows = rows_of(bare, "lanes")
        return next(str(row["detail"]) for row in rows if row["id"] == f"queue:{FUNCTION}")

    queue(bare)
    assert said() == "event 1, in line"
    attempt(bare, 1, status="error")
    assert said() == "event 1, attempt 1"
    retry(bare, 2, 60)
    assert said() == "event 1, waits"
    queue(bare, 2)
    assert said() == "2 events, 1 wait"
    attempt(bare, 2)
    finish(bare, "Success", 2)
    assert said() == "event 2, in line"


def test_a_record_names_the_attempt_that_caused_it_and_is_a_row(bare: Script) -> None:
    attempt(bare, 1, status="error")
    retry(bare, 2, 60)
    attempt(bare, 2, status="error")
    finish(bare, "RetriesExhausted", 2)
    bare.add(RecordDelivered(**EVENT, kind="destination", target=TARGET, record='{"a":1}'))
    [row] = rows_of(bare, "records")
    decisive = on_queue(bare)[-1]
    [drawn] = [one for one in rows_of(bare, "segments") if one["kind"] == "record"]
    assert (row["cause"], row["segment"]) == (decisive["id"], drawn["id"])
    assert (row["condition"], row["failed"], row["name"]) == ("RetriesExhausted", None, "records")
    assert drawn["cause"] == decisive["id"]
    assert drawn["story"]["cause"].startswith("Attempt 2 of event 1 at ")
    assert decisive["story"]["next_segment"] == drawn["id"]
    assert "Attempt 2 failed, and no retry is left" in drawn["story"]["why"]
    kept = view_of(bare).record(row["id"])
    assert kept is not None
    assert getattr(kept.fact, "record", None) == '{"a":1}'


def test_a_record_says_how_its_event_was_when_it_was_brought(bare: Script) -> None:
    attempt(bare, 1, status="error")
    finish(bare, "RetriesExhausted", 1)
    bare.add(RecordDelivered(**EVENT, kind="destination", target=TARGET, record="{}"))
    before = rows_of(bare, "records")
    finish(bare, "EventAgeExceeded", 2)
    assert rows_of(bare, "records") == before
    assert (before[0]["condition"], before[0]["attempts"]) == ("RetriesExhausted", 1)


def test_a_wait_says_when_the_next_attempt_comes_before_there_is_one(bare: Script) -> None:
    attempt(bare, 1, status="error")
    bare.add(
        RetryScheduled(**EVENT, attempt=2, due=bare.now + 60, wait_seconds=60, rule="first retry")
    )
    failed, wait = on_queue(bare)
    for row in (failed, wait):
        assert row["story"]["next"].startswith("Attempt 2 at 1:00.3")
        assert row["story"]["next_segment"] is None
    assert "Attempt 1 failed at 0:00.3" in wait["story"]["why"]
    assert "one minute" in wait["story"]["why"]


def test_log_lines_of_a_later_attempt_belong_to_that_attempt(script: Script) -> None:
    attempt(script, 1, status="error")
    retry(script, 2, 60)
    script.add(InvocationAccepted(**EVENT, model="asynchronous", attempt=2))
    script.add(InvocationStarted(**EVENT, environment=ONE, start="warm", attempt=2))
    script.add(LogWritten(function=FUNCTION, environment=ONE, request_id="event-1", text="again\n"))
    [line] = rows_of(script, "logs")
    handlers = [row for row in rows_of(script, "segments") if row["lane"] == f"env:{ONE}"]
    assert line["segment"] == handlers[-1]["id"]
    assert handlers[-1]["kind"] == "running"


def test_an_event_of_before_the_labs_reset_is_no_part_of_the_lab_after_it(bare: Script) -> None:
    queue(bare)
    attempt(bare, 1, status="error")
    retry(bare, 2, 60)
    bare.add(LabReset(lab=LAB))
    bare.add(EventDropped(**EVENT, reason="Function not found"))
    assert rows_of(bare, "events") == []
    assert rows_of(bare, "lanes") == []


def test_an_event_that_stood_in_line_shows_for_how_long(bare: Script) -> None:
    queue(bare)
    acknowledge(bare)
    bare.wait(2)
    attempt(bare, 1)
    line, tried = on_queue(bare)
    assert (line["kind"], tried["kind"]) == ("line", "attempt")
    assert "stood in line for 2.00 s" in line["story"]["what"]
    assert line["story"]["badge"] == "queued"
    assert line["arrives"]
    assert "arrives" not in tried


def test_a_function_with_nothing_reserved_is_said_to_be_stopped(script: Script) -> None:
    script.add(InvocationAccepted(**EVENT, model="asynchronous"))
    script.add(InvocationThrottled(**EVENT, reason="Reserved", limit=0))
    finish(script, "ZeroReservedConcurrency", 0)
    [tried] = on_queue(script)
    assert "no concurrency reserved: it may not run at all" in tried["story"]["why"]
    assert "its function has no concurrency reserved" in "".join(story_of(script))
