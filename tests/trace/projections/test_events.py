"""Events of asynchronous calls: attempts, waits and records, each on its lane."""

from itertools import pairwise
from typing import Any

import pytest

from tests.trace.lab_rows import Row, rows_of, story_of
from tests.trace.lab_script import FUNCTION, Script, environment_id
from webapp.trace.events import (
    DeliveryFailed,
    EventDropped,
    EventFinished,
    EventQueued,
    EventRepeated,
    InvocationAbandoned,
    InvocationAccepted,
    InvocationFinished,
    InvocationStarted,
    InvocationThrottled,
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
def script() -> Script:
    script = Script()
    script.api_call()
    script.add(
        EventQueued(**EVENT, qualifier="$LATEST", source="aws", payload="{}", payload_size_bytes=2)
    )
    return script


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
        assert before["story"]["next_segment"] == after["id"]
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
    assert [row for row in rows_of(script, "segments") if row["lane"] == "caller"] == []
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
    assert lanes[f"target:{TARGET}"] == ("records", "destination")
    assert lanes["target:a:b"] == ("b", "dead-letter queue")
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
    assert "Call 1 was stopped. greeter ran 16 times in one chain of calls: a loop." in told
    assert "its function called itself in a loop" in told
