"""What destinations and dead-letter queues are told, whatever a payload or an error holds."""

import json
from typing import Any

import pytest

from webapp.runtime.events.destinations import deliveries_of, record_of
from webapp.runtime.events.queued_event import Ending, QueuedEvent
from webapp.runtime.events.retries import Condition

ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"


def ended(
    payload: bytes,
    response: str | None = None,
    *,
    condition: Condition = "Success",
    message: str = "",
) -> QueuedEvent:
    return QueuedEvent(
        request_id="8a8cd0d5",
        region="us-east-1",
        function="f",
        qualifier="live",
        payload=payload,
        accepted=0.0,
        run="run",
        source="aws",
        due=0.0,
        runs=1,
        ending=Ending(
            condition=condition,
            payload=response,
            function_error="Unhandled" if message else None,
            executed_version="7",
            error_message=message,
        ),
    )


def recorded(payload: bytes, response: str | None = None, **details: Any) -> str:
    return record_of(ended(payload, response, **details), function_arn=ARN, now=1.5)


def strictly(text: str) -> Any:
    """Read JSON as others do."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return json.loads(text.encode(), parse_constant=refuse)


def test_the_record_is_that_of_aws_byte_for_byte() -> None:
    failed = '{"errorMessage":"no","errorType":"ValueError"}'
    text = recorded(
        b' {"h\xc3\xa4user" : [1, 2.50]} ', failed, condition="RetriesExhausted", message="no"
    )
    assert text == (
        '{"version":"1.0","timestamp":"1970-01-01T00:00:01.500Z","requestContext":{"requestId":'
        f'"8a8cd0d5","functionArn":"{ARN}:live","condition":"RetriesExhausted",'
        '"approximateInvokeCount":1},"requestPayload":{"häuser":[1,2.5]},"responseContext":'
        '{"statusCode":200,"executedVersion":"7","functionError":"Unhandled"},'
        f'"responsePayload":{failed}}}'
    )


def test_a_function_that_never_ran_has_no_part_in_the_record() -> None:
    text = recorded(b"{}", condition="ZeroReservedConcurrency")
    assert text.endswith('"approximateInvokeCount":1},"requestPayload":{}}')


@pytest.mark.parametrize(
    ("response", "read"),
    [
        ('"\\ud800"', "\ud800"),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("1e400", 1.7976931348623157e308),
        ("[" * 50_000 + "]" * 50_000, "[" * 50_000 + "]" * 50_000),
        ("no json", "no json"),
        ('"\uffff"', "\uffff"),
    ],
    ids=["half", "nan", "infinity", "beyond", "deep", "text", "no character"],
)
def test_whatever_a_function_answers_the_record_is_json_in_utf_8(
    response: str, read: object
) -> None:
    assert strictly(recorded(b"{}", response))["responsePayload"] == read
    assert "\uffff" not in recorded(b"{}", response)


def test_whatever_an_event_holds_the_record_is_json_in_utf_8() -> None:
    for payload, read in ((b'"\\udfff"', "\udfff"), (b"-1e999", -1.7976931348623157e308)):
        assert strictly(recorded(payload))["requestPayload"] == read


def test_an_error_message_is_cut_at_a_kilobyte_and_holds_what_an_attribute_may() -> None:
    event = ended(b"[1]", "{}", condition="RetriesExhausted", message="\x1b[31m\ud800" + "é" * 2000)
    [letter] = deliveries_of(
        event, function_arn=ARN, destination="", dead_letter_target="arn:aws:sqs:q", now=0.0
    )
    assert letter.body == "[1]"
    kind, value = letter.attributes["ErrorMessage"]
    assert (kind, value[:7]) == ("String", "\ufffd[31m\ufffdé")
    assert 1022 < len(value.encode()) <= 1024
    assert letter.attributes["ErrorCode"] == ("Number", "200")
