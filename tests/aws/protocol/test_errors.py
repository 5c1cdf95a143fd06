"""Refusals and streams of events, as botocore reads them."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from botocore.awsrequest import HeadersDict
from botocore.eventstream import EventStream
from botocore.parsers import EventStreamJSONParser, create_parser

from tests.aws.protocol.clients import compiled, model, protocol
from webapp.aws.errors import AwsError
from webapp.aws.wire import WireResponse


def read(service: str, error: AwsError) -> tuple[int, dict[str, Any], WireResponse]:
    """Return status and what a client finds in the refusal."""
    response = protocol(service).error(error, "the-request-id")
    parsed = create_parser(model(service).protocol).parse(
        {
            "status_code": response.status,
            "headers": HeadersDict(response.headers),
            "body": response.body,
        },
        None,
    )
    return response.status, parsed, response


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("lambda", "ResourceNotFoundException", 404),
        ("lambda", "ResourceConflictException", 409),
        ("lambda", "ServiceException", 500),
        ("iam", "NoSuchEntity", 404),
        ("iam", "DeleteConflict", 409),
        ("sts", "ExpiredTokenException", 400),
        ("logs", "ResourceNotFoundException", 400),
        ("s3", "NoSuchKey", 404),
        ("dynamodb", "ConditionalCheckFailedException", 400),
    ],
)
def test_an_error_has_its_models_status_and_a_client_finds_it(
    service: str, code: str, status: int
) -> None:
    message = 'ä <b> & "quoted" \' \u0000 \r\n end'
    found_status, parsed, _ = read(service, AwsError(code, message, status=0))
    assert found_status == status
    assert parsed["Error"]["Code"] == code
    assert parsed["Error"]["Message"].replace("\ufffd", "\u0000") == message
    assert parsed["ResponseMetadata"]["RequestId"] == "the-request-id"


def test_lambda_says_whose_fault_it_is_and_names_the_message_as_its_model_does() -> None:
    error = AwsError(
        "TooManyRequestsException",
        "Rate Exceeded.",
        fields={"Reason": "ConcurrentInvocationLimitExceeded", "retryAfterSeconds": "7"},
    )
    status, _, response = read("lambda", error)
    assert isinstance(response.body, bytes)
    assert status == 429
    assert response.headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert response.headers["Retry-After"] == "7"
    assert json.loads(response.body) == {
        "Type": "User",
        "message": "Rate Exceeded.",
        "Reason": "ConcurrentInvocationLimitExceeded",
    }
    _, _, missing = read("lambda", AwsError("ResourceNotFoundException", "Function not found: x"))
    assert isinstance(missing.body, bytes)
    assert json.loads(missing.body) == {"Type": "User", "Message": "Function not found: x"}


def test_an_error_that_no_model_knows_keeps_its_own_status() -> None:
    for service in ("lambda", "iam", "logs", "s3"):
        status, parsed, _ = read(service, AwsError("SignatureDoesNotMatch", "m", status=403))
        assert (status, parsed["Error"]["Code"]) == (403, "SignatureDoesNotMatch")


def test_json_of_a_former_query_service_carries_the_old_code_too() -> None:
    error = AwsError("QueueDoesNotExist", "The specified queue does not exist.")
    error.queried = "AWS.SimpleQueueService.NonExistentQueue"
    status, parsed, response = read("sqs", error)
    assert status == 400
    header = "AWS.SimpleQueueService.NonExistentQueue;Sender"
    assert response.headers["x-amzn-query-error"] == header
    assert parsed["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert parsed["Error"]["QueryErrorCode"] == "QueueDoesNotExist"


class Raw:
    """What botocore's event stream reads from."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces

    def stream(self) -> list[bytes]:
        return self._pieces

    def close(self) -> None:
        """There is nothing to close."""


def test_a_stream_of_events_is_read_by_a_client() -> None:
    events = [
        {"PayloadChunk": {"Payload": b"\x00\xff one"}},
        {"PayloadChunk": {"Payload": b""}},
        {"InvokeComplete": {"ErrorCode": "Unhandled", "LogResult": "bG9n"}},
    ]

    async def stream() -> AsyncIterator[Any]:
        for event in events:
            yield event

    async def pieces() -> list[bytes]:
        operation = compiled("lambda", "InvokeWithResponseStream")
        written = operation.write({"StatusCode": 200, "EventStream": stream()}, "id")
        assert written.headers["Content-Type"] == "application/vnd.amazon.eventstream"
        assert not isinstance(written.body, bytes)
        return [piece async for piece in written.body]

    got = asyncio.run(pieces())
    cut = b"".join(got)
    shape = model("lambda").operation_model("InvokeWithResponseStream").get_event_stream_output()
    for sent in (got, [cut[at : at + 7] for at in range(0, len(cut), 7)]):
        read_events = EventStream(Raw(sent), shape, EventStreamJSONParser(), "Invoke")
        assert list(read_events) == events
