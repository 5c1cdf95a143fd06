"""A change in a bucket reaches functions, queues and topics as on AWS (lambda-behaviour 7.11)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws import clients
from tests.aws.clients import Boto
from tests.aws.s3.conftest import refusal
from tests.runtime.zips import zipped
from webapp.trace.events import EventQueued, NotificationMatched, NotificationPassedOver
from webapp.wiring import Application

ACCOUNT = "000000000000"


def policy(arn: str, action: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": action,
        "Resource": arn,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def queue(boto: Boto, bucket: str) -> tuple[Any, str, str]:
    """Give a client, the URL and the ARN of a queue that S3 may send to."""
    sqs = boto("sqs")
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:of-{bucket}"
    made = sqs.create_queue(
        QueueName=f"of-{bucket}", Attributes={"Policy": policy(arn, "sqs:SendMessage")}
    )
    return sqs, made["QueueUrl"], arn


def tell(s3: Any, bucket: str, **configuration: Any) -> None:
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)


def received(queue: tuple[Any, str, str]) -> Any:
    sqs, url, _ = queue
    found = clients.received(sqs, url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"])
    return json.loads(found[0]["Body"])


def rule(arn: str, events: str = "s3:ObjectCreated:*", **ends: str) -> dict[str, Any]:
    filters = [{"Name": name, "Value": value} for name, value in ends.items()]
    return {
        "Id": "rule",
        "QueueArn": arn,
        "Events": [events],
        **({"Filter": {"Key": {"FilterRules": filters}}} if filters else {}),
    }


def test_a_queue_gets_a_test_event_and_then_what_happens(
    s3: Any, bucket: str, queue: tuple[Any, str, str]
) -> None:
    tell(s3, bucket, QueueConfigurations=[rule(queue[2])])
    test = received(queue)
    assert (test["Service"], test["Event"], test["Bucket"]) == ("Amazon S3", "s3:TestEvent", bucket)
    put = s3.put_object(Bucket=bucket, Key="a b/ü+", Body=b"hello world")
    [record] = received(queue)["Records"]
    assert record["s3"]["object"].pop("sequencer") > "0"
    assert record["responseElements"]["x-amz-id-2"]
    told = {name: record[name] for name in ("eventVersion", "eventSource", "awsRegion")}
    assert told == {"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1"}
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["eventTime"].endswith("Z")
    owner = record["s3"]["bucket"].pop("ownerIdentity")
    assert owner["principalId"].startswith("A")
    assert record["s3"] == {
        "s3SchemaVersion": "1.0",
        "configurationId": "rule",
        "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
        "object": {"key": "a+b/%C3%BC%2B", "size": 11, "eTag": put["ETag"].strip('"')},
    }


def test_each_kind_of_change_has_its_name(s3: Any, make: Callable[..., str], boto: Boto) -> None:
    bucket = make(versioning=True)
    sqs, arn = boto("sqs"), f"arn:aws:sqs:us-east-1:{ACCOUNT}:kinds"
    allowed = {"Policy": policy(arn, "SQS:SendMessage")}
    url = sqs.create_queue(QueueName="kinds", Attributes=allowed)["QueueUrl"]
    created, removed = rule(arn), rule(arn, "s3:ObjectRemoved:*") | {"Id": "other"}
    tell(s3, bucket, QueueConfigurations=[created, removed])
    received((sqs, url, arn))
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k")
    marker = s3.delete_object(Bucket=bucket, Key="k")["VersionId"]
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker)
    begun = s3.create_multipart_upload(Bucket=bucket, Key="big")["UploadId"]
    named = {"Bucket": bucket, "Key": "big", "UploadId": begun}
    etag = s3.upload_part(**named, PartNumber=1, Body=b"x")["ETag"]
    parts = [{"PartNumber": 1, "ETag": etag}]
    s3.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})
    records = [received((sqs, url, arn))["Records"][0] for _ in range(5)]
    records.sort(key=lambda record: str(record["s3"]["object"]["sequencer"]))
    assert [record["eventName"] for record in records] == [
        "ObjectCreated:Put",
        "ObjectCreated:Copy",
        "ObjectRemoved:DeleteMarkerCreated",
        "ObjectRemoved:Delete",
        "ObjectCreated:CompleteMultipartUpload",
    ]
    assert records[3]["s3"]["object"].keys() == {"key", "versionId", "sequencer"} | {"eTag"}


def test_a_function_is_called_through_its_event_queue_where_prefix_and_suffix_fit(
    application: Application, boto: Boto, s3: Any, bucket: str
) -> None:
    functions = boto("lambda")
    code = zipped(("app.py", "def handler(event, context):\n    return event\n"))
    made = functions.create_function(
        FunctionName="thumbnail",
        Runtime="python3.11",
        Role=f"arn:aws:iam::{ACCOUNT}:role/lambda",
        Handler="app.handler",
        Code={"ZipFile": code},
    )
    arn = made["FunctionArn"]
    wanted = {
        "Id": "images",
        "LambdaFunctionArn": arn,
        "Events": ["s3:ObjectCreated:Put"],
        "Filter": {
            "Key": {
                "FilterRules": [
                    {"Name": "Prefix", "Value": "in/"},
                    {"Name": "Suffix", "Value": ".jpg"},
                ]
            }
        },
    }
    with pytest.raises(ClientError) as refused:
        tell(s3, bucket, LambdaFunctionConfigurations=[wanted])
    assert refusal(refused) == (
        400,
        "InvalidArgument",
        "Unable to validate the following destination configurations",
    )
    functions.add_permission(
        FunctionName="thumbnail",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{bucket}",
    )
    tell(s3, bucket, LambdaFunctionConfigurations=[wanted])
    assert s3.get_bucket_notification_configuration(Bucket=bucket)[
        "LambdaFunctionConfigurations"
    ] == [wanted]
    for key in ("in/a.jpg", "out/a.jpg", "in/a.png"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    entries = application.services.loop.call(_entries(application))
    matched = [one.fact for one in entries if isinstance(one.fact, NotificationMatched)]
    assert [fact.key for fact in matched if fact.bucket == bucket] == ["in/a.jpg"]
    passed = {
        one.fact.key: one.fact.reason
        for one in entries
        if isinstance(one.fact, NotificationPassedOver) and one.fact.bucket == bucket
    }
    assert passed == {
        "out/a.jpg": "The key does not begin with 'in/'.",
        "in/a.png": "The key does not end with '.jpg'.",
    }
    queued = [
        one.fact
        for one in entries
        if isinstance(one.fact, EventQueued) and one.fact.source == f"bucket {bucket}"
    ]
    assert [fact.function for fact in queued] == ["thumbnail"]


async def _entries(application: Application) -> Any:
    workspace = await application.services.platform.workspace("local")
    return workspace.log.since(0)


def test_a_topic_hears_of_it(s3: Any, bucket: str, boto: Boto, queue: tuple[Any, str, str]) -> None:
    sns = boto("sns")
    topic = sns.create_topic(Name=f"of-{bucket}")["TopicArn"]
    allowed = policy(topic, "sns:Publish")
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=allowed)
    told = {"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}
    tell(s3, bucket, TopicConfigurations=[told])
    [kept] = s3.get_bucket_notification_configuration(Bucket=bucket)["TopicConfigurations"]
    assert kept["TopicArn"] == topic
    assert kept["Id"]
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")


@pytest.mark.parametrize(
    "configuration",
    [
        {"QueueConfigurations": [rule(f"arn:aws:sqs:us-east-1:{ACCOUNT}:nowhere")]},
        {"QueueConfigurations": [rule("no-arn")]},
        {"QueueConfigurations": [rule(f"arn:aws:sqs:us-east-1:{ACCOUNT}:q", "s3:Nothing")]},
        {"QueueConfigurations": [rule(f"arn:aws:sqs:us-east-1:{ACCOUNT}:q", middle="x")]},
        {"QueueConfigurations": [rule(f"arn:aws:sqs:us-east-1:{ACCOUNT}:q")] * 2},
        {"TopicConfigurations": [{"TopicArn": "arn:aws:sns:x:y:z", "Events": ["s3:TestEvent"]}]},
    ],
    ids=range(6),
)
def test_a_configuration_that_cannot_work_is_refused_and_changes_nothing(
    s3: Any, bucket: str, configuration: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as refused:
        tell(s3, bucket, **configuration)
    assert refusal(refused)[:2] == (400, "InvalidArgument")
    kept = s3.get_bucket_notification_configuration(Bucket=bucket)
    assert kept.keys() == {"ResponseMetadata"}


def test_what_overlaps_is_refused(s3: Any, bucket: str, queue: tuple[Any, str, str]) -> None:
    one, other = rule(queue[2], prefix="a"), rule(queue[2], prefix="ab") | {"Id": "other"}
    with pytest.raises(ClientError) as refused:
        tell(s3, bucket, QueueConfigurations=[one, other])
    assert "Configurations overlap" in refusal(refused)[2]
    apart = rule(queue[2], prefix="b") | {"Id": "other"}
    tell(s3, bucket, QueueConfigurations=[one, apart])
