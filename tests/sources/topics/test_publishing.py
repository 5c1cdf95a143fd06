"""What is published goes to whom it is for, filtered, in its form, and is told."""

import asyncio
import json
import threading
from typing import Any

import pytest

from tests.sources.topics.region import FUNCTION, Lab, on_loop, text
from webapp.sources.errors import SourceError, SourceFailed
from webapp.sources.topics import publishing
from webapp.sources.topics.errors import InvalidParameter, InvalidParameterValue, Throttled
from webapp.sources.topics.publication import Publication
from webapp.sources.topics.region import TopicLimits
from webapp.trace.events import (
    DeliveryAttempted,
    MessageFiltered,
    MessagePublished,
    MessageSent,
    NotificationDelivered,
    PublicationRepeated,
)


def test_a_message_reaches_every_subscription() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, await lab.queue("one"))
        await lab.subscribe(topic, await lab.queue("two"), RawMessageDelivery="true")
        await lab.subscribe(topic, FUNCTION)
        await lab.publish(topic)
        [enveloped] = await lab.bodies("one")
        assert json.loads(enveloped)["Message"] == "hello"
        assert await lab.bodies("two") == ["hello"]
        [(arn, event)] = lab.functions.taken
        assert (arn, event["Records"][0]["Sns"]["Message"]) == (FUNCTION, "hello")
        assert not lab.store.deliveries
        assert not lab.store.notifications

    on_loop(work)


def test_a_function_gets_exactly_the_record_that_aws_sends() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        subscription = await lab.subscribe(topic, FUNCTION)
        await lab.publish(topic, attributes={"Test": text("x")})
        [record] = lab.functions.taken[0][1]["Records"]
        assert list(record) == ["EventSource", "EventVersion", "EventSubscriptionArn", "Sns"]
        assert record["EventSource"] == "aws:sns"
        assert record["EventVersion"] == "1.0"
        assert record["EventSubscriptionArn"] == subscription.arn
        sns = record["Sns"]
        assert list(sns) == [
            "Type",
            "MessageId",
            "TopicArn",
            "Subject",
            "Message",
            "Timestamp",
            "SignatureVersion",
            "Signature",
            "SigningCertUrl",
            "UnsubscribeUrl",
            "MessageAttributes",
        ]
        assert sns["Subject"] is None
        assert sns["Timestamp"] == "1970-01-12T13:46:40.000Z"
        assert sns["MessageAttributes"] == {"Test": {"Type": "String", "Value": "x"}}
        assert sns["SigningCertUrl"].startswith("https://sns.us-east-1.amazonaws.com/")
        assert sns["UnsubscribeUrl"].endswith(f"SubscriptionArn={subscription.arn}")
        [call] = lab.functions.calls
        assert call["principal"] == "sns.amazonaws.com"
        assert call["source_arn"] == topic.arn
        assert call["source"] == "topic orders"

    on_loop(work)


def test_a_queue_gets_an_envelope_and_raw_delivery_the_message_with_its_attributes() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, await lab.queue("one"))
        await lab.subscribe(topic, await lab.queue("two"), RawMessageDelivery="true")
        await lab.publish(topic, subject="Ahoy", attributes={"n": text("1", "Number")})
        [body] = await lab.bodies("one")
        assert body.startswith('{\n  "Type" : "Notification",\n  "MessageId" : ')
        found = json.loads(body)
        assert found["Subject"] == "Ahoy"
        assert found["MessageAttributes"] == {"n": {"Type": "Number", "Value": "1"}}
        assert "SigningCertURL" in found
        [raw] = await lab.queues.find("two").receive(1)
        assert raw.message.attributes == {"n": text("1", "Number")}

    on_loop(work)


def test_each_protocol_has_its_own_text_in_a_structure() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, await lab.queue(), RawMessageDelivery="true")
        await lab.subscribe(topic, FUNCTION)
        await lab.publish(topic, json.dumps({"default": "d", "sqs": "s"}), structure="json")
        assert await lab.bodies() == ["s"]
        assert lab.functions.taken[0][1]["Records"][0]["Sns"]["Message"] == "d"

    on_loop(work)


def test_what_a_filter_keeps_away_is_told_with_the_field_that_decided() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        queue = await lab.queue()
        kept_away = await lab.subscribe(topic, queue, FilterPolicy={"kind": ["paid"]})
        await lab.subscribe(topic, FUNCTION)
        published = await lab.publish(topic, attributes={"kind": text("open")})
        [fact] = lab.facts(MessageFiltered)
        assert fact == MessageFiltered(
            topic="orders",
            message_id=published.identifier,
            subscription=kept_away.record.identifier,
            endpoint=queue,
            reason='kind is "open"; the pattern asks for "paid"',
        )
        assert await lab.bodies() == []
        assert lab.facts(MessagePublished)[0].deliveries == 1
        await lab.publish(topic, attributes={"kind": text("paid")})
        assert len(await lab.bodies()) == 1

    on_loop(work)


