"""Topics and subscriptions: made, found, changed, ended, and refused in SNS's words."""

import asyncio
import json
from typing import Any

import pytest

from tests.sources.topics.region import FUNCTION, RUN, Lab, on_loop
from webapp.sources.errors import SourceError, SourceFailed
from webapp.sources.resource_policy import Asked, allows
from webapp.sources.topics import permissions
from webapp.sources.topics.errors import (
    AuthorizationError,
    FilterPolicyLimitExceeded,
    InvalidParameter,
    NotFound,
    SubscriptionLimitExceeded,
    TagLimitExceeded,
    TopicLimitExceeded,
)
from webapp.sources.topics.filter_policy import read_filter_policy
from webapp.sources.topics.region import TopicLimits
from webapp.sources.topics.settings import default_policy
from webapp.trace.events import SubscriptionChanged, TopicChanged


def test_who_makes_what_is_being_made_waits_for_the_disk() -> None:
    async def work(lab: Lab) -> None:
        lab.store.failing = 2
        made = await asyncio.gather(lab.topic(), lab.topic(), return_exceptions=True)
        assert [type(one) for one in made] == [SourceFailed, SourceFailed]
        first, second = await asyncio.gather(lab.topic(), lab.topic())
        assert first is second

    on_loop(work)


def test_a_topic_is_on_disk_before_its_answer_and_made_once() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic(DisplayName="Orders")
        assert lab.store.topics["orders"].attributes == {"DisplayName": "Orders"}
        assert await lab.topic(DisplayName="Orders") is topic
        with pytest.raises(InvalidParameter, match="already exists with different attributes"):
            await lab.topic(DisplayName="Else")
        with pytest.raises(InvalidParameter, match="already exists with different tags"):
            await lab.topics.create("orders", attributes={}, tags={"a": "b"}, run=RUN)
        assert [fact.change for fact in lab.facts(TopicChanged)] == ["created"]
        lab.store.failing = 1
        with pytest.raises(SourceFailed):
            await lab.topic("other")
        with pytest.raises(NotFound):
            lab.topics.find("other")

    on_loop(work)


@pytest.mark.parametrize(
    ("name", "attributes", "words"),
    [
        ("a b", {}, "Topic Name"),
        ("x" * 257, {}, "Topic Name"),
        ("o.fifo", {}, "Topic Name"),
        ("orders", {"FifoTopic": "true"}, "must end with .fifo"),
        ("orders", {"FifoTopic": "maybe"}, "true or false"),
        ("orders", {"Colour": "red"}, "Unknown attribute Colour"),
        ("orders", {"ContentBasedDeduplication": "true"}, "only supported for FIFO topics"),
        ("orders", {"Policy": "no JSON"}, "failed to parse JSON"),
        ("orders", {"Policy": "[" * 50_000}, "longer than"),
        ("orders", {"Policy": "[" * 20_000}, "failed to parse JSON"),
        ("orders", {"TracingConfig": "Loud"}, "Invalid value [Loud]"),
    ],
)
def test_a_wrong_topic_is_refused(name: str, attributes: dict[str, str], words: str) -> None:
    async def work(lab: Lab) -> None:
        with pytest.raises(InvalidParameter) as refused:
            await lab.topic(name, **attributes)
        assert words in refused.value.message

    on_loop(work)


@pytest.mark.parametrize(
    ("arn", "kind"),
    [
        ("orders", InvalidParameter),
        ("arn:aws:sns:eu-west-1:000000000000:orders", InvalidParameter),
        ("arn:aws:sqs:us-east-1:000000000000:orders", InvalidParameter),
        ("arn:aws:sns:us-east-1:111111111111:orders", AuthorizationError),
        ("arn:aws:sns:us-east-1:000000000000:else", NotFound),
    ],
)
def test_only_a_topic_of_here_is_found(arn: str, kind: type[SourceError]) -> None:
    async def work(lab: Lab) -> None:
        await lab.topic()
        with pytest.raises(kind):
            lab.topics.named_by(arn)
        assert lab.topics.of_arn(arn) is None

    on_loop(work)


def test_a_deleted_topic_takes_its_subscriptions_along_and_is_no_error_twice() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        subscription = await lab.subscribe(topic, FUNCTION)
        await lab.topics.delete("orders", run=RUN)
        await lab.topics.delete("orders", run=RUN)
        assert (lab.store.topics, lab.store.subscriptions) == ({}, {})
        with pytest.raises(NotFound):
            lab.topics.subscriptions.named_by(subscription.arn)

    on_loop(work)


