"""Functions over HTTP: their life, their calls, and what hostile clients send."""

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.runtime.zips import zipped
from webapp.wiring import Application

FUNCTIONS = "/w/local/functions"
ECHO = {"handler.py": "def handler(event, context):\n    print('heard')\n    return event\n"}
SIX_MEGABYTES = 6 * 1024 * 1024


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.fixture
def echo(client: FlaskClient) -> str:
    answer = client.put(f"{FUNCTIONS}/echo", json={"files": ECHO})
    assert answer.status_code == 200, answer.text
    return f"{FUNCTIONS}/echo"


@pytest.mark.slow
def test_a_function_is_made_changed_listed_called_and_deleted(client: FlaskClient) -> None:
    address = f"{FUNCTIONS}/life"
    made = client.put(address, json={"files": ECHO, "configuration": {"memory_mb": 256}})
    assert (made.status_code, made.get_json()["state"]) == (200, "Active")
    assert made.get_json()["configuration"]["memory_mb"] == 256
    assert client.get(address).get_json() == made.get_json()
    changed = client.put(address, json={"configuration": {"memory_mb": 512}}).get_json()
    assert changed["configuration"]["memory_mb"] == 512
    assert changed["code_sha256"] == made.get_json()["code_sha256"]
    assert changed["revision_id"] != made.get_json()["revision_id"]
    archive = base64_of(zipped(("handler.py", "def handler(e, c):\n    return 'new'\n")))
    assert client.put(address, json={"zip": archive}).status_code == 200
    assert client.post(f"{address}/invocations").get_json() == "new"
    assert "life" in [one["name"] for one in client.get(FUNCTIONS).get_json()]
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert client.delete(address).status_code == 404


@pytest.mark.slow
def test_a_call_answers_as_invoke_does(client: FlaskClient, echo: str) -> None:
    answer = client.post(f"{echo}/invocations", data=b'{"a": 1}')
    assert (answer.status_code, answer.get_json()) == (200, {"a": 1})
    assert len(answer.headers["x-amzn-RequestId"]) == 36
    assert answer.headers["X-Amz-Executed-Version"] == "$LATEST"
    assert "X-Amz-Function-Error" not in answer.headers
    assert "X-Amz-Log-Result" not in answer.headers
    tailed = client.post(f"{echo}/invocations", headers={"X-Amz-Log-Type": "Tail"})
    tail = base64.b64decode(tailed.headers["X-Amz-Log-Result"]).decode()
    assert tail.startswith(f"START RequestId: {tailed.headers['x-amzn-RequestId']}")
    assert "heard" in tail
    assert "REPORT RequestId" in tail


@pytest.mark.slow
def test_an_error_in_the_function_is_an_answer(client: FlaskClient) -> None:
    address = f"{FUNCTIONS}/broken"
    code = {"handler.py": "def handler(event, context):\n    raise ValueError('no')\n"}
    assert client.put(address, json={"files": code}).status_code == 200
    answer = client.post(f"{address}/invocations")
    assert (answer.status_code, answer.headers["X-Amz-Function-Error"]) == (200, "Unhandled")
    assert answer.get_json()["errorType"] == "ValueError"


@pytest.mark.parametrize(
    "files", [{"../up.py": ""}, {"/etc/x.py": ""}, {"a/../../b": ""}, {"a\\..\\b": ""}, {"": ""}]
)
def test_a_zip_that_leaves_its_folder_is_refused(
    client: FlaskClient, files: dict[str, str]
) -> None:
    body = {"zip": base64_of(zipped(*files.items()))}
    answer = client.put(f"{FUNCTIONS}/slip", json=body)
    assert answer.status_code == 400
    assert client.get(f"{FUNCTIONS}/slip").status_code == 404


@pytest.mark.slow
def test_a_zip_that_swells_is_refused(client: FlaskClient) -> None:
    bomb = zipped(("zeros", b"\0" * (251 * 1024 * 1024)))
    answer = client.put(f"{FUNCTIONS}/bomb", json={"zip": base64_of(bomb)})
    assert answer.status_code == 400
    assert "262144000" in answer.get_json()["message"]