ATTRIBUTE_FILTERS: list[tuple[Any, dict[str, Any], bool]] = [
    ({"n": [{"numeric": [">", 0, "<=", 100]}]}, {"n": text("99", "Number")}, True),
    ({"n": [{"numeric": [">", 0, "<=", 100]}]}, {"n": text("111", "Number")}, False),
    ({"n": [99]}, {"n": text("99", "String")}, False),
    ({"n": [None, {"anything-but": "x"}]}, {}, True),
    ({"n": [{"exists": False}]}, {"m": text("1")}, True),
    ({"n": ["b"]}, {"n": text('["a", "b"]', "String.Array")}, True),
    ({"n": [{"anything-but": ["a"]}]}, {"n": text('["a", "b"]', "String.Array")}, True),
    ({"n": ["b"]}, {"n": text('["a"]', "String.Array")}, False),
    ({"$or": [{"n": ["x"]}, {"m": ["y"]}]}, {"m": text("y")}, True),
]


@pytest.mark.parametrize(("policy", "attributes", "through"), ATTRIBUTE_FILTERS)
def test_a_filter_of_attributes_sees_their_types(
    policy: Any, attributes: dict[str, Any], through: bool
) -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, await lab.queue(), FilterPolicy=policy)
        await lab.publish(topic, attributes=attributes)
        assert bool(await lab.bodies()) is through

    on_loop(work)


def test_a_filter_of_the_body_sees_into_it_also_when_it_is_long() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(
            topic,
            await lab.queue(),
            FilterPolicyScope="MessageBody",
            FilterPolicy={"order": {"state": [{"prefix": "pa"}]}},
        )
        await lab.publish(topic, '{"order": {"state": "paid"}}')
        await lab.publish(topic, '{"order": {"state": "open"}}')
        await lab.publish(topic, "no JSON")
        long = json.dumps({"order": {"state": "paid"}, "filler": "x" * 100_000})
        await lab.publish(topic, long)
        assert [json.loads(body)["Message"][:28] for body in await lab.bodies()] == [
            '{"order": {"state": "paid"}}',
            long[:28],
        ]
        reasons = [fact.reason for fact in lab.facts(MessageFiltered)]
        assert reasons == [
            'order.state is "open"; the pattern asks for text that begins with "pa"',
            "the filter policy is for the message's body, and that is no JSON object",
        ]

    on_loop(work)


def test_one_publication_is_the_cause_of_all_that_follows() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, await lab.queue())
        await lab.subscribe(topic, FUNCTION)
        await lab.publish(topic)
        causes = {type(entry.fact): entry.cause for entry in lab.log.since(0)}
        kinds = {entry.sequence: type(entry.fact) for entry in lab.log.since(0)}
        assert kinds[causes[DeliveryAttempted] or 0] is MessagePublished
        assert kinds[causes[MessageSent] or 0] is DeliveryAttempted
        assert kinds[causes[NotificationDelivered] or 0] is DeliveryAttempted
        assert kinds[lab.functions.calls[0]["cause"]] is DeliveryAttempted

    on_loop(work)


def test_nothing_is_sent_that_is_not_on_disk() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, await lab.queue())
        lab.store.failing = 1
        with pytest.raises(SourceFailed):
            await lab.publish(topic)
        await lab.settled()
        assert await lab.bodies() == []

    on_loop(work)


REFUSED: list[tuple[dict[str, Any], type[SourceError], str]] = [
    ({"message": ""}, InvalidParameter, "Invalid parameter: Empty message"),
    ({"message": "x" * 262_145}, InvalidParameter, "Invalid parameter: Message too long"),
    ({"message": "\ud800"}, InvalidParameter, "UTF-8"),
    ({"subject": "x" * 101}, InvalidParameter, "Invalid parameter: Subject"),
    ({"subject": "two\nlines"}, InvalidParameter, "Invalid parameter: Subject"),
    ({"subject": "Übung"}, InvalidParameter, "Invalid parameter: Subject"),
    ({"structure": "xml"}, InvalidParameter, "Message structure"),
    ({"structure": "json"}, InvalidParameter, "JSON message body failed to parse"),
    (
        {"structure": "json", "message": '{"sqs": "x"}'},
        InvalidParameter,
        "Message Structure - No default entry in JSON message body",
    ),
    ({"attributes": {"AWS.x": text("1")}}, InvalidParameterValue, "AWS.x"),
    ({"attributes": {"x": text("1", "Text")}}, InvalidParameterValue, "type prefixes"),
    ({"attributes": {"x": text("")}}, InvalidParameterValue, "non-empty"),
    ({"attributes": {"x": text("one", "Number")}}, InvalidParameterValue, "to number"),
    ({"attributes": {"x": text("{}", "String.Array")}}, InvalidParameterValue, "JSON array"),
    ({"deduplication": "d"}, InvalidParameter, "not valid for this topic type"),
]


