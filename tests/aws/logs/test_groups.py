"""Log groups, streams, retention and tags through boto3."""

from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.logs.clients import client_of, shown
from tests.server.running import Running

ARN = "arn:aws:logs:us-east-1:000000000000:log-group:"
ONE = "1 validation error detected: Value"


def code_and_message(call: Callable[..., Any], **members: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**members)
    error = refused.value.response["Error"]
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return error["Code"], error["Message"]


def test_a_group_lives(client: Any) -> None:
    assert shown(client.create_log_group(logGroupName="/life", tags={"a": "b"})) == {}
    [group] = client.describe_log_groups(logGroupNamePrefix="/life")["logGroups"]
    assert group.pop("creationTime") > 1_700_000_000_000
    assert group == {
        "logGroupName": "/life",
        "arn": f"{ARN}/life:*",
        "logGroupArn": f"{ARN}/life",
        "metricFilterCount": 0,
        "storedBytes": 0,
        "logGroupClass": "STANDARD",
        "deletionProtectionEnabled": False,
    }
    client.put_retention_policy(logGroupName="/life", retentionInDays=7)
    [group] = client.describe_log_groups(logGroupIdentifiers=[f"{ARN}/life"])["logGroups"]
    assert group["retentionInDays"] == 7
    client.delete_retention_policy(logGroupName="/life")
    [group] = client.describe_log_groups(logGroupNamePattern="lif")["logGroups"]
    assert set(group) == {"logGroupName", "arn", "creationTime"}
    client.delete_log_group(logGroupName="/life")
    assert client.describe_log_groups(logGroupNamePrefix="/life")["logGroups"] == []


def test_groups_and_streams_come_in_pages(client: Any) -> None:
    names = [f"/pages/{number:02}" for number in range(7)]
    for name in names:
        client.create_log_group(logGroupName=name)
        client.create_log_stream(logGroupName="/pages/00", logStreamName=name)
    for lister, key, name, members in (
        ("describe_log_groups", "logGroups", "logGroupName", {"logGroupNamePrefix": "/pages"}),
        ("describe_log_streams", "logStreams", "logStreamName", {"logGroupName": "/pages/00"}),
        (
            "describe_log_streams",
            "logStreams",
            "logStreamName",
            {"logGroupIdentifier": f"{ARN}/pages/00", "orderBy": "LastEventTime"},
        ),
    ):
        pages = client.get_paginator(lister).paginate(**members, PaginationConfig={"PageSize": 3})
        found = [[one[name] for one in page[key]] for page in pages]
        assert [len(page) for page in found] == [3, 3, 1]
        assert list(chain(*found)) == names


def test_a_stream_says_what_it_is(client: Any) -> None:
    client.create_log_group(logGroupName="/streams")
    client.create_log_stream(logGroupName="/streams", logStreamName="a b/ä")
    [stream] = client.describe_log_streams(logGroupName="/streams", logStreamNamePrefix="a b")[
        "logStreams"
    ]
    assert stream.pop("creationTime") > 1_700_000_000_000
    assert stream == {
        "logStreamName": "a b/ä",
        "arn": f"{ARN}/streams:log-stream:a b/ä",
        "storedBytes": 0,
    }
    client.delete_log_stream(logGroupName="/streams", logStreamName="a b/ä")
    assert client.describe_log_streams(logGroupName="/streams")["logStreams"] == []


def test_regions_and_accounts_have_groups_of_their_own(server: Running, client: Any) -> None:
    client.create_log_group(logGroupName="/mine")
    for other in (client_of(server, region="eu-west-1"), client_of(server, key="111122223333")):
        assert other.describe_log_groups()["logGroups"] == []
        other.create_log_group(logGroupName="/mine")
    [group] = client_of(server, key="111122223333").describe_log_groups()["logGroups"]
    assert group["logGroupArn"] == "arn:aws:logs:us-east-1:111122223333:log-group:/mine"


def test_tags_are_kept_by_arn_and_by_name(client: Any) -> None:
    client.create_log_group(logGroupName="/tags", tags={"a": "1"})
    arn = f"{ARN}/tags"
    client.tag_resource(resourceArn=arn, tags={"a": "2", "b": "ä"})
    client.tag_log_group(logGroupName="/tags", tags={"c": ""})
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "2", "b": "ä", "c": ""}
    client.untag_resource(resourceArn=arn, tagKeys=["a", "never"])
    client.untag_log_group(logGroupName="/tags", tags=["c"])
    assert client.list_tags_log_group(logGroupName="/tags")["tags"] == {"b": "ä"}
    many = {f"k{number}": "v" for number in range(50)}
    refused = code_and_message(client.tag_resource, resourceArn=arn, tags=many)
    assert refused[0] == "TooManyTagsException"


