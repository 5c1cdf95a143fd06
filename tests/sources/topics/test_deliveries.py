"""Deliveries are tried again, given up, buried, and outlive the process."""

import json

import pytest

from tests.sources.topics.region import FUNCTION, RUN, Lab, Refused, on_loop, queue_policy, text
from webapp.sources.topics import deliveries
from webapp.sources.topics.delivery_policy import MOST_RETRIES, wait_after
from webapp.trace.events import (
    DeliveryAttempted,
    NotificationDeadLettered,
    NotificationDelivered,
    NotificationDiscarded,
    NotificationRefused,
)

BUSY = Refused("TooManyRequestsException", "Rate Exceeded.", again=True)
GONE = Refused("ResourceNotFoundException", "Function not found: x", again=False)


@pytest.mark.slow
def test_the_policy_is_that_of_endpoints_of_aws() -> None:
    waits = [wait_after(attempts) for attempts in range(1, MOST_RETRIES + 1)]
    seconds = [one.seconds for one in waits if one]
    assert len(seconds) == 100_015
    assert seconds[:6] == [0, 0, 0, 1, 1, 1]
    assert seconds[14:16] == [20, 20]
    assert seconds[5:15] == sorted(seconds[5:15])
    assert round(sum(seconds) / 86_400) == 23
    assert wait_after(MOST_RETRIES + 1) is None


def test_an_endpoint_that_is_busy_is_tried_again_on_the_lab_clock() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, FUNCTION)
        lab.functions.refusals = [BUSY] * 5
        await lab.publish(topic)
        assert len(lab.functions.calls) == 4
        assert [fact.phase for fact in lab.facts(NotificationRefused)] == [
            "immediate retry",
            "immediate retry",
            "immediate retry",
            "pre-backoff",
        ]
        await lab.wait(1)
        assert not lab.functions.taken
        await lab.wait(1)
        assert len(lab.functions.taken) == 1
        [delivered] = lab.facts(NotificationDelivered)
        assert delivered.attempt == 6
        assert not lab.store.deliveries

    on_loop(work)


def test_a_function_that_is_gone_is_not_tried_again() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, FUNCTION)
        lab.functions.refusals = [GONE]
        await lab.publish(topic)
        [fact] = lab.facts(NotificationDiscarded)
        assert "Function not found" in fact.reason
        assert len(lab.facts(DeliveryAttempted)) == 1
        assert not lab.store.deliveries

    on_loop(work)


def test_a_function_that_is_being_made_is_tried_again() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, FUNCTION)
        lab.functions.refusals = [Refused("ResourceConflictException", "Pending", again=False)]
        await lab.publish(topic)
        assert len(lab.functions.taken) == 1

    on_loop(work)


def test_what_cannot_be_delivered_goes_to_the_subscriptions_dead_letter_queue() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        dead = await lab.queue("dead")
        await lab.subscribe(topic, FUNCTION, RedrivePolicy={"deadLetterTargetArn": dead})
        lab.functions.refusals = [GONE]
        await lab.publish(topic)
        [body] = await lab.bodies("dead")
        assert json.loads(body)["Message"] == "hello"
        [fact] = lab.facts(NotificationDeadLettered)
        assert (fact.target, fact.attempts) == (dead, 1)

    on_loop(work)


def test_a_dead_letter_queue_that_does_not_take_it_loses_it_and_says_why() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        dead = await lab.queue("dead", policy=False)
        await lab.subscribe(topic, FUNCTION, RedrivePolicy={"deadLetterTargetArn": dead})
        lab.functions.refusals = [GONE]
        await lab.publish(topic)
        [fact] = lab.facts(NotificationDiscarded)
        assert "Function not found" in fact.reason
        assert "no resource-based policy allows" in fact.reason

    on_loop(work)


