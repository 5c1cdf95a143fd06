"""Events on buses: matched or not and why, brought to targets, tried again, never lost."""

import json

import pytest

from tests.sources.buses.bench import BUSY, DEAD, GONE, QUEUE, START, Lab, on_loop
from webapp.sources.buses import router
from webapp.sources.buses.entries import EntryError
from webapp.sources.buses.errors import (
    BusExists,
    BusNotFound,
    LimitExceeded,
    PatternRefused,
    RuleNotFound,
    ValidationFailed,
)
from webapp.sources.buses.event import BusEvent
from webapp.sources.buses.ports import BusRecord
from webapp.sources.errors import SourceFailed
from webapp.trace.events import (
    EventPut,
    RuleMatched,
    RuleNotMatched,
    ScheduleFired,
    TargetGivenUp,
    TargetReached,
    TargetRetryScheduled,
)

BUS_ARN = "arn:aws:events:us-east-1:000000000000:event-bus/"


def test_an_event_reaches_the_targets_of_every_rule_that_it_matches() -> None:
    async def work(lab: Lab) -> None:
        await lab.rule("one")
        await lab.rule("two", targets=[{"Id": "a", "Arn": QUEUE}, {"Id": "b", "Arn": DEAD}])
        event = await lab.put({"n": 1})
        assert isinstance(event, BusEvent)
        assert [one.arn for one in lab.outlets.parcels] == [QUEUE, QUEUE, DEAD]
        assert {one.body for one in lab.outlets.parcels} == {event.text}
        assert [one.rule for one in lab.facts(RuleMatched)] == ["one", "two"]
        assert len(lab.facts(TargetReached)) == 3
        assert lab.store.deliveries == {}

    on_loop(work)


def test_the_event_is_as_aws_writes_it() -> None:
    async def work(lab: Lab) -> None:
        await lab.rule()
        await lab.put({"n": 1.50}, Resources=["arn:x"], Time=START - 60)
        event = json.loads(lab.outlets.parcels[0].body)
        assert list(event) == [
            "version",
            "id",
            "detail-type",
            "source",
            "account",
            "time",
            "region",
            "resources",
            "detail",
        ]
        assert event["version"] == "0"
        assert event["time"] == "1970-01-12T13:45:40Z"
        assert event["resources"] == ["arn:x"]
        assert event["detail"] == {"n": 1.5}

    on_loop(work)


def test_one_event_causes_its_matches_and_these_their_deliveries() -> None:
    async def work(lab: Lab) -> None:
        await lab.rule()
        await lab.put()
        entries = {entry.sequence: entry for entry in lab.log.since(0)}
        [reached] = [one for one in entries.values() if isinstance(one.fact, TargetReached)]
        matched = entries[reached.cause or 0]
        put = entries[matched.cause or 0]
        assert isinstance(matched.fact, RuleMatched)
        assert isinstance(put.fact, EventPut)
        assert {put.run, matched.run, reached.run} == {"run"}
        assert lab.outlets.parcels[0].cause == matched.sequence

    on_loop(work)


def test_a_rule_that_does_not_match_says_which_field_decided() -> None:
    async def work(lab: Lab) -> None:
        await lab.rule(pattern={"source": ["shop"], "detail": {"total": [{"numeric": [">", 10]}]}})
        await lab.put({"total": 5})
        [fact] = lab.facts(RuleNotMatched)
        assert fact.fields == ("detail.total",)
        assert fact.reason == "detail.total is 5; the pattern asks for a number > 10"
        assert lab.outlets.parcels == []

    on_loop(work)


def test_what_takes_long_is_compared_off_the_loop_with_the_same_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(router, "COMPARED_HERE", 0)

    async def work(lab: Lab) -> None:
        await lab.rule("one", pattern={"detail": {"n": [1]}})
        await lab.rule("two", pattern={"detail": {"n": [2]}})
        await lab.put({"n": 1})
        assert [one.rule for one in lab.facts(RuleMatched)] == ["one"]
        assert [one.rule for one in lab.facts(RuleNotMatched)] == ["two"]
        assert len(lab.outlets.parcels) == 1

    on_loop(work)


