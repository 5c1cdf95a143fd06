"""Runs of a lab's schedules: their lane, their rows, and what became of each delivery."""

from typing import Any

from tests.trace.folded import Folded, Row
from tests.trace.lab_script import LAB
from webapp.trace.events import (
    EventQueued,
    ScheduleChanged,
    ScheduleFired,
    TargetGivenUp,
    TargetReached,
    TargetRetryScheduled,
)
from webapp.trace.projections import LabView

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:reader"
WHERE: dict[str, Any] = {"bus": "", "rule": "tick", "event_id": "x1", "target": FUNCTION}


class Schedules(Folded):
    """Facts about a schedule, folded as they come, one second after the other."""

    def __init__(self) -> None:
        super().__init__(
            LabView(functions=frozenset({"reader"}), schedules=frozenset({"tick"}), lab=LAB)
        )

    def fire(self, *, due: float = 1001.0, missed: int = 0, **more: Any) -> int:
        about = {"kind": "schedule", "name": "tick", "group": "default", "execution": "x1", **more}
        return self.tell(ScheduleFired(due=due, missed=missed, **about))

    @property
    def firing(self) -> Row:
        [row] = self.view.firings("tick")
        return row


def test_a_moment_is_a_point_on_the_lane_of_its_schedule() -> None:
    schedules = Schedules()
    schedules.fire()
    [lane] = [row for row in schedules.rows("lanes") if row["kind"] == "queue"]
    assert (lane["title"], lane["detail"]) == ("tick", "schedule")
    [segment] = schedules.rows("segments")
    assert (segment["kind"], segment["lane"]) == ("firing", lane["id"])
    assert schedules.firing["segment"] == segment["id"]
    assert schedules.story == ["Schedule tick runs: firing 1."]


def test_what_it_runs_comes_of_the_point() -> None:
    schedules = Schedules()
    fired = schedules.fire()
    queued = EventQueued(
        function="reader",
        request_id="r1",
        qualifier="$LATEST",
        source="schedule tick",
        payload="{}",
        payload_size_bytes=2,
    )
    schedules.tell(queued, cause=fired)
    schedules.tell(TargetReached(**WHERE, attempt=1, body="{}"), cause=fired)
    [delivery] = schedules.firing["deliveries"]
    assert delivery["state"] == "delivered"
    assert schedules.story[-1] == "reader has firing 1 of tick."
    assert [row["kind"] for row in schedules.rows("segments")] == ["firing"]  # no caller leaves


def test_a_delivery_waits_and_is_given_up_on_the_schedules_lane() -> None:
    schedules = Schedules()
    schedules.fire()
    retry = TargetRetryScheduled(
        **WHERE, attempt=2, due=1010.0, wait_seconds=7.0, reason="Busy: later."
    )
    schedules.tell(retry)
    [wait] = [row for row in schedules.rows("segments") if row["kind"] == "wait"]
    assert wait["story"]["what"] == "A delivery of firing 1 of tick waits for attempt 2."
    lost = TargetGivenUp(**WHERE, attempts=2, condition="", reason="NotFound: gone.")
    schedules.tell(lost)
    [delivery] = schedules.firing["deliveries"]
    assert (delivery["state"], delivery["attempts"]) == ("lost", 2)
    assert schedules.story[-1] == (
        "Firing 1 of tick is given up for reader after 2 attempts. NotFound: gone. It is lost."
    )
    [point] = [row for row in schedules.rows("segments") if row["kind"] == "firing"]
    assert point["failed"]


def test_moments_that_passed_and_a_late_one_are_told() -> None:
    schedules = Schedules()
    schedules.fire(missed=3)
    schedules.fire(due=1000.0, execution="x2")
    assert schedules.story == [
        "Schedule tick runs: firing 1. 3 moments before it passed while nobody was there.",
        "Schedule tick runs: firing 2. It is 2.00 s after its moment, within its window.",
    ]


def test_a_change_is_told_and_what_is_not_the_labs_is_not() -> None:
    schedules = Schedules()
    about: dict[str, Any] = {"schedule": "tick", "expression": "rate(1 day)"}
    schedules.tell(ScheduleChanged(group="default", change="created", **about))
    schedules.tell(ScheduleChanged(group="default", change="changed", **about))
    schedules.tell(ScheduleChanged(group="others", change="deleted", **about))
    schedules.fire(group="others")
    schedules.fire(kind="rule", group="")
    schedules.tell(TargetReached(**WHERE, attempt=1, body=""))  # of a filter named alike
    assert schedules.story == ["Schedule tick is set otherwise: rate(1 day)."]
    assert schedules.rows("firings") == []
