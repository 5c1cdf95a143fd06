"""Calls that take long never take the threads that answer everything else."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.aws.signing import error_code, send, sign
from webapp.wiring import Application

URL_HOST = f"{'a' * 32}.lambda-url.us-east-1.localhost:8000"


@pytest.fixture
def full(application: Application) -> Iterator[FlaskClient]:
    """Give a client of a server whose every place is taken."""
    streams = application.services.streams
    usual, streams.limit = streams.limit, 0
    yield application.app.test_client()
    streams.limit = usual


def test_a_call_that_finds_no_place_is_told_to_come_back(full: FlaskClient) -> None:
    answer = send(full, sign())
    assert (answer.status_code, error_code(answer)) == (503, "ServiceUnavailable")
    answer = full.get("/", headers={"Host": URL_HOST})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    answer = full.post("/w/local/functions/any/invocations", json={})
    assert answer.status_code == 503
    assert full.get("/healthz").status_code == 200


def test_every_call_gives_its_place_back(application: Application) -> None:
    streams, client = application.services.streams, application.app.test_client()
    usual, streams.limit = streams.limit, 1
    asks: list[tuple[Callable[[], TestResponse], int]] = [
        (lambda: send(client, sign()), 200),
        (lambda: send(client, sign(b"nonsense")), 400),
        (lambda: client.get("/", headers={"Host": URL_HOST}), 403),
        (lambda: client.post("/w/local/functions/nope/invocations", json={}), 404),
    ]
    try:
        for ask, status in asks * 2:
            with ask() as answer:
                assert answer.status_code == status
    finally:
        streams.limit = usual