def test_a_protected_group_is_deleted_only_after(client: Any) -> None:
    client.create_log_group(logGroupName="/safe", deletionProtectionEnabled=True)
    code, _ = code_and_message(client.delete_log_group, logGroupName="/safe")
    assert code == "ValidationException"
    client.put_log_group_deletion_protection(
        logGroupIdentifier="/safe", deletionProtectionEnabled=False
    )
    client.delete_log_group(logGroupName="/safe")


def test_refusals_are_in_the_services_words(client: Any) -> None:
    client.create_log_group(logGroupName="/refused")
    client.create_log_stream(logGroupName="/refused", logStreamName="s")
    no_group = ("ResourceNotFoundException", "The specified log group does not exist.")
    no_stream = ("ResourceNotFoundException", "The specified log stream does not exist.")
    taken = "ResourceAlreadyExistsException"
    refused = {"logGroupName": "/refused"}
    for call, members, expected in (
        (client.create_log_group, refused, (taken, "The specified log group already exists")),
        (
            client.create_log_stream,
            {**refused, "logStreamName": "s"},
            (taken, "The specified log stream already exists"),
        ),
        (client.create_log_stream, {"logGroupName": "/no", "logStreamName": "s"}, no_group),
        (client.delete_log_group, {"logGroupName": "/no"}, no_group),
        (client.delete_log_stream, {**refused, "logStreamName": "no"}, no_stream),
        (client.describe_log_streams, {"logGroupName": "/no"}, no_group),
        (client.put_retention_policy, {"logGroupName": "/no", "retentionInDays": 1}, no_group),
        (client.list_tags_log_group, {"logGroupName": "/no"}, no_group),
        (client.list_tags_for_resource, {"resourceArn": f"{ARN}/no"}, no_group),
        (
            client.list_tags_for_resource,
            {"resourceArn": "arn:aws:logs:eu-west-1:000000000000:log-group:/refused"},
            no_group,
        ),
    ):
        assert code_and_message(call, **members) == expected


@pytest.mark.parametrize(
    ("operation", "members", "told"),
    [
        ("create_log_group", {"logGroupName": "a b"}, f"{ONE} 'a b' at 'logGroupName'"),
        ("create_log_group", {"logGroupName": "x" * 513}, "less than or equal to 512"),
        ("create_log_group", {"logGroupName": "aws/x"}, "can't start with aws/"),
        ("create_log_group", {}, "at 'logGroupName' failed to satisfy"),
        ("create_log_stream", {"logGroupName": "/w", "logStreamName": "a:b"}, "[^:*]*"),
        ("create_log_stream", {"logGroupName": "/w", "logStreamName": "a\0b"}, "[^:*]*"),
        ("put_retention_policy", {"logGroupName": "/w", "retentionInDays": 2}, f"{ONE} '2'"),
        ("describe_log_groups", {"limit": 51}, "less than or equal to 50"),
        ("describe_log_groups", {"nextToken": "nonsense"}, "nextToken is invalid"),
        (
            "describe_log_groups",
            {"logGroupNamePrefix": "a", "logGroupNamePattern": "b"},
            "mutually exclusive",
        ),
        (
            "describe_log_streams",
            {"logGroupIdentifier": f"{ARN}/w:*"},
            "at 'logGroupIdentifier' failed to satisfy",
        ),
        ("describe_log_streams", {}, "Exactly one of logGroupName and logGroupIdentifier"),
        (
            "describe_log_streams",
            {"logGroupName": "/w", "logGroupIdentifier": "/w"},
            "Exactly one of logGroupName and logGroupIdentifier",
        ),
        (
            "describe_log_streams",
            {"logGroupName": "/w", "orderBy": "LastEventTime", "logStreamNamePrefix": "a"},
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        ),
        ("list_tags_for_resource", {"resourceArn": "arn:aws:logs:x"}, "not the ARN"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(
    client: Any, operation: str, members: dict[str, Any], told: str
) -> None:
    code, message = code_and_message(getattr(client, operation), **members)
    assert code == "InvalidParameterException"
    assert told in message


def test_what_this_lab_has_not_says_so(client: Any) -> None:
    with pytest.raises(ClientError) as refused:
        client.start_query(logGroupName="/a", startTime=0, endTime=1, queryString="fields @message")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "FilterLogEvents" in refused.value.response["Error"]["Message"]
