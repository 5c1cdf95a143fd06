"""Whatever goes wrong at a program's door is JSON with a code, whoever asks."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.app.application import running

FUNCTIONS = "/w/local/functions"
HTML = {"Accept": "text/html"}
MEGABYTE = 1024 * 1024


def announced(size_bytes: int) -> dict[str, str]:
    """Say that a body of that size comes."""
    return {"CONTENT_LENGTH": str(size_bytes), "CONTENT_TYPE": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", f"{FUNCTIONS}/none", 404, "ResourceNotFoundException"),
        ("GET", "/w/other/functions", 404, "ResourceNotFoundException"),
        ("GET", "/w/other/clock", 404, "ResourceNotFoundException"),
        ("GET", "/w/local/labs/none/events", 404, "ResourceNotFoundException"),
        ("POST", "/w/local/clock", 400, "InvalidParameterValueException"),
        ("POST", f"{FUNCTIONS}/none/invocations", 404, "ResourceNotFoundException"),
        ("PUT", f"{FUNCTIONS}/none", 400, "InvalidRequestContentException"),
    ],
)
def test_a_refusal_is_json_even_for_who_wants_a_page(
    client: FlaskClient, method: str, path: str, status: int, code: str
) -> None:
    answer = client.open(path, method=method, headers=HTML)
    assert (answer.status_code, answer.mimetype) == (status, "application/json")
    assert answer.headers["x-amzn-ErrorType"] == code
    assert answer.get_json()["Type"] == "User"
    assert answer.get_json()["message"]


def test_another_site_is_told_so_in_json(client: FlaskClient) -> None:
    answer = client.get("/w/local/clock", headers={"Origin": "https://evil.example", **HTML})
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (
        403,
        "AccessDeniedException",
    )


def test_a_definition_larger_than_any_zip_is_not_even_read(client: FlaskClient) -> None:
    answer = client.put(f"{FUNCTIONS}/large", environ_overrides=announced(80 * MEGABYTE))
    assert answer.status_code == 413
    assert answer.headers["x-amzn-ErrorType"] == "RequestEntityTooLargeException"
    assert "for the CreateFunction operation" in answer.get_json()["message"]


def test_a_payload_said_to_be_huge_is_not_even_read(client: FlaskClient) -> None:
    call = f"{FUNCTIONS}/none/invocations"
    answer = client.post(call, environ_overrides=announced(10**12))
    assert answer.status_code == 413
    assert answer.headers["x-amzn-ErrorType"] == "RequestTooLargeException"


def test_a_clock_is_sent_no_megabytes(client: FlaskClient) -> None:
    answer = client.post("/w/local/clock", environ_overrides=announced(17 * MEGABYTE))
    assert answer.status_code == 413
    assert answer.mimetype == "application/json"


@pytest.mark.parametrize("kind", ["Event", "DryRun", "event", ""])
def test_a_way_to_invoke_that_is_not_here_is_not_taken_for_another(
    client: FlaskClient, kind: str
) -> None:
    headers = {"X-Amz-Invocation-Type": kind}
    answer = client.post(f"{FUNCTIONS}/none/invocations", headers=headers)
    assert answer.status_code == 400
    assert f"The invocation type {kind} is not served here" in answer.get_json()["message"]


def test_a_stopped_platform_says_when_to_come_back(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        client = application.app.test_client()
        application.stop()
        for answer in (client.get(FUNCTIONS), client.get("/w/local/clock")):
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
            assert answer.headers["x-amzn-ErrorType"] == "ServiceUnavailableException"
            assert answer.get_json()["Type"] == "Service"
