"""Events on a lab's buses: their lane, their rows, what each rule decided and what followed."""

from typing import Any

from tests.trace.lab_script import LAB
from webapp.trace.events import (
    BusChanged,
    Entry,
    EventPut,
    EventQueued,
    Fact,
    LabReset,
    RuleChanged,
    RuleMatched,
    RuleNotMatched,
    TargetGivenUp,
    TargetReached,
    TargetRetryScheduled,
)
from webapp.trace.projections import LabView

QUEUE = "arn:aws:sqs:us-east-1:000000000000:orders"
DEAD = "arn:aws:sqs:us-east-1:000000000000:letters"
WHERE: dict[str, Any] = {"bus": "shop", "rule": "large", "event_id": "e1"}
Row = dict[str, Any]


class Buses:
    """Facts about a bus and another lab's, folded as they come."""

    def __init__(self) -> None:
        self.view = LabView(
            functions=frozenset({"reader"}), buses=frozenset({"shop", "archive"}), lab=LAB
        )
        self.sequence = 0
        self.time = 1000.0

    def tell(self, fact: Fact, *, cause: int | None = None, region: str = "") -> int:
        self.sequence += 1
        self.time += 1.0
        self.view.apply(Entry(self.sequence, self.time, "run-1", cause, fact, region))
        return self.sequence

    def put(self, *, bus: str = "shop", sender: str = "page", **more: Any) -> int:
        fact = EventPut(
            bus=bus,
            event_id="e1",
            source="shop",
            detail_type="order",
            detail='{"total": 5}',
            size_bytes=12,
            sender=sender,
        )
        return self.tell(fact, **more)

    @property
    def event(self) -> Row:
        [row] = self.view.bus_events("shop")
        return row

    def rows(self, table: str) -> list[Row]:
        return list(self.view.snapshot()[table])

    @property
    def story(self) -> list[str]:
        return [row["text"] for row in self.rows("story")]


def test_an_event_is_a_point_on_the_lane_of_its_bus() -> None:
    buses = Buses()
    buses.put()
    [lane] = [row for row in buses.rows("lanes") if row["kind"] == "queue"]
    assert (lane["title"], lane["detail"]) == ("shop", "bus")
    [segment] = buses.rows("segments")
    assert (segment["lane"], segment["kind"]) == (lane["id"], "bus-event")
    assert segment["start"] == segment["end"]
    assert buses.event["segment"] == segment["id"]
    assert buses.story == ["Event 1 (order of shop) is put on shop."]


def test_each_rule_says_what_it_decided_and_by_which_field() -> None:
    buses = Buses()
    buses.put()
    buses.tell(RuleMatched(bus="shop", rule="all", event_id="e1", targets=2))
    reason = "detail.total is 5; the pattern asks for a number > 10"
    fields = ("detail.total",)
    buses.tell(RuleNotMatched(**WHERE, reason=reason, fields=fields))
    decisions = {one["rule"]: one for one in buses.event["decisions"]}
    assert decisions["all"]["matched"]
    assert not decisions["large"]["matched"]
    assert decisions["large"]["fields"] == ["detail.total"]
    assert buses.story[1:] == [
        "Rule all matches event 1: 2 targets.",
        f"Rule large does not match event 1: {reason}.",
    ]


def test_a_delivery_is_followed_over_its_waits_to_its_end() -> None:
    buses = Buses()
    buses.put()
    buses.tell(RuleMatched(**WHERE, targets=1))
    retry = TargetRetryScheduled(
        **WHERE, target=QUEUE, attempt=2, due=1010.0, wait_seconds=7.0, reason="Busy: later."
    )
    buses.tell(retry)
    [delivery] = buses.event["decisions"][0]["deliveries"]
    assert (delivery["state"], delivery["attempts"], delivery["due"]) == ("waiting", 1, 1010.0)
    [wait] = [row for row in buses.rows("segments") if row["kind"] == "wait"]
    assert wait["end"] is None
    buses.tell(TargetReached(**WHERE, target=QUEUE, attempt=2, body="{}"))
    [delivery] = buses.event["decisions"][0]["deliveries"]
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 2)
    [wait] = [row for row in buses.rows("segments") if row["kind"] == "wait"]
    assert wait["end"] == buses.time
    assert buses.story[-1] == "orders has event 1 by rule large at attempt 2."


def test_what_is_given_up_says_why_and_where_it_is() -> None:
    buses = Buses()
    buses.put()
    given_up = TargetGivenUp(
        **WHERE, target=QUEUE, attempts=1, condition="", reason="It is gone.", dead_letter=DEAD
    )
    buses.tell(given_up)
    [delivery] = buses.event["decisions"][0]["deliveries"]
    assert (delivery["state"], delivery["dead_letter"]) == ("dead-lettered", DEAD)
    assert buses.story[-1] == (
        "Event 1 is given up for orders after 1 attempt. It is gone. It is in letters."
    )
    [segment] = buses.rows("segments")
    assert segment["failed"]


def test_an_event_keeps_its_number_on_the_next_bus() -> None:
    buses = Buses()
    buses.put()
    buses.put(bus="archive", sender="rule large")
    assert buses.story[-1] == "Event 1 (order of shop) is put on archive by rule large."
    assert len(buses.view.bus_events("archive")) == 1


def test_changes_of_buses_and_rules_are_told() -> None:
    buses = Buses()
    buses.put()
    buses.tell(BusChanged(bus="shop", change="deleted"))
    buses.tell(RuleChanged(bus="shop", rule="all", change="targets", targets=1))
    assert buses.story[1:] == ["Bus shop was deleted.", "Rule all has 1 target now."]


def test_other_buses_regions_and_what_was_before_a_reset_are_left_out() -> None:
    buses = Buses()
    buses.put(bus="default")
    buses.put(region="eu-west-1")
    assert buses.view.bus_events("shop") == ()
    buses.put()
    buses.tell(LabReset(lab=LAB))
    buses.tell(TargetReached(**WHERE, target=QUEUE, attempt=1, body="{}"))
    assert buses.view.bus_events("shop") == ()


def test_what_a_delivery_causes_begins_at_the_event() -> None:
    buses = Buses()
    buses.put()
    matched = buses.tell(RuleMatched(**WHERE, targets=1))
    queued = EventQueued(
        function="reader",
        request_id="r1",
        qualifier="$LATEST",
        source="rule large",
        payload="{}",
        payload_size_bytes=2,
    )
    buses.tell(queued, cause=matched)
    assert buses.view.segment_of(matched) == buses.event["segment"]