def test_a_disabled_rule_and_another_bus_s_rule_get_nothing() -> None:
    async def work(lab: Lab) -> None:
        await lab.buses.create(BusRecord(name="other"), run="run")
        await lab.rule("off", state="DISABLED")
        await lab.rule("elsewhere", bus="other")
        await lab.put()
        assert lab.outlets.parcels == []
        await lab.put(bus=BUS_ARN + "other")
        assert len(lab.outlets.parcels) == 1

    on_loop(work)


def test_an_event_for_a_bus_that_is_not_there_is_gone_without_an_error() -> None:
    async def work(lab: Lab) -> None:
        answer = await lab.put(bus="nowhere")
        assert isinstance(answer, BusEvent)
        [fact] = lab.facts(EventPut)
        assert (fact.bus, fact.known) == ("nowhere", False)

    on_loop(work)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"Source": ""}, "InvalidArgument"),
        ({"DetailType": ""}, "InvalidArgument"),
        ({"Detail": ""}, "InvalidArgument"),
        ({"Detail": "[1]"}, "MalformedDetail"),
        ({"Detail": "{"}, "MalformedDetail"),
        ({"Detail": '{"a":NaN}'}, "MalformedDetail"),
        ({"Detail": '{"a":' * 300 + "1" + "}" * 300}, "MalformedDetail"),
        ({"Detail": '{"a":' * 90_000 + "1" + "}" * 90_000}, "MalformedDetail"),
        ({"Detail": '{"a":"\ud800"}'}, "MalformedDetail"),
        ({"Source": "aws.s3"}, "NotAuthorizedForSourceException"),
    ],
)
def test_an_entry_that_is_no_event_has_its_error_in_its_place(
    entry: dict[str, str], code: str
) -> None:
    async def work(lab: Lab) -> None:
        await lab.rule(pattern={"source": [{"exists": True}]})
        answer = await lab.put(**entry)
        assert isinstance(answer, EntryError)
        assert answer.code == code
        assert lab.outlets.parcels == []

    on_loop(work)


def test_what_matches_is_on_disk_before_its_sender_has_an_answer() -> None:
    async def work(lab: Lab) -> None:
        await lab.rule()
        lab.store.failing = True
        with pytest.raises(SourceFailed):
            await lab.put()
        await lab.settle()
        assert lab.outlets.parcels == []
        assert len(lab.deliveries) == 0

    on_loop(work)


def test_a_refused_target_is_tried_again_on_the_lab_clock_with_a_wait_that_doubles() -> None:
    async def work(lab: Lab) -> None:
        await lab.rule()
        lab.outlets.refusals[QUEUE] = [BUSY, BUSY]
        await lab.put()
        assert len(lab.outlets.parcels) == 1
        await lab.wait(1)
        assert len(lab.outlets.parcels) == 2
        await lab.wait(1)
        assert len(lab.outlets.parcels) == 2
        await lab.wait(1)
        waits = [(one.attempt, one.wait_seconds) for one in lab.facts(TargetRetryScheduled)]
        assert waits == [(2, 1.0), (3, 2.0)]
        [reached] = lab.facts(TargetReached)
        assert reached.attempt == 3
        assert lab.store.deliveries == {}

    on_loop(work)


def test_a_restart_goes_on_with_what_was_accepted() -> None:
    async def work(lab: Lab) -> None:
        await lab.rule()
        lab.outlets.refusals[QUEUE] = [BUSY]
        await lab.put({"n": 1})
        again = await lab.restarted(after=0.5)
        assert again.outlets.parcels == []
        await again.wait(0.5)
        [parcel] = again.outlets.parcels
        assert json.loads(parcel.body)["detail"] == {"n": 1}
        [reached] = again.facts(TargetReached)
        assert reached.attempt == 2

    on_loop(work)


