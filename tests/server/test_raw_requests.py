"""Bytes as no browser sends them: the real server answers or hangs up, and serves the next."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.server.running import PATIENCE_SECONDS, Running, serving

pytestmark = pytest.mark.slow
CLOCK = "GET /w/local/clock HTTP/1.1\r\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("data")) as started:
        yield started


def status(running: Running, request: str) -> int:
    """Send bytes; return the status of the answer, 0 if there is none.

    A server that needs no more of it may answer and hang up while it is sent.
    """
    with socket.create_connection(("127.0.0.1", running.port), PATIENCE_SECONDS) as connection:
        with suppress(OSError):
            connection.sendall(request.encode("latin-1"))
            connection.shutdown(socket.SHUT_WR)
        first: list[bytes] = []
        with suppress(ConnectionResetError):
            first = connection.makefile("rb").readline().split()
    return int(first[1]) if first else 0


@pytest.mark.parametrize(
    "hosts",
    [
        ["evil.example"],
        ["localhost", "evil.example"],
        ["evil.example", "localhost"],
        ["localhost, evil.example"],
        ["localhost evil.example"],
        ["localhost\tx"],
        ["localhost/evil.example"],
        ["evil.example?localhost"],
        ["löcalhost"],
        ["localhost\\@evil.example"],
    ],
)
def test_whoever_is_named_beside_this_machine_is_refused(
    running: Running, hosts: list[str]
) -> None:
    headers = "".join(f"Host: {host}\r\n" for host in hosts)
    assert status(running, f"{CLOCK}{headers}Connection: close\r\n\r\n") in (400, 403)


def test_a_whole_address_in_the_first_line_does_not_replace_the_host(running: Running) -> None:
    line = "GET http://localhost/w/local/clock HTTP/1.1\r\n"
    assert status(running, f"{line}Host: evil.example\r\nConnection: close\r\n\r\n") == 403


def test_an_old_client_without_host_reaches_this_machine_by_its_number(running: Running) -> None:
    assert status(running, "GET /w/local/clock HTTP/1.0\r\n\r\n") == 200


@pytest.mark.parametrize(
    "request_",
    [
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\x00\x01\x02\r\n\r\n",
        f"{CLOCK}Host: localhost\r\nX: {'x' * 20_000}\r\n\r\n",
        f"GET /{'x' * 20_000} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        f"{CLOCK}Host: localhost\r\nContent-Length: -1\r\n\r\n",
        f"{CLOCK}Host: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        f"{CLOCK}Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        f"{CLOCK}Host: localhost\r\n X: folded\r\n\r\n",
    ],
)
def test_what_is_no_request_changes_nothing(running: Running, request_: str) -> None:
    assert status(running, request_) in (0, 400, 413, 414, 431, 505)
    assert running.ask("GET", "/healthz").status == 200


def test_a_refused_body_is_not_taken_for_the_next_request(running: Running) -> None:
    head = "POST /w/local/clock HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    smuggled = f"{head}Host: localhost\r\nContent-Length: 10\r\n\r\npause=true"
    outer = f"{head}Host: evil.example\r\nContent-Length: {len(smuggled)}\r\n\r\n{smuggled}"
    assert status(running, smuggled.replace("10", "11").replace("true", "false")) == 200
    assert status(running, outer) == 403
    assert running.ask("GET", "/w/local/clock").json["paused"] is False


def test_a_body_without_a_length_is_limited_too(running: Running) -> None:
    """A program can send in pieces, and never say how much comes."""
    head = (
        "POST /w/local/functions/none/invocations HTTP/1.1\r\nHost: localhost\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    piece = f"100000\r\n{'x' * 0x100000}\r\n"
    with socket.create_connection(("127.0.0.1", running.port), PATIENCE_SECONDS) as connection:
        connection.sendall(head.encode())
        with suppress(ConnectionError):  # it need not want the rest
            for _ in range(7):
                connection.sendall(piece.encode())
            connection.sendall(b"0\r\n\r\n")
        assert connection.makefile("rb").readline().split()[1] == b"413"
