"""Callers: what they put on the wire, and that a real server is called as often as they say."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools.bench.callers import Calling, Order, Request, times_of


class Answering(BaseHTTPRequestHandler):
    """Notes what it was asked, and answers 404 where the path says so."""

    protocol_version = "HTTP/1.1"
    asked: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(f"{self.path} {body.decode()}")
        self.send_response(404 if self.path == "/gone" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    Answering.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_request_has_its_own_headers_and_the_length_of_its_body() -> None:
    wire = Request(path="/a", body="é", headers={"X-One": "1"}).on_wire(80).decode()
    head, _, body = wire.partition("\r\n\r\n")
    assert head.startswith("POST /a HTTP/1.1\r\nHost: 127.0.0.1:80\r\n")
    assert "X-One: 1" in head
    assert "Content-Length: 2" in head
    assert body == "é"


@pytest.mark.slow
def test_callers_take_turns_through_all_requests_and_every_call_is_timed(
    server: ThreadingHTTPServer,
) -> None:
    requests = [Request(path=f"/{number}", body=json.dumps(number)) for number in range(3)]
    order = Order(port=server.server_port, requests=requests, callers=2, seconds=0.5, rate=40.0)
    taken = Calling(order).wait().named("server", 2)
    assert set(Answering.asked) == {"/0 0", "/1 1", "/2 2"}
    assert len(taken[times_of("server", 2)]) == len(Answering.asked) == 20


@pytest.mark.slow
def test_a_refused_call_fails_the_measurement(server: ThreadingHTTPServer) -> None:
    order = Order(port=server.server_port, requests=[Request(path="/gone")], callers=1, seconds=0.1)
    with pytest.raises(AssertionError, match="calls failed"):
        Calling(order).wait()