@pytest.mark.slow
def test_a_zip_over_the_limit_is_refused(client: FlaskClient) -> None:
    code = base64_of(b"\0" * (50 * 1024 * 1024 + 1))
    answer = client.put(f"{FUNCTIONS}/large", json={"zip": code})
    assert answer.status_code == 413
    assert client.get(f"{FUNCTIONS}/large").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"zip": "not base64!"},
        {"zip": "é"},
        {"zip": base64_of(b"not a zip")},
        {"zip": ""},
        {"zip": 1},
        {"files": []},
        {"files": {"handler.py": 1}},
        {"files": "handler.py"},
        {"files": ECHO, "configuration": []},
        {"files": ECHO, "configuration": {"colour": "red"}},
        {"files": ECHO, "configuration": {"memory_mb": "128"}},
        {"files": ECHO, "configuration": {"memory_mb": True}},
        {"files": ECHO, "configuration": {"memory_mb": 1}},
        {"files": ECHO, "configuration": {"timeout": 901}},
        {"files": ECHO, "configuration": {"timeout": 1.5}},
        {"files": ECHO, "configuration": {"handler": None}},
        {"files": ECHO, "configuration": {"variables": []}},
        {"files": ECHO, "configuration": {"variables": {"A": 1}}},
        {"files": ECHO, "configuration": {"runtime": "cobol"}},
    ],
)
def test_a_definition_of_the_wrong_shape_makes_nothing(
    client: FlaskClient, body: dict[str, Any]
) -> None:
    answer = client.put(f"{FUNCTIONS}/wrong", json=body)
    assert answer.status_code == 400
    assert answer.get_json()["message"]
    assert client.get(f"{FUNCTIONS}/wrong").status_code == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"null", b"[" * 99_999])
def test_a_definition_that_is_no_json_object_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.put(f"{FUNCTIONS}/wrong", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.headers["x-amzn-ErrorType"] == "InvalidRequestContentException"


@pytest.mark.slow
def test_a_payload_of_six_megabytes_passes_and_one_byte_more_does_not(
    client: FlaskClient, echo: str
) -> None:
    largest = b'"' + b"x" * (SIX_MEGABYTES - 2) + b'"'
    answer = client.post(f"{echo}/invocations", data=largest)
    assert (answer.status_code, len(answer.data)) == (200, SIX_MEGABYTES)
    answer = client.post(f"{echo}/invocations", data=largest + b" ")
    assert answer.status_code == 413
    assert answer.headers["x-amzn-ErrorType"] == "RequestTooLargeException"
    assert f"smaller than {SIX_MEGABYTES} bytes" in answer.get_json()["message"]


@pytest.mark.parametrize("payload", [b"{", b"\xff", b"{'a': 1}", b"undefined"])
def test_a_payload_that_is_not_json_reaches_no_function(
    client: FlaskClient, echo: str, payload: bytes
) -> None:
    answer = client.post(f"{echo}/invocations", data=payload)
    assert answer.status_code == 400
    assert answer.headers["x-amzn-ErrorType"] == "InvalidRequestContentException"


def test_an_unknown_function_is_not_found(client: FlaskClient) -> None:
    for answer in (
        client.get(f"{FUNCTIONS}/none"),
        client.delete(f"{FUNCTIONS}/none"),
        client.post(f"{FUNCTIONS}/none/invocations"),
    ):
        assert answer.status_code == 404
        assert answer.headers["x-amzn-ErrorType"] == "ResourceNotFoundException"
        assert answer.get_json()["Type"] == "User"


def test_a_host_that_cannot_keep_up_says_when_to_come_back(
    application: Application, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(application.services.store), "busy", True)
    answer = client.post(f"{FUNCTIONS}/any/invocations")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert answer.headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert answer.get_json()["Reason"] == "CallerRateLimitExceeded"


def test_health_says_what_stands(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    told = answer.get_json()
    assert (told["status"], told["trouble"]) == ("ok", None)
    assert told["walls"]
    assert told["version"]


def test_health_is_bad_while_the_store_cannot_write(
    client: FlaskClient, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(application.services.store), "trouble", "The disk is full.")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "degraded")
    assert answer.get_json()["trouble"] == "The disk is full."