def test_a_queue_takes_only_what_its_policy_allows() -> None:
    async def work(lab: Lab) -> None:
        topic, other = await lab.topic("orders"), await lab.topic("other")
        policy = queue_policy(Condition={"ArnEquals": {"aws:SourceArn": topic.arn}})
        queue = await lab.queue(Policy=policy)
        bare = await lab.queue("bare", policy=False)
        for one in (topic, other):
            await lab.subscribe(one, queue)
        await lab.subscribe(topic, bare)
        await lab.publish(topic)
        await lab.publish(other)
        assert len(await lab.bodies()) == 1
        assert await lab.bodies("bare") == []
        reasons = [fact.reason for fact in lab.facts(NotificationDiscarded)]
        assert len(reasons) == 2
        assert all("sqs:SendMessage" in reason for reason in reasons)

    on_loop(work)


def test_a_queue_whose_disk_fails_is_tried_again() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, await lab.queue())
        lab.queue_store.failing = True
        await lab.publish(topic)
        lab.queue_store.failing = False
        await lab.wait(2)
        assert len(await lab.bodies()) == 1

    on_loop(work)


def test_what_was_on_its_way_goes_on_after_a_restart() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, FUNCTION)
        lab.functions.refusals = [BUSY] * 99
        published = await lab.publish(topic)
        await lab.topics.close()
        [row] = lab.store.deliveries.values()
        assert row.attempts == 4
        back = lab.restarted()
        await back.wait(1)
        [(_, event)] = back.functions.taken
        assert event["Records"][0]["Sns"]["MessageId"] == published.identifier
        assert back.facts(DeliveryAttempted)[0].attempt == 5
        assert not back.store.deliveries
        assert not back.store.notifications

    on_loop(work)


def test_a_group_waits_for_its_first_message_and_others_do_not() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic("o.fifo", FifoTopic="true")
        queue = await lab.queue("w.fifo", FifoQueue="true")
        await lab.subscribe(topic, queue, RawMessageDelivery="true")
        lab.queue_store.failing = True
        await lab.publish(topic, "a1", group="a", deduplication="1")
        lab.queue_store.failing = False
        await lab.publish(topic, "a2", group="a", deduplication="2")
        await lab.publish(topic, "b1", group="b", deduplication="3")
        assert await lab.bodies("w.fifo") == ["b1"]
        await lab.wait(1)
        assert await lab.bodies("w.fifo") == ["a1", "a2"]

    on_loop(work)


def test_raw_delivery_of_too_many_attributes_is_given_up() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, await lab.queue(), RawMessageDelivery="true")
        await lab.publish(topic, attributes={f"a{number}": text("x") for number in range(11)})
        [fact] = lab.facts(NotificationDiscarded)
        assert "at most 10 message attributes" in fact.reason

    on_loop(work)


def test_a_subscription_that_ended_meanwhile_gets_nothing() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        subscription = await lab.subscribe(topic, FUNCTION)
        lab.functions.refusals = [BUSY] * 99
        await lab.publish(topic)
        await lab.topics.subscriptions.unsubscribe(subscription, run=RUN)
        await lab.wait(1)
        [fact] = lab.facts(NotificationDiscarded)
        assert fact.reason == "the subscription was ended"

    on_loop(work)


def test_what_would_leave_the_lab_is_only_shown() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        address = await lab.subscribe(topic, "ada@example.org", protocol="email")
        await lab.publish(topic, "before")
        await lab.topics.subscriptions.confirm(topic, address.record.token, run=RUN)
        await lab.publish(topic, "after")
        [fact] = lab.facts(NotificationDelivered)
        assert (fact.endpoint, fact.shown_only) == ("ada@example.org", True)

    on_loop(work)


def test_a_disk_that_refuses_loses_no_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "STORE_AGAIN_SECONDS", 0)

    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, FUNCTION)
        lab.functions.refusals = [BUSY] * 4
        await lab.publish(topic)
        lab.store.failing = 3
        await lab.wait(1)
        assert len(lab.functions.taken) == 1
        assert lab.store.failing == 0
        assert not lab.store.deliveries

    on_loop(work)
