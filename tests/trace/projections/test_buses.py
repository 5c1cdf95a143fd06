"""Events on a lab's buses: their lane, their rows, what each rule decided and what followed."""

from typing import Any

from tests.trace.folded import Folded, Row
from tests.trace.lab_script import LAB
from webapp.trace.events import (
    BusChanged,
    EnvironmentRequested,
    EventPut,
    EventQueued,
    InvocationAccepted,
    InvocationStarted,
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


class Buses(Folded):
    """Facts about a bus and another lab's, folded as they come."""

    def __init__(self) -> None:
        super().__init__(
            LabView(
                functions=frozenset({"reader", "teller"}),
                buses=frozenset({"shop", "archive"}),
                receivers=frozenset({"reader"}),
                lab=LAB,
            )
        )

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
    assert wait["story"]["title"] == "Wait for attempt 2"
    assert wait["story"]["what"] == "A delivery of event 1 waits for attempt 2."
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


def queued(function: str, request: str) -> EventQueued:
    return EventQueued(
        function=function,
        request_id=request,
        qualifier="$LATEST",
        source="rule large",
        payload="{}",
        payload_size_bytes=2,
    )


def accepted(function: str, request: str) -> InvocationAccepted:
    return InvocationAccepted(function=function, request_id=request, model="asynchronous")


def fan_out(buses: Buses) -> None:
    """Let two rules match an event, each for a function that then gets it."""
    buses.put()
    for rule, function in (("large", "reader"), ("all", "teller")):
        matched = buses.tell(RuleMatched(bus="shop", rule=rule, event_id="e1", targets=1))
        buses.tell(queued(function, f"for-{function}"), cause=matched)
        buses.tell(accepted(function, f"for-{function}"))


def test_the_points_of_a_bus_say_which_rules_matched() -> None:
    buses = Buses()
    buses.put()
    [point] = buses.rows("segments")
    assert (point["text"], point["unheard"]) == ("no rule matches", True)
    assert point["story"]["why"].startswith("No rule on the bus matches it")
    buses.tell(RuleMatched(bus="shop", rule="all", event_id="e1", targets=1))
    buses.tell(RuleNotMatched(**WHERE, reason="detail.total is 5", fields=("detail.total",)))
    [point] = buses.rows("segments")
    assert point["text"] == "all, not large"
    assert "unheard" not in point
    assert point["story"]["why"].startswith(
        "Rule all matches. Rule large does not: detail.total is 5."
    )


def test_an_event_has_one_number_on_the_bus_and_in_every_queue() -> None:
    buses = Buses()
    fan_out(buses)
    assert [row["number"] for row in buses.rows("events")] == [1, 1]
    assert buses.story[2] == "Event 1 is in the event queue of reader; who brought it has 202."


def test_no_event_of_a_queue_has_the_number_of_another_on_a_bus() -> None:
    buses = Buses()
    buses.tell(queued("teller", "r1"))
    fan_out(buses)
    numbers = {row["request"]: row["number"] for row in buses.rows("events")}
    assert numbers == {"r1": 1, "for-reader": 2, "for-teller": 2}
    assert buses.event["number"] == 2


def test_an_event_leads_to_each_of_its_consumers() -> None:
    buses = Buses()
    fan_out(buses)
    [point] = [row for row in buses.rows("segments") if row["kind"] == "bus-event"]
    arrivals = [row for row in buses.rows("segments") if row.get("arrives")]
    assert [row["cause"] for row in arrivals] == [point["id"], point["id"]]
    leads = point["story"]["leads"]
    assert [lead["segment"] for lead in leads] == [row["id"] for row in arrivals]
    assert [lead["text"].split(" at ")[0] for lead in leads] == ["reader", "teller"]


def test_lanes_go_from_the_bus_down_to_each_function_with_its_queue() -> None:
    buses = Buses()
    for function in ("reader", "teller"):
        environment = function[0] * 32
        requested = EnvironmentRequested(
            function=function,
            environment=environment,
            why="first call",
            request_id="r0",
            memory_mb=128,
        )
        buses.tell(requested)
    fan_out(buses)
    lanes = sorted(buses.rows("lanes"), key=lambda row: row["order"])
    assert [(row["title"], row["kind"]) for row in lanes] == [
        ("Caller", "caller"),
        ("shop", "queue"),
        ("reader", "events"),
        ("reader", "environment"),
        ("teller", "events"),
        ("teller", "environment"),
    ]


def test_who_put_an_event_is_its_cause() -> None:
    buses = Buses()
    started = buses.tell(
        InvocationStarted(function="teller", request_id="r0", environment="t" * 32, start="warm")
    )
    buses.put(cause=started)
    handler, point = buses.rows("segments")
    assert point["cause"] == handler["id"]


def test_a_changed_rule_is_drawn_once_something_ran() -> None:
    buses = Buses()
    buses.tell(RuleChanged(bus="shop", rule="all", change="targets", targets=1))
    assert buses.rows("marks") == []
    buses.put()
    for change, targets in (("created", 0), ("targets", 1), ("targets", 1)):
        buses.tell(RuleChanged(bus="shop", rule="new", change=change, targets=targets))  # type: ignore[arg-type]
    assert [row["text"] for row in buses.rows("marks")] == ["Rule new set"]
