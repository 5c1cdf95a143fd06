"""Topics by boto3: created, set, listed, tagged, shared, deleted, in SNS's words."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.clients import Boto
from tests.aws.signing import ADA, BOB
from tests.aws.sns.conftest import refusal
from webapp.wiring import Application


def test_a_new_topic_has_the_documented_attributes(sns: Any, topic: str) -> None:
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    policy = json.loads(attributes.pop("Policy"))
    assert policy["Statement"][0]["Condition"] == {
        "StringEquals": {"AWS:SourceOwner": "000000000000"}
    }
    effective = json.loads(attributes.pop("EffectiveDeliveryPolicy"))
    assert effective["http"]["defaultHealthyRetryPolicy"]["numRetries"] == 3
    assert attributes == {
        "TopicArn": topic,
        "Owner": "000000000000",
        "DisplayName": "",
        "SubscriptionsPending": "0",
        "SubscriptionsConfirmed": "0",
        "SubscriptionsDeleted": "0",
    }


def test_a_fifo_topic_says_how_it_deduplicates(sns: Any, make: Callable[..., str]) -> None:
    topic = make(fifo=True, ContentBasedDeduplication="true")
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert attributes["FifoTopic"] == "true"
    assert attributes["ContentBasedDeduplication"] == "true"
    assert attributes["FifoThroughputScope"] == "Topic"


def test_the_same_topic_is_created_once(sns: Any) -> None:
    first = sns.create_topic(Name="same", Tags=[{"Key": "team", "Value": "x"}])
    assert sns.create_topic(Name="same")["TopicArn"] == first["TopicArn"]
    with pytest.raises(ClientError) as refused:
        sns.create_topic(Name="same", Tags=[{"Key": "team", "Value": "y"}])
    assert refusal(refused) == (
        400,
        "InvalidParameter",
        "Invalid parameter: Tags Reason: Topic already exists with different tags",
    )


def test_an_attribute_is_set_and_holds(sns: Any, topic: str) -> None:
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="Ahoy")
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"] == "Ahoy"
    for name in ("Colour", "FifoTopic"):
        with pytest.raises(ClientError) as refused:
            sns.set_topic_attributes(TopicArn=topic, AttributeName=name, AttributeValue="red")
        assert refusal(refused)[1:] == ("InvalidParameter", "Invalid parameter: AttributeName")


def test_topics_are_listed_in_pages_of_a_hundred(boto: Boto) -> None:
    sns = boto("sns", region="eu-west-1")
    made = {sns.create_topic(Name=f"n-{number}")["TopicArn"] for number in range(101)}
    first = sns.list_topics()
    assert len(first["Topics"]) == 100
    rest = sns.list_topics(NextToken=first["NextToken"])
    assert {one["TopicArn"] for one in first["Topics"] + rest["Topics"]} == made
    assert "NextToken" not in rest
    with pytest.raises(ClientError) as refused:
        sns.list_topics(NextToken="never given")
    assert refusal(refused)[1] == "InvalidParameter"


def test_a_deleted_topic_is_gone_and_deleting_twice_is_no_error(sns: Any, topic: str) -> None:
    sns.delete_topic(TopicArn=topic)
    sns.delete_topic(TopicArn=topic)
    with pytest.raises(ClientError) as refused:
        sns.get_topic_attributes(TopicArn=topic)
    assert refusal(refused) == (404, "NotFound", "Topic does not exist")
    with pytest.raises(ClientError) as refused:
        sns.list_tags_for_resource(ResourceArn=topic)
    assert refusal(refused) == (404, "ResourceNotFound", "Resource does not exist")


def test_tags_are_added_changed_and_removed(sns: Any, topic: str) -> None:
    sns.tag_resource(
        ResourceArn=topic, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    )
    sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "a", "Value": "3"}])
    sns.untag_resource(ResourceArn=topic, TagKeys=["b", "never"])
    tags = sns.list_tags_for_resource(ResourceArn=topic)["Tags"]
    assert tags == [{"Key": "a", "Value": "3"}]


def test_permissions_are_statements_of_the_policy(sns: Any, topic: str) -> None:
    sns.add_permission(
        TopicArn=topic,
        Label="friends",
        AWSAccountId=["111122223333"],
        ActionName=["Publish", "Subscribe"],
    )
    policy = json.loads(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])
    assert [one["Sid"] for one in policy["Statement"]] == ["__default_statement_ID", "friends"]
    with pytest.raises(ClientError) as refused:
        sns.add_permission(
            TopicArn=topic, Label="friends", AWSAccountId=["111122223333"], ActionName=["Publish"]
        )
    assert refusal(refused)[1:] == (
        "InvalidParameter",
        "Invalid parameter: Statement already exists",
    )
    sns.remove_permission(TopicArn=topic, Label="friends")
    policy = json.loads(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])
    assert len(policy["Statement"]) == 1


ARNS = [
    ("topic", "InvalidParameter", "An ARN must have at least 6 elements, not 1"),
    ("arn:aws:sns:eu-west-1:000000000000:x", "InvalidParameter", "TopicArn"),
    ("arn:aws:sqs:us-east-1:000000000000:x", "InvalidParameter", "TopicArn"),
    ("arn:aws:sns:us-east-1:000000000000:", "InvalidParameter", "TopicArn"),
    ("arn:aws:sns:us-east-1:000000000000:../../x", "NotFound", "Topic does not exist"),
    ("arn:aws:sns:us-east-1:111122223333:x", "AuthorizationError", "not authorized to perform"),
]
CALLS = [
    ("get_topic_attributes", {}),
    ("publish", {"Message": "x"}),
    ("subscribe", {"Protocol": "email", "Endpoint": "a@b"}),
    ("list_subscriptions_by_topic", {}),
    ("confirm_subscription", {"Token": "t"}),
    ("remove_permission", {"Label": "l"}),
]


@pytest.mark.parametrize("arn", ARNS, ids=lambda arn: arn[0])
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0])
def test_every_call_finds_only_topics_of_here(
    sns: Any, arn: tuple[str, str, str], call: tuple[str, dict[str, str]]
) -> None:
    named, code, words = arn
    operation, members = call
    with pytest.raises(ClientError) as refused:
        getattr(sns, operation)(TopicArn=named, **members)
    status, found, message = refusal(refused)
    assert (found, status < 500) == (code, True)
    assert words in message


def test_nobody_reaches_a_topic_of_another_workspace(
    hosted: Application, hosted_boto: Boto
) -> None:
    ada = hosted_boto("sns", key=hosted.services.access_keys.of(ADA))
    bob = hosted_boto("sns", key=hosted.services.access_keys.of(BOB))
    topic = ada.create_topic(Name="mine")["TopicArn"]
    subscription = ada.subscribe(
        TopicArn=topic, Protocol="email", Endpoint="a@b.c", ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    attempts: list[tuple[str, dict[str, Any]]] = [
        ("publish", {"TopicArn": topic, "Message": "x"}),
        ("publish", {"TargetArn": topic, "Message": "x"}),
        (
            "publish_batch",
            {"TopicArn": topic, "PublishBatchRequestEntries": [{"Id": "1", "Message": "x"}]},
        ),
        ("delete_topic", {"TopicArn": topic}),
        ("get_topic_attributes", {"TopicArn": topic}),
        ("list_subscriptions_by_topic", {"TopicArn": topic}),
        ("get_subscription_attributes", {"SubscriptionArn": subscription}),
        ("unsubscribe", {"SubscriptionArn": subscription}),
        (
            "set_subscription_attributes",
            {
                "SubscriptionArn": subscription,
                "AttributeName": "FilterPolicy",
                "AttributeValue": "{}",
            },
        ),
        ("list_tags_for_resource", {"ResourceArn": topic}),
    ]
    for operation, members in attempts:
        with pytest.raises(ClientError) as refused:
            getattr(bob, operation)(**members)
        assert refusal(refused)[:2] == (403, "AuthorizationError"), operation
    assert bob.list_topics()["Topics"] == []
    assert bob.list_subscriptions()["Subscriptions"] == []
    assert ada.list_topics()["Topics"] == [{"TopicArn": topic}]
    assert len(ada.list_subscriptions()["Subscriptions"]) == 1


def test_what_is_not_served_says_what_is(sns: Any) -> None:
    with pytest.raises(ClientError) as refused:
        sns.list_platform_applications()
    status, _, message = refusal(refused)
    assert status == 501
    assert "PublishBatch" in message