def test_the_retry_policy_s_limits_end_in_the_dead_letter_queue() -> None:
    async def work(lab: Lab) -> None:
        target = {
            "Id": "q",
            "Arn": QUEUE,
            "RetryPolicy": {"MaximumRetryAttempts": 1},
            "DeadLetterConfig": {"Arn": DEAD},
        }
        arn = await lab.rule(targets=[target])
        lab.outlets.refusals[QUEUE] = [BUSY, BUSY]
        event = await lab.put({"n": 1})
        await lab.wait(1)
        assert isinstance(event, BusEvent)
        letter = lab.outlets.parcels[-1]
        assert (letter.arn, letter.body) == (DEAD, event.text)
        assert {name: text for name, (_, text) in letter.attributes.items()} == {
            "RULE_ARN": arn,
            "TARGET_ARN": QUEUE,
            "ERROR_CODE": "THROTTLING",
            "ERROR_MESSAGE": "Rate Exceeded.",
            "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
            "RETRY_ATTEMPTS": "1",
        }
        [fact] = lab.facts(TargetGivenUp)
        assert (fact.attempts, fact.dead_letter, fact.lost) == (2, DEAD, "")

    on_loop(work)


def test_a_target_that_is_gone_is_not_tried_again() -> None:
    async def work(lab: Lab) -> None:
        await lab.rule(targets=[{"Id": "q", "Arn": QUEUE, "DeadLetterConfig": {"Arn": DEAD}}])
        lab.outlets.refusals = {QUEUE: [GONE], DEAD: [GONE]}
        await lab.put()
        [fact] = lab.facts(TargetGivenUp)
        assert (fact.attempts, fact.condition, fact.dead_letter) == (1, "", "")
        assert fact.lost == "ResourceNotFoundException: It is not there."
        assert "EXHAUSTED_RETRY_CONDITION" not in lab.outlets.parcels[-1].attributes
        assert lab.store.deliveries == {}

    on_loop(work)


def test_messages_of_one_group_are_brought_one_after_the_other() -> None:
    async def work(lab: Lab) -> None:
        fifo = QUEUE + ".fifo"
        group = {"SqsParameters": {"MessageGroupId": "g"}}
        await lab.rule(targets=[{"Id": "q", "Arn": fifo, **group}])
        for n in range(3):
            await lab.put({"n": n})
        assert [json.loads(one.body)["detail"]["n"] for one in lab.outlets.parcels] == [0, 1, 2]
        assert {one.group for one in lab.outlets.parcels} == {"g"}

    on_loop(work)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"Input": "{}", "InputPath": "$"}, "Only one of Input"),
        ({"Input": "no json"}, "Invalid Input for target q"),
        ({"InputPath": "detail"}, "InputPath"),
        ({"InputTransformer": {"InputTemplate": "<a>"}}, "invalid placeholder a"),
        (
            {"InputTransformer": {"InputPathsMap": {"a": "$.x"}, "InputTemplate": "no <a> quotes"}},
            "Invalid InputTemplate",
        ),
        (
            {"InputTransformer": {"InputPathsMap": {"aws.x": "$.x"}, "InputTemplate": '"x"'}},
            "reserved",
        ),
        ({"Arn": "arn:aws:states:us-east-1:000000000000:stateMachine:x"}, "not served"),
        ({"Arn": "q"}, "not in correct format"),
        ({"Arn": QUEUE + ".fifo"}, "SqsParameters"),
        ({"DeadLetterConfig": {"Arn": DEAD + ".fifo"}}, "standard SQS queue"),
    ],
)
def test_a_target_that_cannot_be_is_refused(target: dict[str, object], words: str) -> None:
    async def work(lab: Lab) -> None:
        with pytest.raises(ValidationFailed, match=words):
            await lab.rule(targets=[{"Id": "q", "Arn": QUEUE, **target}])
        assert lab.buses.rules.find("orders", bus="default").record.targets == ()

    on_loop(work)


def test_a_rule_has_five_targets_at_the_most() -> None:
    async def work(lab: Lab) -> None:
        many = [{"Id": str(n), "Arn": QUEUE} for n in range(6)]
        with pytest.raises(LimitExceeded):
            await lab.rule(targets=many)

    on_loop(work)


