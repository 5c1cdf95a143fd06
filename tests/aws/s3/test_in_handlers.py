"""What learners build with buckets: a function that reads what came and writes what it made."""

import json
from typing import Any

from botocore.waiter import WaiterModel, create_waiter_with_client

from tests.aws.clients import Boto, received
from tests.aws.test_from_handlers import call
from webapp.wiring import Application

SHRINKING = """
import os
import urllib.parse
import boto3

s3 = boto3.client("s3")

def handler(event, context):
    made = []
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        target = "out/" + key.removeprefix("in/")
        s3.put_object(Bucket=bucket, Key=target, Body=body[:10], Metadata={"of": str(len(body))})
        made.append(target)
    return made
"""
BIG = bytes(range(256)) * 4 * 1024
"""A megabyte: the gateway brings it piece by piece."""


def test_a_handler_reads_and_writes_objects(application: Application, s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="in/a b", Body=BIG)
    record = {"s3": {"bucket": {"name": bucket}, "object": {"key": "in/a+b"}}}
    assert call(application, "shrink", SHRINKING, {"Records": [record]}) == ["out/a b"]
    made = s3.get_object(Bucket=bucket, Key="out/a b")
    assert (made["Body"].read(), made["Metadata"]) == (BIG[:10], {"of": str(len(BIG))})


def test_an_upload_calls_the_function_that_makes_the_small_one(
    application: Application, boto: Boto, s3: Any, bucket: str
) -> None:
    call(application, "thumbnail", SHRINKING, {"Records": []})
    boto("lambda").add_permission(
        FunctionName="thumbnail",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{bucket}",
    )
    told = {
        "LambdaFunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:thumbnail",
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}},
    }
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [told]}
    )
    s3.put_object(Bucket=bucket, Key="in/ü+1.jpg", Body=BIG)
    wait(s3, Bucket=bucket, Key="out/ü+1.jpg")
    assert s3.head_object(Bucket=bucket, Key="out/ü+1.jpg")["Metadata"] == {"of": str(len(BIG))}


def test_the_default_bus_hears_of_a_bucket_that_says_so(boto: Boto, s3: Any, bucket: str) -> None:
    events, sqs = boto("events"), boto("sqs")
    arn = f"arn:aws:sqs:us-east-1:000000000000:{bucket}"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    allowed = {"Policy": json.dumps({"Statement": [statement]})}
    url = sqs.create_queue(QueueName=bucket, Attributes=allowed)["QueueUrl"]
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}
    events.put_rule(Name=bucket, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=bucket, Targets=[{"Id": "q", "Arn": arn}])
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    kept = s3.get_bucket_notification_configuration(Bucket=bucket)
    assert kept["EventBridgeConfiguration"] == {}
    s3.put_object(Bucket=bucket, Key="a b", Body=b"hello")
    [message] = received(sqs, url)
    event = json.loads(message["Body"])
    assert (event["detail-type"], event["source"]) == ("Object Created", "aws.s3")
    assert event["resources"] == [f"arn:aws:s3:::{bucket}"]
    assert event["detail"]["object"]["key"] == "a b"
    assert (event["detail"]["object"]["size"], event["detail"]["reason"]) == (5, "PutObject")


def wait(s3: Any, **place: str) -> None:
    """Wait until an object is there."""
    description = {
        "version": 2,
        "waiters": {
            "There": {
                "operation": "HeadObject",
                "delay": 0.1,
                "maxAttempts": 600,
                "acceptors": [
                    {"matcher": "status", "expected": 200, "state": "success"},
                    {"matcher": "status", "expected": 404, "state": "retry"},
                ],
            }
        },
    }
    create_waiter_with_client("There", WaiterModel(description), s3).wait(**place)
