"""The templates are events that real clients of AWS's services would understand."""

import base64
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

import webapp.classroom
from webapp.classroom.templates import TITLES, template

FOLDER = Path(webapp.classroom.__file__).parent / "event_templates"


def event(name: str) -> Any:
    return json.loads(template(name))


def test_every_file_is_a_template_and_every_template_has_a_file() -> None:
    assert {path.stem for path in FOLDER.glob("*")} == set(TITLES)


def test_what_is_no_template_is_not_read() -> None:
    with pytest.raises(KeyError):
        template("../drafting")


@pytest.mark.parametrize("name", TITLES)
def test_a_template_is_indented_json_that_anybody_may_see(name: str) -> None:
    text = template(name)
    assert json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n" == text


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("api-gateway-rest", {"resource", "httpMethod", "multiValueHeaders", "requestContext"}),
        ("api-gateway-http", {"version", "routeKey", "rawPath", "cookies", "pathParameters"}),
        ("function-url", {"version", "rawPath", "requestContext", "isBase64Encoded"}),
        ("eventbridge", {"version", "id", "detail-type", "source", "account", "time", "detail"}),
        ("destination-record", {"requestContext", "requestPayload", "responseContext"}),
        ("cognito-pre-sign-up", {"triggerSource", "userPoolId", "request", "response"}),
        ("custom-resource", {"RequestType", "ResponseURL", "StackId", "ResourceProperties"}),
    ],
)
def test_a_template_has_the_parts_that_tell_its_source(name: str, keys: set[str]) -> None:
    assert keys <= event(name).keys()


@pytest.mark.parametrize(
    ("name", "path"),
    [("sqs", "eventSource"), ("s3-put", "eventSource"), ("sns", "EventSource")],
)
def test_records_name_their_service(name: str, path: str) -> None:
    service = name.partition("-")[0]
    assert {record[path] for record in event(name)["Records"]} == {f"aws:{service}"}


def test_what_is_encoded_decodes_to_an_order() -> None:
    (kinesis, _) = event("kinesis")["Records"]
    assert json.loads(base64.b64decode(kinesis["kinesis"]["data"]))["order_id"] == "1042"
    [kafka] = event("kafka")["records"]["orders-0"]
    assert json.loads(base64.b64decode(kafka["value"]))["order_id"] == "1042"
    logs = gzip.decompress(base64.b64decode(event("logs-subscription")["awslogs"]["data"]))
    assert json.loads(logs)["logEvents"][0]["message"].startswith("[ERROR]")


def test_digests_are_of_what_they_stand_for() -> None:
    for record in event("sqs")["Records"]:
        assert record["md5OfBody"] == hashlib.md5(record["body"].encode()).hexdigest()
