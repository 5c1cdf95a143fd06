"""AWS's requests as bytes on the real server's socket: cut short, too large, in chunks, slow."""

import contextlib
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.aws.signing import FORM, WHO, Signed, sign
from tests.server.running import PATIENCE_SECONDS, Running, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("data")) as started:
        yield started


def head(request: Signed, length: str) -> bytes:
    parts = urlsplit(request.url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    headers = {name: value for name, value in request.headers.items() if name != "Content-Length"}
    lines = [f"{request.method} {target} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, length, "", ""]).encode()


def answer(running: Running, *pieces: bytes, ends: bool = True) -> bytes:
    """Send pieces and perhaps end; return everything that comes back."""
    received = b""
    with (
        socket.create_connection(("127.0.0.1", running.port), PATIENCE_SECONDS) as connection,
        contextlib.suppress(ConnectionError),
    ):
        for piece in pieces:
            connection.sendall(piece)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        while piece := connection.recv(65536):
            received += piece
    return received


def test_a_body_that_is_cut_short_is_refused(running: Running) -> None:
    for body in (b"", b"Action=GetCaller"):
        got = answer(running, head(sign(), f"Content-Length: {len(WHO)}"), body)
        assert got == b"" or b" 400 " in got.splitlines()[0]
        assert b"<Account>" not in got
    assert running.ask("GET", "/healthz").status == 200


def test_a_body_may_come_in_http_chunks_and_slowly(running: Running) -> None:
    chunks = [b"%x\r\n%s\r\n" % (1, WHO[at : at + 1]) for at in range(len(WHO))]
    got = answer(running, head(sign(), "Transfer-Encoding: chunked"), *chunks, b"0\r\n\r\n")
    assert b" 200 " in got.splitlines()[0]
    assert b"<Account>000000000000</Account>" in got


@pytest.mark.parametrize("length", ["Content-Length: 99999999999", "Content-Length: 3000000"])
def test_a_body_that_is_too_large_is_not_waited_for(running: Running, length: str) -> None:
    got = answer(running, head(sign(), length), b"x" * 1000)
    assert got == b"" or got.splitlines()[0].split()[1] in (b"400", b"413")


def test_a_large_body_is_answered_in_the_services_words(running: Running) -> None:
    body = b"x" * (2 * 1024 * 1024 + 1)
    got = answer(running, head(sign(), f"Content-Length: {len(body)}"), body)
    assert b" 413 " in got.splitlines()[0]
    assert b"<Code>RequestEntityTooLargeException</Code>" in got


def test_chunks_that_never_end_are_cut_off(running: Running) -> None:
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    got = answer(running, head(sign(), "Transfer-Encoding: chunked"), *[piece] * 64, b"0\r\n\r\n")
    assert b" 413 " in got.splitlines()[0]
    assert running.ask("GET", "/healthz").status == 200


def test_a_signature_in_a_long_address_is_read(running: Running) -> None:
    path = "/?Action=GetCallerIdentity&Version=2011-06-15&Padding=" + "x" * 3000
    request = sign(b"", method="GET", path=path, headers={}, in_query=True)
    got = answer(running, head(request, "Content-Length: 0"))
    assert b" 200 " in got.splitlines()[0]


def test_a_client_that_waits_for_leave_to_send_gets_it(running: Running) -> None:
    request = sign(headers={**FORM, "Expect": "100-continue"})
    got = answer(running, head(request, f"Content-Length: {len(WHO)}"), WHO, ends=False)
    assert got.startswith(b"HTTP/1.1 100")
    assert b"<Account>000000000000</Account>" in got
