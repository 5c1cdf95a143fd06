"""Deployment tools that work by plain API calls, without CloudFormation (docs/aws.md).

The calls are those of Chalice 1.34.0, of Zappa 0.63.0, and of Terraform with its provider for AWS
5.100.0, each of which deployed an app with a schedule, a topic and a bucket that call functions.
The tools themselves are no dependencies of this suite.
"""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.functions.chalice import ACCOUNT, Chalice
from tests.aws.functions.clients import SOON, zipped
from tests.aws.functions.test_topics import report_to
from tests.aws.sns.conftest import Queue
from tests.server.running import Running

pytestmark = pytest.mark.slow
SAYS = "def handler(event, context):\n    return [TEXT, event]\n"


def says(text: str) -> bytes:
    return zipped(SAYS.replace("TEXT", repr(text)))


@pytest.fixture(scope="module")
def tool(server: Running) -> Chalice:
    return Chalice(server)


NAMES = ("shop-dev-tick", "shop-dev-on_order", "shop-dev-on_picture")


class Shop:
    """The app: a function for each trigger, and a queue that hears what each answers."""

    def __init__(self, tool: Chalice) -> None:
        self.tool = tool
        self.queue = Queue(tool.sqs)
        self.topic: str = tool.sns.create_topic(Name="orders")["TopicArn"]
        tool.s3.create_bucket(Bucket="shop-pictures")

    def deploy(self) -> None:
        tool = self.tool
        self.tick, self.order, self.picture = [tool.function(name, says("first")) for name in NAMES]
        tool.rule("shop-dev-tick-event", self.tick, ScheduleExpression="rate(1 day)")
        self.subscription = tool.subscription(self.topic, self.order)
        tool.notification("shop-pictures", self.picture, ("Prefix", "in/"), ("Suffix", ".jpg"))
        for name in NAMES:
            report_to(tool.functions, name, self.queue.arn, on="OnSuccess")

    def deploy_again(self) -> None:
        """Deploy other code, another schedule, and no bucket any more."""
        tool = self.tool
        arns = [tool.function(name, says("second")) for name in NAMES[:2]]
        assert arns == [self.tick, self.order]
        tool.rule("shop-dev-tick-event", self.tick, ScheduleExpression="cron(0 12 * * ? 2199)")
        known = tool.sns.get_subscription_attributes(SubscriptionArn=self.subscription)
        assert known["Attributes"]["Endpoint"] == self.order
        assert tool.subscription(self.topic, self.order) == self.subscription
        tool.no_notification("shop-pictures", self.picture)
        tool.no_function(self.picture)

    def delete(self) -> None:
        self.tool.no_subscription(self.subscription, self.topic, self.order)
        self.tool.no_rule("shop-dev-tick-event")
        for arn in (self.order, self.tick):
            self.tool.no_function(arn)

    def heard(self) -> tuple[str, dict[str, Any]]:
        """Return which code answered, and the event that called it."""
        [record] = self.queue.notifications()
        text, event = record["responsePayload"]
        return text, event

    def published(self, message: str) -> None:
        self.tool.sns.publish(TopicArn=self.topic, Message=message)

    def put(self, *keys: str) -> None:
        for key in keys:
            self.tool.s3.put_object(Bucket="shop-pictures", Key=key, Body=b"x")


def test_an_app_is_deployed_changed_and_deleted_as_chalice_does_it(
    tool: Chalice, server: Running
) -> None:
    shop = Shop(tool)
    shop.deploy()
    shop.published("hello")
    text, event = shop.heard()
    assert (text, event["Records"][0]["Sns"]["Message"]) == ("first", "hello")
    shop.put("out/a.jpg", "in/a.jpg")
    text, event = shop.heard()
    assert (text, event["Records"][0]["s3"]["object"]["key"]) == ("first", "in/a.jpg")
    assert server.send("/w/local/clock", advance=86_400).status == 200
    text, event = shop.heard()
    assert (text, event["detail-type"]) == ("first", "Scheduled Event")
    assert event["resources"][0].endswith(":rule/shop-dev-tick-event")

    shop.deploy_again()
    assert tool.told("shop-pictures") == {}
    shop.put("in/b.jpg")
    shop.published("again")
    text, event = shop.heard()
    assert (text, event["Records"][0]["Sns"]["Message"]) == ("second", "again")
    assert shop.queue.empty

    shop.delete()
    assert not any(tool.is_there(name) for name in NAMES)
    assert tool.sns.list_subscriptions()["Subscriptions"] == []
    assert tool.events.list_rules()["Rules"] == []


