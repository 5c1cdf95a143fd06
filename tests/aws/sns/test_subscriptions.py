"""Subscriptions by boto3: made, confirmed, set, listed, ended, in SNS's words."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.sns.conftest import Queue, refusal

WHILE_SUBSCRIBING = "Invalid parameter: Attributes Reason: FilterPolicy: "


def subscribe(sns: Any, topic: str, queue: Queue, **attributes: str) -> str:
    made = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes=attributes)
    return str(made["SubscriptionArn"])


def attributes_of(sns: Any, subscription: str) -> dict[str, str]:
    found = sns.get_subscription_attributes(SubscriptionArn=subscription)
    attributes: dict[str, str] = found["Attributes"]
    return attributes


def test_a_queue_is_confirmed_at_once(sns: Any, topic: str, queue: Queue) -> None:
    arn = subscribe(sns, topic, queue)
    assert attributes_of(sns, arn) == {
        "SubscriptionArn": arn,
        "TopicArn": topic,
        "Owner": "000000000000",
        "SubscriptionPrincipal": "arn:aws:iam::000000000000:root",
        "Protocol": "sqs",
        "Endpoint": queue.arn,
        "ConfirmationWasAuthenticated": "true",
        "PendingConfirmation": "false",
        "RawMessageDelivery": "false",
    }
    [listed] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert listed["SubscriptionArn"] == arn
    assert listed in sns.list_subscriptions()["Subscriptions"]
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsConfirmed"] == "1"


def test_an_address_is_pending_until_it_is_confirmed(sns: Any, topic: str) -> None:
    asked = {"TopicArn": topic, "Protocol": "email", "Endpoint": "ada@example.org"}
    assert sns.subscribe(**asked)["SubscriptionArn"] == "pending confirmation"
    arn = sns.subscribe(**asked, ReturnSubscriptionArn=True)["SubscriptionArn"]
    assert attributes_of(sns, arn)["PendingConfirmation"] == "true"
    [listed] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert listed["SubscriptionArn"] == "PendingConfirmation"
    for token in ("guessed", "a" * 192):
        with pytest.raises(ClientError) as refused:
            sns.confirm_subscription(TopicArn=topic, Token=token)
        assert refusal(refused) == (400, "InvalidParameter", "Invalid parameter: Token")


def test_a_filter_policy_is_set_and_taken_away(sns: Any, topic: str, queue: Queue) -> None:
    arn = subscribe(sns, topic, queue)

    def put(name: str, value: str) -> dict[str, str]:
        sns.set_subscription_attributes(
            SubscriptionArn=arn, AttributeName=name, AttributeValue=value
        )
        return attributes_of(sns, arn)

    assert "FilterPolicyScope" not in put("FilterPolicyScope", "MessageBody")
    nested = json.dumps({"object": {"key": [{"prefix": "auto-"}]}})
    found = put("FilterPolicy", nested)
    assert (found["FilterPolicy"], found["FilterPolicyScope"]) == (nested, "MessageBody")
    with pytest.raises(ClientError) as refused:
        put("FilterPolicyScope", "MessageAttributes")
    assert refusal(refused)[2] == (
        "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter "
        "policy"
    )
    assert "FilterPolicy" not in put("FilterPolicy", "{}")


REFUSED = [
    ({"key": [["value"]]}, "Match value must be String, number, true, false, or null"),
    ({"key": [{"wrong-operator": True}]}, "Unrecognized match type wrong-operator"),
    ({"key": {"suffix": "value"}}, '"suffix" must be an object or an array'),
    ({"key": [{"numeric": ["<", 100, ">", 10]}]}, "Too many elements in numeric expression"),
    ({f"key{number}": ["x"] for number in range(6)}, "Filter policy can not have more than 5 keys"),
    ({"key": ["x"] * 151}, "Filter policy is too complex"),
]


@pytest.mark.parametrize(("policy", "words"), REFUSED)
def test_a_wrong_filter_policy_is_refused_in_the_services_words(
    sns: Any, topic: str, queue: Queue, policy: Any, words: str
) -> None:
    with pytest.raises(ClientError) as refused:
        subscribe(sns, topic, queue, FilterPolicy=json.dumps(policy))
    assert refusal(refused) == (400, "InvalidParameter", WHILE_SUBSCRIBING + words)


HOSTILE = [
    "[" * 200_000,
    '{"a":' * 5_000,
    '{"a": [1e999999999999999999999]}',
    "null",
    '"x"',
    "\x00",
]


@pytest.mark.parametrize("policy", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_filter_policy_is_refused(
    sns: Any, topic: str, queue: Queue, policy: str
) -> None:
    with pytest.raises(ClientError) as refused:
        subscribe(sns, topic, queue, FilterPolicy=policy)
    assert refusal(refused)[:2] == (400, "InvalidParameter")


def test_an_ended_subscription_is_gone_and_ending_it_twice_is_no_error(
    sns: Any, topic: str, queue: Queue
) -> None:
    arn = subscribe(sns, topic, queue)
    sns.unsubscribe(SubscriptionArn=arn)
    sns.unsubscribe(SubscriptionArn=arn)
    with pytest.raises(ClientError) as refused:
        attributes_of(sns, arn)
    assert refusal(refused) == (404, "NotFound", "Subscription does not exist")
    sns.publish(TopicArn=topic, Message="x")
    assert queue.empty


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"Protocol": "sqs"}, "Invalid parameter: Endpoint"),
        ({"Protocol": "sqs", "Endpoint": "x"}, "Invalid parameter: SQS endpoint ARN"),
        ({"Protocol": "sms", "Endpoint": "+1"}, "not served by this lab"),
        ({"Protocol": "smoke", "Endpoint": "x"}, "does not support this protocol string: smoke"),
    ],
)
def test_a_wrong_endpoint_is_refused(
    sns: Any, topic: str, members: dict[str, str], words: str
) -> None:
    with pytest.raises(ClientError) as refused:
        sns.subscribe(TopicArn=topic, **members)
    assert words in refusal(refused)[2]
