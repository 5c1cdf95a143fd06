"""JSON that is made to break its reader, at every door that reads any."""

import pytest
from flask.testing import FlaskClient

LAB = "/w/local/labs/cold-and-warm"
DOORS = [
    ("POST", f"{LAB}/{action}")
    for action in ("save", "invoke", "wait", "reset", "stop", "step", "configuration", "faults")
] + [
    ("POST", f"{LAB}/predictions/second-call"),
    ("POST", f"{LAB}/questions/counter"),
    ("POST", "/w/local/clock"),
    ("PUT", "/w/local/functions/f"),
]


@pytest.mark.parametrize(("method", "path"), DOORS)
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"files":' * 100_000,
        b'{"count": ' + b"9" * 5000 + b"}",
        b"\xff\xfe",
        b"\0",
    ],
    ids=["deep list", "deep object", "long number", "no text", "null byte"],
)
def test_a_body_that_cannot_be_read_is_the_senders_mistake(
    browser: FlaskClient, method: str, path: str, body: bytes
) -> None:
    answer = browser.open(path, method=method, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json()["message"]