def test_limits_are_kept() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        with pytest.raises(TopicLimitExceeded):
            await lab.topic("other")
        await lab.subscribe(topic, FUNCTION, FilterPolicy={"a": ["b"]})
        with pytest.raises(FilterPolicyLimitExceeded):
            await lab.subscribe(topic, FUNCTION + "2", FilterPolicy={"a": ["b"]})
        plain = await lab.subscribe(topic, FUNCTION + "2")
        with pytest.raises(FilterPolicyLimitExceeded):
            await lab.topics.subscriptions.set_attribute(
                plain, "FilterPolicy", '{"a": ["b"]}', run=RUN
            )
        with pytest.raises(SubscriptionLimitExceeded):
            await lab.subscribe(topic, FUNCTION + "3")
        with pytest.raises(TagLimitExceeded):
            await lab.topics.tag(topic, {str(number): "x" for number in range(51)})

    on_loop(work, limits=TopicLimits(topics=1, subscriptions=2, filter_policies=1))


# -- subscriptions


def test_the_same_endpoint_is_subscribed_once() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        first = await lab.subscribe(topic, FUNCTION, FilterPolicy={"a": ["b"]})
        assert await lab.subscribe(topic, FUNCTION) is first
        with pytest.raises(InvalidParameter, match="different attributes"):
            await lab.subscribe(topic, FUNCTION, FilterPolicy={"a": ["c"]})
        assert len(lab.topics.subscriptions.of_topic("orders")) == 1

    on_loop(work)


def test_an_address_is_pending_until_its_token_confirms_it() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        pending = await lab.subscribe(topic, "ada@example.org", protocol="email")
        assert pending.record.pending
        [told] = lab.facts(SubscriptionChanged)
        assert (told.change, told.token) == ("pending", pending.record.token)
        confirm = lab.topics.subscriptions.confirm
        for wrong in ("", "x", "ü", pending.record.token[:-1]):
            with pytest.raises(InvalidParameter, match="Token"):
                await confirm(topic, wrong, run=RUN)
        confirmed = await confirm(topic, told.token, run=RUN)
        assert not confirmed.record.pending
        assert await confirm(topic, told.token, run=RUN) == confirmed
        assert lab.restarted().topics.subscriptions.all()[0].record == confirmed.record

    on_loop(work)


def test_a_token_is_good_for_three_days() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        pending = await lab.subscribe(topic, "https://example.org/hook", protocol="https")
        await lab.wait(3 * 24 * 3600 + 1)
        with pytest.raises(InvalidParameter, match="three days"):
            await lab.topics.subscriptions.confirm(topic, pending.record.token, run=RUN)

    on_loop(work)


@pytest.mark.parametrize(
    ("protocol", "endpoint", "attributes", "words"),
    [
        ("pigeon", "x", {}, "does not support this protocol string: pigeon"),
        ("sms", "+123", {}, "not served by this lab"),
        ("lambda", "greeter", {}, "Lambda endpoint ARN"),
        ("sqs", "https://queue", {}, "SQS endpoint ARN"),
        ("http", "https://example.org", {}, "must match the specified protocol"),
        ("https", "https://", {}, "must match the specified protocol"),
        ("email", "nobody", {}, "Email address"),
        ("sqs", "arn:aws:sqs:us-east-1:000000000000:w.fifo", {}, "can not be subscribed"),
        ("lambda", FUNCTION, {"RawMessageDelivery": "true"}, "does not support raw message"),
        ("lambda", FUNCTION, {"Colour": "red"}, "Unknown attribute Colour"),
        ("lambda", FUNCTION, {"FilterPolicy": "no"}, "failed to parse JSON"),
        ("lambda", FUNCTION, {"FilterPolicyScope": "Else"}, "Invalid value [Else]"),
        ("lambda", FUNCTION, {"RedrivePolicy": "{}"}, "deadLetterTargetArn is an invalid arn"),
        (
            "lambda",
            FUNCTION,
            {
                "RedrivePolicy": (
                    '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:d.fifo"}'
                )
            },
            "must use a standard queue",
        ),
        ("lambda", FUNCTION, {"DeliveryPolicy": "{}"}, "does not support delivery policies"),
    ],
)
def test_a_wrong_subscription_is_refused(
    protocol: str, endpoint: str, attributes: dict[str, str], words: str
) -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic()
        with pytest.raises(InvalidParameter) as refused:
            await lab.subscribe(topic, endpoint, protocol=protocol, **attributes)
        assert words in refused.value.message
        assert not lab.store.subscriptions

    on_loop(work)


def test_a_fifo_topic_takes_queues_only() -> None:
    async def work(lab: Lab) -> None:
        topic = await lab.topic("o.fifo", FifoTopic="true")
        with pytest.raises(InvalidParameter, match="queues only"):
            await lab.subscribe(topic, FUNCTION)
        await lab.subscribe(topic, await lab.queue())

    on_loop(work)


