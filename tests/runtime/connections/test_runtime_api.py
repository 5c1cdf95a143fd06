"""The Runtime API: what a runtime may send, in any pieces, and whatever else comes (3.1)."""

import asyncio
import itertools
import json
import socket
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.gateway import ring
from tests.fakes.loop import run, turns
from webapp.runtime.connections.runtime_api import ERROR_BYTES, MOST_CONNECTIONS, RuntimeApi
from webapp.runtime.connections.runtime_connection import HEAD_BYTES, RuntimeConnection
from webapp.runtime.launcher.entrances import Doorbell
from webapp.runtime.response_stream import ResponseStream

RESPONSE_BYTES = 1000
ID = "8f5e3c2a-0000-4000-8000-000000000001"
API = "/2018-06-01/runtime"
NEXT = f"GET {API}/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n".encode()

Call = tuple[Any, ...]


class Wire(asyncio.Transport):
    """The runtime's end: what it was answered, and whether the platform hung up."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.aborted = False
        self.paused = False

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.writes.append(bytes(data))

    @property
    def written(self) -> bytes:
        return b"".join(self.writes)

    def abort(self) -> None:
        self.aborted = True

    def answers(self) -> list[tuple[int, bytes]]:
        """Return the status and the body of every answer."""
        answers, rest = [], self.written
        while rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            answers.append((int(head.split(b" ")[1]), rest[:size]))
            rest = rest[size:]
        return answers


class Ear:
    """A listener that answers each ``next`` as the platform does, and remembers what it heard."""

    def __init__(self, *, events: int = 1000, stream: ResponseStream | None = None) -> None:
        self.heard: list[Call] = []
        self.wire = Wire()
        self.api = RuntimeApi(self, response_bytes=RESPONSE_BYTES)
        self.connection = self.api.own_connection()
        self.connection.connection_made(self.wire)
        self._events = events
        self._stream = stream

    def on_next(self) -> None:
        self.heard.append(("next",))
        if self._events:
            self._events -= 1
            headers, stream = {"X": "ü"}, self._stream
            self.api.send_event(ID, headers=headers, payload=b"{}", stream=stream)

    def on_response(self, body: bytes) -> None:
        self.heard.append(("response", body))

    def on_streamed(self, head: bytes, size_bytes: int) -> None:
        self.heard.append(("streamed", head, size_bytes))

    def on_response_too_large(self, limit_bytes: int) -> None:
        self.heard.append(("too large",))

    def on_error(self, body: bytes, error_type: str) -> None:
        self.heard.append(("error", body, error_type))

    def on_init_error(self, body: bytes, error_type: str) -> None:
        self.heard.append(("init error", body, error_type))

    def on_broken(self, why: str) -> None:
        self.heard.append(("broken", why))

    @property
    def statuses(self) -> list[int]:
        return [status for status, _ in self.wire.answers()]

    def say(self, *pieces: bytes) -> "Ear":
        for piece in pieces:
            self.connection.data_received(piece)
        return self


def post(path: str, body: bytes = b"", *, error_type: str = "", chunks: bool = False) -> bytes:
    lines = [f"POST {API}{path} HTTP/1.1"]
    if error_type:
        lines.append(f"Lambda-Runtime-Function-Error-Type: {error_type}")
    lines.append("Transfer-Encoding: chunked" if chunks else f"Content-Length: {len(body)}")
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    if not chunks:
        return head + body
    parts = [body[at : at + 7] for at in range(0, len(body), 7)]
    return head + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def respond(body: bytes, *, request_id: str = ID, chunks: bool = False) -> bytes:
    return post(f"/invocation/{request_id}/response", body, chunks=chunks)


def fail(body: bytes, *, chunks: bool = False) -> bytes:
    return post(f"/invocation/{ID}/error", body, error_type="ValueError", chunks=chunks)


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


bodies = st.one_of(st.binary(max_size=40), st.integers(990, 1010).map(lambda size: b"x" * size))
exchanges = st.builds(
    lambda make, body, chunks: make(body, chunks=chunks),
    st.sampled_from((respond, fail)),
    bodies,
    st.booleans(),
)
places = st.lists(st.integers(0, 20_000), max_size=40)


@given(exchanges=st.lists(exchanges, max_size=5), places=places)
def test_how_valid_traffic_is_cut_makes_no_difference(
    exchanges: list[bytes], places: list[int]
) -> None:
    traffic = NEXT + b"".join(exchange + NEXT for exchange in exchanges)
    whole, cut_up, bytewise = Ear(), Ear(), Ear()
    whole.say(traffic)
    cut_up.say(*cut(traffic, places))
    bytewise.say(*(traffic[at : at + 1] for at in range(len(traffic))))
    assert whole.heard == cut_up.heard == bytewise.heard
    assert whole.wire.written == cut_up.wire.written == bytewise.wire.written
    assert [call for call in whole.heard if call == ("next",)] == [("next",)] * (len(exchanges) + 1)
    assert set(whole.statuses) <= {200, 202, 413}


lines = st.sampled_from(
    [
        NEXT,
        respond(b"1"),
        respond(b"1", request_id="other"),
        fail(b"1"),
        post("/init/error", b"{}", error_type="X"),
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST ",
        b"\r\n\r\n",
        b"\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"Connection: close\r\n\r\n",
        b"Connection: upgrade\r\nUpgrade: h2c\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"ffffffffffffffff\r\n",
        b"0\r\n\r\n",
        NEXT[:-2],
        respond(b"123")[:-6],
    ]
)


@given(pieces=st.lists(st.one_of(lines, st.binary(max_size=30)), max_size=12))
def test_nothing_that_comes_raises_or_is_heard_after_the_end(pieces: list[bytes]) -> None:
    ear = Ear().say(*pieces)
    ear.connection.connection_lost(None)
    assert [call[0] for call in ear.heard].count("broken") == 1
    assert ear.heard[-1][0] == "broken"
    assert ear.wire.aborted
    heard = list(ear.heard)
    ear.say(NEXT, respond(b"late"))
    assert ear.heard == heard


def test_another_requests_id_is_refused_and_the_right_one_still_works() -> None:
    ear = Ear().say(NEXT, respond(b"1", request_id="wrong"), respond(b"2"))
    assert ear.statuses == [200, 400, 202]
    assert json.loads(ear.wire.answers()[1][1]) == {
        "errorMessage": "Invalid request ID",
        "errorType": "InvalidRequestID",
    }
    assert ear.heard == [("next",), ("response", b"2")]


@pytest.mark.parametrize("second", [respond(b"2"), fail(b"2")])
@pytest.mark.parametrize("first", [respond(b"1"), fail(b"1")])
def test_a_second_answer_is_refused_and_not_heard(first: bytes, second: bytes) -> None:
    ear = Ear().say(NEXT, first, second, NEXT, respond(b"3"))
    assert ear.statuses == [200, 202, 403, 200, 202]
    assert b"InvalidStateTransition" in ear.wire.answers()[2][1]
    assert [call[0] for call in ear.heard].count("next") == 2
    assert ear.heard[-1] == ("response", b"3")
    assert len(ear.heard) == 4


def test_an_answer_before_any_event_is_refused() -> None:
    assert Ear().say(respond(b"1")).statuses == [400]


def test_an_init_error_after_init_is_refused() -> None:
    ear = Ear().say(NEXT, post("/init/error", b"{}"))
    assert ear.statuses == [200, 403]
    assert ear.heard == [("next",)]


@pytest.mark.parametrize("chunks", [False, True])
def test_an_oversized_answer_is_refused_and_the_next_call_is_served(chunks: bool) -> None:
    largest, larger = b"x" * RESPONSE_BYTES, b"x" * (RESPONSE_BYTES + 1)
    ear = Ear().say(NEXT, respond(larger, chunks=chunks), NEXT, respond(largest, chunks=chunks))
    assert ear.statuses == [200, 413, 200, 202]
    assert b"Exceeded maximum allowed payload size (1000 bytes)." in ear.wire.answers()[1][1]
    assert ear.heard == [("next",), ("too large",), ("next",), ("response", largest)]


def test_an_endless_answer_is_read_but_not_kept() -> None:
    ear = Ear().say(NEXT, post(f"/invocation/{ID}/response")[:-5] + b"99999999999\r\n\r\n")
    for _ in range(50):
        ear.say(b"x" * 65536)
    assert len(ear.connection._body) == RESPONSE_BYTES
    assert ear.heard == [("next",)]


@pytest.mark.parametrize("pieces", [1, 2, 300])
@pytest.mark.parametrize("query", ["", "?/response", "?/error"])
def test_a_long_error_keeps_its_beginning_however_it_comes(pieces: int, query: str) -> None:
    body = b"y" * (ERROR_BYTES + 99)
    data = post(f"/init/error{query}", body, error_type="X")
    size = len(data) // pieces + 1
    ear = Ear().say(*(data[at : at + size] for at in range(0, len(data), size)))
    assert ear.heard == [("init error", b"y" * ERROR_BYTES, "X")]


def test_a_query_changes_nothing() -> None:
    ear = Ear()
    ear.api = RuntimeApi(ear, response_bytes=2 * ERROR_BYTES)
    ear.connection = ear.api.own_connection()
    ear.connection.connection_made(ear.wire)
    body = b"z" * (ERROR_BYTES + 1)
    ear.say(NEXT.replace(b"next ", b"next?a=b "), post(f"/invocation/{ID}/response?x", body))
    assert ear.heard == [("next",), ("response", body)]


CHUNKED = f"POST {API}/init/error HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".encode()


@pytest.mark.parametrize(
    "beginning",
    [
        b"GET /",
        b"GET / HTTP/1.1\r\nX",
        b"GET / HTTP/1.1\r\nX: ",
        CHUNKED + b"0\r\nX: ",
        CHUNKED + b"0\r\nX",
        NEXT + b"GET / HTTP/1.1\r\nX: ",
    ],
)
@pytest.mark.parametrize("size", [1000, 65536])
def test_a_head_without_an_end_is_cut_off(beginning: bytes, size: int) -> None:
    ear = Ear().say(beginning)
    sent = 0
    while not ear.wire.aborted and sent < 3 * HEAD_BYTES:
        ear.say(b"a" * size)
        sent += size
    assert ear.heard[-1][0] == "broken"
    assert sent <= HEAD_BYTES + size


@pytest.mark.parametrize(
    "request_",
    [
        CHUNKED.replace(b"Transfer", b"Content-Length: 3\r\nTransfer"),
        CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n"),
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        CHUNKED + b"fffffffffffffffffffff\r\n",
        b"GET / HTTP/1.1\r\nA: b\x00c\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_a_request_that_can_be_read_in_two_ways_ends_the_connection(request_: bytes) -> None:
    ear = Ear().say(request_, b"abc0\r\n\r\n")
    assert [call[0] for call in ear.heard] == ["broken"]
    assert ear.wire.aborted


def test_what_a_frozen_runtime_cannot_read_yet_leaves_with_the_next_event() -> None:
    ear = Ear(events=1).say(NEXT, respond(b"1") + NEXT)
    assert ear.statuses == [200]
    ear.api.send_event(ID, headers={}, payload=b"{}")
    assert ear.statuses == [200, 202, 200]
    assert len(ear.wire.writes) == 2


def test_whoever_asks_on_while_it_waits_is_answered_at_once() -> None:
    ear = Ear(events=0).say(NEXT + 3 * post("/nothing"), 2 * post("/nothing"))
    assert ear.statuses == [404] * 5


def test_an_answer_and_the_wish_for_the_next_may_come_together() -> None:
    ear = Ear().say(NEXT, respond(b"1") + NEXT, respond(b"2", chunks=True) + NEXT)
    assert ear.statuses == [200, 202, 200, 202, 200]
    assert ear.heard == [("next",), ("response", b"1"), ("next",), ("response", b"2"), ("next",)]


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        post("/nope"),
        post("/invocation/next"),
        post(f"/invocation/{ID}/nope"),
        post(f"/invocation/{ID}/response/more"),
        NEXT.replace(b"GET", b"PUT"),
        NEXT.replace(b"2018", b"2019"),
    ],
)
def test_an_unknown_path_is_not_found_and_the_connection_goes_on(data: bytes) -> None:
    ear = Ear().say(data, NEXT)
    assert ear.statuses == [404, 200]
    assert ear.heard == [("next",)]


def test_who_closes_is_not_told_of_it() -> None:
    ear = Ear().say(NEXT)
    ear.api.close()
    ear.connection.connection_lost(None)
    assert ear.heard == [("next",)]


def test_a_lost_connection_is_told_once() -> None:
    ear = Ear()
    for _ in range(2):
        ear.connection.connection_lost(None)
    assert ear.heard == [("broken", "the connection closed")]


def test_an_event_carries_its_headers_and_its_bytes() -> None:
    ear = Ear().say(NEXT)
    head = ear.wire.written.partition(b"\r\n\r\n")[0]
    assert (
        f"\r\nLambda-Runtime-Aws-Request-Id: {ID}\r\nX: ü\r\n".encode("latin-1") in head + b"\r\n"
    )
    assert ear.wire.answers() == [(200, b"{}")]


# -- who comes in on the loopback


class Visitor:
    """A connection that somebody in the environment opened."""

    def __init__(self, ear: Ear) -> None:
        self.wire = Wire()
        self.connection = RuntimeConnection(ear.api)
        self.connection.connection_made(self.wire)

    def say(self, data: bytes) -> "Visitor":
        self.connection.data_received(data)
        return self

    @property
    def statuses(self) -> list[int]:
        return [status for status, _ in self.wire.answers()]


def test_each_request_may_come_on_a_connection_of_its_own() -> None:
    ear = Ear()
    asking, answering = Visitor(ear).say(NEXT), Visitor(ear).say(respond(b"1"))
    assert (asking.statuses, answering.statuses) == ([200], [202])
    assert Visitor(ear).say(NEXT).statuses == [200]
    assert ear.heard == [("next",), ("response", b"1"), ("next",)]


def test_what_a_visitor_breaks_is_only_its_own() -> None:
    ear = Ear()
    garbage = Visitor(ear).say(b"\x16\x03\x01garbage\r\n\r\n")
    assert garbage.wire.aborted
    gone = Visitor(ear).say(NEXT[:9])
    gone.connection.connection_lost(None)
    assert ear.heard == []
    assert Visitor(ear).say(NEXT).statuses == [200]


def test_the_newest_next_gets_the_event() -> None:
    ear = Ear(events=0)
    older, newer = Visitor(ear).say(NEXT), Visitor(ear).say(NEXT)
    assert older.wire.aborted
    ear.api.send_event(ID, headers={}, payload=b"{}")
    assert (older.statuses, newer.statuses) == ([], [200])


def test_an_event_waits_for_a_next_whose_connection_was_lost() -> None:
    ear = Ear(events=0)
    Visitor(ear).say(NEXT).connection.connection_lost(None)
    ear.api.send_event(ID, headers={}, payload=b"{}")
    again = Visitor(ear).say(NEXT)
    assert again.statuses == [200]
    assert ear.heard == [("next",)]
    again.say(respond(b"1"))
    assert ear.heard[-1] == ("response", b"1")


def test_what_would_be_refused_anyway_is_not_kept() -> None:
    ear = Ear().say(NEXT)
    stranger = Visitor(ear)
    stranger.say(respond(b"x" * RESPONSE_BYTES, request_id="another")[:-1])
    assert len(stranger.connection._body) == 0
    stranger.say(b"x")
    assert stranger.statuses == [400]


def test_so_many_visitors_are_served_at_a_time() -> None:
    async def body() -> None:
        ear = Ear()
        ours, theirs = socket.socketpair()
        entrance = Doorbell(ours)
        ear.api.open(entrance)
        theirs.setblocking(False)
        visitors = [await ring(theirs) for _ in range(MOST_CONNECTIONS)]
        waiting = asyncio.ensure_future(ring(theirs))
        await turns()
        assert not waiting.done()
        visitors.pop().close()
        visitors.append(await waiting)
        visitors[-1].send(NEXT)
        assert (await asyncio.get_running_loop().sock_recv(visitors[-1], 99)).startswith(
            b"HTTP/1.1 200 "
        )
        ear.api.close()
        await turns()
        entrance.close()
        for end in (theirs, *visitors):
            end.close()

    run(body())


def test_all_hang_up_with_the_api() -> None:
    ear = Ear()
    visitor = Visitor(ear)
    ear.api.close()
    assert visitor.say(NEXT).statuses == []
    assert ear.heard == []