@pytest.mark.parametrize(("fields", "kind", "words"), REFUSED)
def test_a_wrong_message_is_refused_in_the_services_words(
    fields: dict[str, Any], kind: type[SourceError], words: str
) -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        with pytest.raises(kind) as refused:
            await lab.publish(topic, **{"message": "hello", **fields})
        assert words in refused.value.message
        assert not lab.facts(MessagePublished)

    on_loop(work)


def test_the_limit_counts_attributes_too() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.publish(topic, "x" * 262_144)
        with pytest.raises(InvalidParameter, match="too long"):
            await lab.publish(topic, "x" * 262_144, attributes={"a": text("b")})

    on_loop(work)


def test_more_than_fits_on_its_way_is_throttled() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        await lab.subscribe(topic, await lab.queue())
        lab.queue_store.failing = True
        for _ in range(2):
            await lab.publish(topic)
        with pytest.raises(Throttled):
            await lab.publish(topic)
        lab.queue_store.failing = False
        await lab.wait(60)
        await lab.publish(topic)

    on_loop(work, limits=TopicLimits(deliveries=2))


# -- FIFO


def test_a_fifo_topic_keeps_the_order_of_a_group_and_takes_a_message_once() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic("orders.fifo", FifoTopic="true", ContentBasedDeduplication="true")
        await lab.subscribe(
            topic, await lab.queue("work.fifo", FifoQueue="true"), RawMessageDelivery="true"
        )
        wanted = [f"message {number}" for number in range(9)]
        first = await asyncio.gather(
            *(
                lab.topics.publishing.publish(
                    topic, Publication(message=message, group="g"), run="run", source="api"
                )
                for message in wanted
            )
        )
        assert [one.sequence for one in first] == sorted(one.sequence for one in first)
        again = await lab.publish(topic, wanted[0], group="g")
        assert again.identifier == first[0].identifier
        assert len(lab.facts(PublicationRepeated)) == 1
        assert await lab.bodies("work.fifo") == wanted
        await lab.wait(301)
        later = await lab.publish(topic, wanted[0], group="g")
        assert later.identifier != first[0].identifier

    on_loop(work)


def test_a_fifo_topic_wants_a_group_and_something_to_tell_messages_apart() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic("orders.fifo", FifoTopic="true")
        with pytest.raises(InvalidParameter, match="MessageGroupId parameter is required"):
            await lab.publish(topic)
        with pytest.raises(InvalidParameter, match="ContentBasedDeduplication"):
            await lab.publish(topic, group="g")

    on_loop(work)


def test_a_fifo_topic_remembers_by_group_where_it_is_set_so() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic("o.fifo", FifoTopic="true", FifoThroughputScope="MessageGroup")
        first = await lab.publish(topic, group="a", deduplication="d")
        other = await lab.publish(topic, group="b", deduplication="d")
        same = await lab.publish(topic, group="a", deduplication="d")
        assert first.identifier == same.identifier != other.identifier

    on_loop(work)


def test_a_fifo_topic_remembers_across_a_restart() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic("o.fifo", FifoTopic="true")
        first = await lab.publish(topic, group="a", deduplication="d")
        back = lab.restarted()
        again = await back.publish(back.topics.find("o.fifo"), group="a", deduplication="d")
        assert again == first

    on_loop(work)


def test_filters_that_may_take_long_leave_the_loop_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: list[threading.Thread] = []
    filtered = publishing._filtered

    def noted(*given: Any) -> Any:
        threads.append(threading.current_thread())
        return filtered(*given)

    monkeypatch.setattr(publishing, "_filtered", noted)

    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        for number in range(3):
            queue = await lab.queue(f"work-{number}")
            await lab.subscribe(topic, queue, FilterPolicy={"a": ["b"]})
        await lab.publish(topic)
        await lab.publish(topic, "x" * publishing.FILTERED_HERE_BYTES)
        await lab.publish(topic, attributes={"a": text("b" * 2000)})
        while len(threads) < 3:
            await asyncio.sleep(0)
        here = threading.current_thread()
        assert [one is here for one in threads] == [True, False, False]

    on_loop(work)