# -- filter policies


@pytest.mark.parametrize(
    ("policy", "scope", "words"),
    [
        ({f"k{number}": ["x"] for number in range(6)}, "MessageAttributes", "more than 5 keys"),
        ({"a": ["x"] * 151}, "MessageAttributes", "too complex"),
        ({"a": ["x"] * 15, "b": ["x"] * 11}, "MessageAttributes", "too complex"),
        (
            {"a": {"b": {"c": list("abcd")}}, "d": {"e": list("abc")}, "f": list("abc")},
            "MessageBody",
            "too complex",
        ),
        ({"$or": [{"a": ["x"] * 76}, {"b": ["x"] * 75}]}, "MessageAttributes", "too complex"),
        ({"a": {"b": ["x"]}}, "MessageAttributes", "does not support nested filter policy"),
        ({"a": [{"prefix": 1}]}, "MessageBody", "prefix match pattern must be a string"),
    ],
)
def test_a_filter_policy_beyond_its_limits_is_refused(policy: Any, scope: str, words: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        read_filter_policy(json.dumps(policy), scope=scope)
    assert words in refused.value.message


@pytest.mark.parametrize(
    ("policy", "scope"),
    [
        ({"a": ["x"] * 150}, "MessageAttributes"),
        ({"a": ["x"] * 15, "b": ["x"] * 10}, "MessageAttributes"),
        ({"a": {"b": {"c": list("abcd")}}, "d": {"e": list("abc")}}, "MessageBody"),
        ({"$or": [{"a": ["x"] * 75}, {"b": ["x"] * 75}]}, "MessageAttributes"),
    ],
)
def test_a_filter_policy_at_its_limits_is_taken(policy: Any, scope: str) -> None:
    read_filter_policy(json.dumps(policy), scope=scope)


# -- policies


def test_permissions_are_statements_of_the_policy() -> None:
    arn = "arn:aws:sns:us-east-1:000000000000:orders"
    policy = default_policy(arn=arn, account="000000000000")
    added = permissions.with_permission(
        policy, label="friends", accounts=["111111111111"], actions=["Publish"], arn=arn
    )
    assert json.loads(added)["Statement"][1] == {
        "Sid": "friends",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
        "Action": "SNS:Publish",
        "Resource": arn,
    }
    assert permissions.without_permission(added, label="friends") == policy
    wrong: list[dict[str, Any]] = [
        {"label": "friends"},
        {"label": "a b"},
        {"accounts": ["me"]},
        {"actions": ["Steal"]},
        {"accounts": []},
    ]
    for fields in wrong:
        asked: dict[str, Any] = {
            "label": "more",
            "accounts": ["111111111111"],
            "actions": ["Publish"],
            **fields,
        }
        with pytest.raises(InvalidParameter):
            permissions.with_permission(added, arn=arn, **asked)


ASKED = Asked(
    service="sns.amazonaws.com",
    action="sqs:SendMessage",
    resource="arn:aws:sqs:us-east-1:000000000000:work",
    source_arn="arn:aws:sns:us-east-1:000000000000:orders",
    account="000000000000",
)
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"Service": "sns.amazonaws.com"},
    "Action": "SQS:SendMessage",
    "Resource": ASKED.resource,
    "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:ord*"}},
}


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({}, True),
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"Service": ["events.amazonaws.com", "sns.amazonaws.com"]}}, True),
        ({"Action": ["sqs:ReceiveMessage", "sqs:*"]}, True),
        ({"Condition": {"StringEquals": {"AWS:SourceAccount": "000000000000"}}}, True),
        ({"Principal": {"Service": "events.amazonaws.com"}}, False),
        ({"Action": "sqs:ReceiveMessage"}, False),
        ({"Resource": "arn:aws:sqs:us-east-1:000000000000:other"}, False),
        ({"Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:*:other"}}}, False),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}, False),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o"}}}, False),
        ({"Effect": "Deny"}, False),
    ],
)
def test_a_resources_policy_lets_in_whom_it_names(changes: dict[str, Any], allowed: bool) -> None:
    policy = json.dumps({"Statement": {**STATEMENT, **changes}})
    assert allows(policy, ASKED) is allowed


def test_a_denial_wins_and_what_is_no_policy_lets_nobody_in() -> None:
    denied = json.dumps({"Statement": [STATEMENT, {**STATEMENT, "Effect": "Deny"}]})
    for policy in ("", "null", "[]", "[" * 99_999, '{"Statement": [1]}', denied):
        assert not allows(policy, ASKED)