def test_buses_and_rules_are_refused_in_eventbridge_s_words() -> None:
    async def work(lab: Lab) -> None:
        with pytest.raises(BusExists, match=r"Event bus default already exists."):
            await lab.buses.create(BusRecord(name="default"), run="run")
        with pytest.raises(ValidationFailed, match=r"must not contain '/'"):
            await lab.buses.create(BusRecord(name="a/b"), run="run")
        with pytest.raises(ValidationFailed, match=r"Cannot delete event bus default."):
            await lab.buses.delete("default", run="run")
        with pytest.raises(BusNotFound, match=r"Event bus none does not exist."):
            lab.buses.find("none")
        with pytest.raises(RuleNotFound, match=r"Rule x does not exist on EventBus default."):
            lab.buses.rules.find("x", bus="default")
        with pytest.raises(PatternRefused, match=r"Event pattern is not valid. Reason: "):
            await lab.rule(pattern={"source": "shop"})
        await lab.rule()
        with pytest.raises(ValidationFailed, match=r"Rule can't be deleted since it has targets."):
            await lab.buses.rules.delete("orders", bus="default", run="run")

    on_loop(work)


def test_a_change_that_the_disk_refuses_did_not_happen() -> None:
    async def work(lab: Lab) -> None:
        await lab.rule(description="old")
        lab.store.failing = True
        with pytest.raises(SourceFailed):
            await lab.rule(description="new")
        with pytest.raises(SourceFailed):
            await lab.buses.create(BusRecord(name="b"), run="run")
        assert lab.buses.rules.find("orders", bus="default").record.description == "old"
        with pytest.raises(BusNotFound):
            lab.buses.find("b")

    on_loop(work)


# -- schedules


def test_a_rule_with_a_schedule_sends_an_event_of_its_own_at_each_moment() -> None:
    async def work(lab: Lab) -> None:
        arn = await lab.rule("tick", schedule="rate(1 minute)")
        await lab.wait(59)
        assert lab.outlets.parcels == []
        await lab.wait(1)
        event = json.loads(lab.outlets.parcels[0].body)
        assert (event["detail-type"], event["source"]) == ("Scheduled Event", "aws.events")
        assert (event["resources"], event["detail"]) == ([arn], {})
        assert event["time"] == "1970-01-12T13:47:40Z"
        await lab.wait(60)
        assert [one.due for one in lab.facts(ScheduleFired)] == [START + 60, START + 120]
        runs = {one.run for one in lab.outlets.parcels}
        assert len(runs) == 2

    on_loop(work)


def test_a_schedule_never_pulls_the_clock() -> None:
    async def work(lab: Lab) -> None:
        await lab.rule("tick", schedule="rate(1 minute)")
        assert not lab.timers.jump_to_next()
        assert lab.timers.next_kept() == pytest.approx(60)

    on_loop(work)


def test_moments_missed_while_the_server_was_down_are_made_up_for_once() -> None:
    async def work(lab: Lab) -> None:
        await lab.rule("tick", schedule="rate(1 minute)")
        again = await lab.restarted(after=200)
        [fired] = again.facts(ScheduleFired)
        assert (fired.due, fired.missed) == (START + 180, 2)
        await again.wait(40)
        assert [one.due for one in again.facts(ScheduleFired)] == [START + 180, START + 240]

    on_loop(work)


def test_a_disabled_or_deleted_schedule_is_silent() -> None:
    async def work(lab: Lab) -> None:
        await lab.rule("tick", schedule="rate(1 minute)")
        await lab.rule("tock", schedule="rate(1 minute)", targets=())
        await lab.buses.rules.enable("tick", bus="default", enabled=False, run="run")
        await lab.buses.rules.delete("tock", bus="default", run="run")
        await lab.wait(600)
        assert lab.facts(ScheduleFired) == []
        await lab.buses.rules.enable("tick", bus="default", enabled=True, run="run")
        await lab.wait(60)
        assert len(lab.facts(ScheduleFired)) == 1

    on_loop(work)


def test_a_schedule_belongs_to_the_default_bus() -> None:
    async def work(lab: Lab) -> None:
        await lab.buses.create(BusRecord(name="other"), run="run")
        with pytest.raises(ValidationFailed, match=r"only on the default event bus"):
            await lab.rule("tick", bus="other", schedule="rate(1 minute)")
        with pytest.raises(ValidationFailed, match=r"Parameter ScheduleExpression is not valid."):
            await lab.rule("tick", schedule="rate(1 minutes)")

    on_loop(work)