def test_code_comes_from_a_bucket_as_zappa_sends_it(tool: Chalice) -> None:
    tool.s3.create_bucket(Bucket="zappa-deployments")
    tool.s3.put_bucket_versioning(
        Bucket="zappa-deployments", VersioningConfiguration={"Status": "Enabled"}
    )
    version = {}
    for text in ("first", "second"):
        put = tool.s3.put_object(Bucket="zappa-deployments", Key="app.zip", Body=says(text))
        version[text] = put["VersionId"]
    place = {"S3Bucket": "zappa-deployments", "S3Key": "app.zip"}
    made = tool.functions.create_function(
        FunctionName="zshop-dev",
        Runtime="python3.11",
        Role=f"arn:aws:iam::{ACCOUNT}:role/zshop-dev-ZappaLambdaExecutionRole",
        Handler="handler.handler",
        Code={**place, "S3ObjectVersion": version["first"]},
        Publish=True,
    )
    assert (made["Version"], made["CodeSize"]) == ("1", len(says("first")))
    tool.functions.get_waiter("function_active").wait(FunctionName="zshop-dev", WaiterConfig=SOON)
    called = tool.functions.invoke(FunctionName="zshop-dev", Payload=b"1")
    assert json.load(called["Payload"]) == ["first", 1]
    # Zappa deletes the archive once Lambda has it.
    tool.functions.update_function_code(FunctionName="zshop-dev", **place, Publish=True)
    tool.s3.delete_object(Bucket="zappa-deployments", Key="app.zip")
    tool.functions.get_waiter("function_updated").wait(FunctionName="zshop-dev", WaiterConfig=SOON)
    called = tool.functions.invoke(FunctionName="zshop-dev", Payload=b"2")
    assert json.load(called["Payload"]) == ["second", 2]
    for wrong, why in (
        (place, "NoSuchKey. S3 Error Message: The specified key does not exist."),
        ({**place, "S3Bucket": "nowhere"}, "NoSuchBucket. S3 Error Message: The specified bucket"),
        ({**place, "S3ObjectVersion": "none"}, "NoSuchVersion. S3 Error Message: The specified"),
    ):
        with pytest.raises(ClientError) as refused:
            tool.functions.update_function_code(FunctionName="zshop-dev", **wrong)
        error = refused.value.response["Error"]
        assert error["Code"] == "InvalidParameterValueException"
        assert error["Message"].startswith(f"Error occurred while GetObject. S3 Error Code: {why}")
    tool.functions.delete_function(FunctionName="zshop-dev")


def test_what_terraform_reads_of_everything_it_made_is_what_it_wrote(tool: Chalice) -> None:
    arn = tool.function("tf-shop", says("first"))
    signing = tool.functions.get_function_code_signing_config(FunctionName="tf-shop")
    assert (signing["FunctionName"], signing["CodeSigningConfigArn"]) == ("tf-shop", "")
    with pytest.raises(ClientError) as refused:
        tool.functions.put_function_code_signing_config(
            FunctionName="tf-shop",
            CodeSigningConfigArn=f"arn:aws:lambda:us-east-1:{ACCOUNT}:code-signing-config:csc-"
            + "0" * 17,
        )
    assert refused.value.response["Error"]["Code"] == "CodeSigningConfigNotFoundException"
    tool.functions.delete_function_code_signing_config(FunctionName="tf-shop")
    tool.s3.create_bucket(Bucket="tf-pictures")
    tool.notification("tf-pictures", arn, ("prefix", "in/"))
    [told] = tool.told("tf-pictures")["LambdaFunctionConfigurations"]
    assert told["Filter"]["Key"]["FilterRules"] == [{"Name": "Prefix", "Value": "in/"}]
    tool.s3.put_object(Bucket="tf-pictures", Key="code.zip", Body=b"x")
    read = tool.s3.head_object(Bucket="tf-pictures", Key="code.zip")
    assert "CacheControl" not in read
    tool.no_notification("tf-pictures", arn)
    tool.no_function(arn)
