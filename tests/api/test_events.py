"""The live stream: where it begins, where it goes on, when it is full, how it ends."""

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.app.application import running
from webapp.wiring import Application

STREAM = "/w/local/labs/cold-and-warm/events"
WAIT = "/w/local/labs/cold-and-warm/wait"


@dataclass(slots=True)
class Reader:
    answer: TestResponse
    parts: Iterator[bytes]

    def message(self) -> dict[str, str]:
        """Return the fields of the next message that is no beat."""
        part = next(part for part in self.parts if not part.startswith(b":"))
        return dict(line.split(": ", 1) for line in part.decode().strip().split("\n"))

    def rows(self) -> dict[str, Any]:
        message = self.message()
        assert message["event"] == "rows"
        rows: dict[str, Any] = json.loads(message["data"])
        assert rows["cursor"] == message["id"]
        return rows


@contextmanager
def reading(client: FlaskClient, *, after: str = "", last: str = "") -> Iterator[Reader]:
    headers = {"Last-Event-ID": last} if last else {}
    answer = client.get(STREAM, query_string={"after": after}, headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    try:
        yield Reader(answer, iter(answer.iter_encoded()))
    finally:
        answer.close()


def press_wait(client: FlaskClient) -> None:
    assert client.post(WAIT, json={"seconds": 1}).status_code == 200


def test_the_first_message_is_a_snapshot(client: FlaskClient) -> None:
    press_wait(client)
    with reading(client) as reader:
        assert reader.answer.headers["Cache-Control"] == "no-store"
        assert reader.answer.headers["X-Accel-Buffering"] == "no"
        rows = reader.rows()
    assert rows["reset"] is True
    assert rows["missed"] == 0
    assert rows["runs"]
    assert rows["clock"]["rate"] == "1"


def test_what_happens_then_comes_as_a_change(client: FlaskClient) -> None:
    with reading(client) as reader:
        before = reader.rows()
        press_wait(client)
        rows = reader.rows()
    assert rows["reset"] is False
    assert [run["id"] for run in rows["runs"]] != [run["id"] for run in before["runs"]]


@pytest.mark.parametrize("way", ["after", "last"])
def test_a_reader_goes_on_where_it_was(client: FlaskClient, way: str) -> None:
    press_wait(client)
    with reading(client) as reader:
        before = reader.rows()
    press_wait(client)
    with reading(client, **{way: before["cursor"]}) as reader:
        rows = reader.rows()
    assert (rows["reset"], rows["missed"]) == (False, 0)
    assert not {run["id"] for run in rows["runs"]} >= {run["id"] for run in before["runs"]}


@pytest.mark.parametrize(
    "cursor",
    [
        "garbage",
        "-",
        "1",
        "1-",
        "-1",
        "1-x",
        "²-³",
        "1-1-1",
        "0x1-1",
        "9" * 5000,
        "999-5",
        "1-999999",
    ],
)
def test_a_cursor_of_another_time_or_none_gets_everything(client: FlaskClient, cursor: str) -> None:
    press_wait(client)
    with reading(client, after=cursor) as reader:
        rows = reader.rows()
    assert rows["reset"] is True
    assert rows["runs"]


def test_what_a_crash_lost_is_counted(client: FlaskClient) -> None:
    press_wait(client)
    with reading(client) as reader:
        epoch, sequence, _ = reader.rows()["cursor"].split("-")
    with reading(client, after=f"{int(epoch) + 1}-{int(sequence) + 7}") as reader:
        rows = reader.rows()
    assert (rows["reset"], rows["missed"]) == (True, 7)


def test_the_places_are_counted_and_given_back(
    client: FlaskClient, application: Application
) -> None:
    streams = application.services.streams
    ordinary, streams.limit = streams.limit, 1
    try:
        with reading(client) as reader:
            reader.rows()
            full = client.get(STREAM)
            assert (full.status_code, full.headers["Retry-After"]) == (503, "3")
            assert "Every place for live pages is taken" in full.get_json()["message"]
            assert client.head(STREAM).status_code == 503
        with reading(client) as reader:
            reader.rows()
        assert streams.enter()
        streams.leave()
    finally:
        streams.limit = ordinary


def test_an_unknown_lab_takes_no_place(client: FlaskClient, application: Application) -> None:
    streams = application.services.streams
    ordinary, streams.limit = streams.limit, 1
    try:
        for _ in range(3):
            assert client.get("/w/local/labs/none/events").status_code == 404
        assert streams.enter()
        streams.leave()
    finally:
        streams.limit = ordinary


def test_a_server_that_stops_says_bye_and_takes_nobody_more(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        client = application.app.test_client()
        with reading(client) as reader:
            reader.rows()
            application.announce_stop()
            assert reader.message() == {"event": "bye", "data": "{}"}
            assert list(reader.parts) == []
        assert client.get(STREAM).status_code == 503


def test_a_reader_that_takes_gzip_can_read_each_message_as_it_comes(client: FlaskClient) -> None:
    press_wait(client)
    answer = client.get(STREAM, headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    unpacker = zlib.decompressobj(31)
    parts = iter(answer.iter_encoded())
    try:
        first = unpacker.decompress(next(parts)).decode()
        assert first.startswith("id: ")
        assert first.endswith("\n\n")
        press_wait(client)
        second = next(text for part in parts if (text := unpacker.decompress(part))[:1] != b":")
        assert second.startswith(b"id: ")
    finally:
        answer.close()
