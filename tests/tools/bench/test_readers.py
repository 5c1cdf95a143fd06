"""Readers: they hold streams open, and ask again where there is no place yet."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools.bench.readers import reading


class Crowded(BaseHTTPRequestHandler):
    """Has no place for the first who asks, and nothing at one path."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status = 404 if self.path == "/gone" else 503 if len(self.asked) == 1 else 200
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    Crowded.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Crowded) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.slow
def test_who_finds_no_place_asks_again(port: int) -> None:
    with reading(port, ["/a", "/b"]):
        assert Crowded.asked == ["/a", "/a", "/b"]


@pytest.mark.slow
def test_a_stream_that_is_refused_for_good_fails_the_measurement(port: int) -> None:
    with (
        pytest.raises(AssertionError, match="a stream was refused"),
        reading(port, ["/gone"]),
    ):
        raise NotImplementedError
