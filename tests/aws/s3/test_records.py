"""A bucket as on-failure destination: records of events become objects (lambda-behaviour 5.4)."""

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.clients import Boto
from tests.aws.s3.conftest import refusal
from tests.runtime.zips import zipped
from webapp.trace.events import DeliveryFailed, RecordDelivered
from webapp.wiring import Application

FAILING = "def handler(event, context):\n    raise ValueError(f\"no {event['name']}\")\n"
KEY = r"aws/lambda/async/fails/\d{4}/\d\d/\d\d/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}"


@pytest.fixture(scope="module")
def functions(boto: Boto) -> Any:
    client = boto("lambda")
    client.create_function(
        FunctionName="fails",
        Runtime="python3.11",
        Role="arn:aws:iam::000000000000:role/lambda",
        Handler="app.handler",
        Code={"ZipFile": zipped(("app.py", FAILING))},
    )
    return client


def end_of(application: Application, request_id: str) -> RecordDelivered | DeliveryFailed:
    """Wait until the record of an event was delivered or lost; return that fact."""
    services = application.services
    log = services.loop.call(services.platform.workspace("local")).log
    seen = 0
    while log.wait_beyond(seen, timeout=120):
        entries = log.since(seen)
        seen = entries[-1].sequence
        facts = [entry.fact for entry in entries]
        ends = [fact for fact in facts if isinstance(fact, RecordDelivered | DeliveryFailed)]
        for end in ends:
            if end.request_id == request_id:
                return end
    raise AssertionError("nothing became of the record")


def fail_into(functions: Any, bucket: str, name: str, *, gone: Any = None) -> str:
    """Send an event that fails once; return its request id."""
    functions.put_function_event_invoke_config(
        FunctionName="fails",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": f"arn:aws:s3:::{bucket}"}},
    )
    if gone is not None:
        gone.delete_bucket(Bucket=bucket)
    payload = json.dumps({"name": name}).encode()
    taken = functions.invoke(FunctionName="fails", InvocationType="Event", Payload=payload)
    return str(taken["ResponseMetadata"]["RequestId"])


def test_the_record_of_a_failure_is_an_object(
    application: Application, functions: Any, s3: Any, bucket: str
) -> None:
    end = end_of(application, fail_into(functions, bucket, "Ada"))
    assert isinstance(end, RecordDelivered)
    [listed] = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert re.fullmatch(KEY, listed["Key"])
    kept = s3.get_object(Bucket=bucket, Key=listed["Key"])
    assert kept["ContentType"] == "application/json"
    record = json.loads(kept["Body"].read())
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["functionArn"].endswith(":function:fails:$LATEST")
    assert record["requestPayload"] == {"name": "Ada"}
    assert record["responsePayload"]["errorMessage"] == "no Ada"


def test_a_record_for_a_bucket_that_is_gone_is_told_as_lost(
    application: Application, functions: Any, s3: Any, bucket: str
) -> None:
    end = end_of(application, fail_into(functions, bucket, "Bob", gone=s3))
    assert isinstance(end, DeliveryFailed)
    assert end.target == f"arn:aws:s3:::{bucket}"
    assert "NoSuchBucket" in end.reason


@pytest.mark.parametrize(
    ("end", "name"),
    [("OnSuccess", "is-there"), ("OnFailure", "nobody-made-this"), ("OnFailure", "../is-there")],
)
def test_only_failures_go_to_a_bucket_and_only_to_one_that_is_there(
    functions: Any, s3: Any, end: str, name: str
) -> None:
    s3.create_bucket(Bucket="is-there")
    arn = f"arn:aws:s3:::{name}"
    with pytest.raises(ClientError) as refused:
        functions.put_function_event_invoke_config(
            FunctionName="fails", DestinationConfig={end: {"Destination": arn}}
        )
    assert refusal(refused) == (
        400,
        "InvalidParameterValueException",
        f"The destination ARN {arn} is invalid.",
    )
