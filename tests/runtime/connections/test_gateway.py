"""The gateway's connections: HTTP in, answers out, and an end to everything (rule 22)."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.fakes.gateway import FakeGateway, Services, ring
from tests.fakes.loop import run, turns
from webapp.runtime.connections import gateway as gateways_module
from webapp.runtime.connections import gateway_connection
from webapp.runtime.connections.gateway import MOST_CONNECTIONS, GatewayDoor, Gateways
from webapp.runtime.connections.gateway_connection import HEAD_BYTES, IDLE_SECONDS
from webapp.runtime.launcher.entrances import Doorbell
from webapp.runtime.ports import EnvironmentIdentity, GatewayRequest, GatewayResponse

IDENTITY = EnvironmentIdentity(
    workspace="w",
    account="123456789012",
    region="eu-west-1",
    function="greeter",
    version="$LATEST",
    environment="e",
    role="arn:aws:iam::123456789012:role/r",
    access_key_id="ASIA",
    secret_access_key="secret",
    session_token="token",
)
GET = b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n"


class Client:
    """One connection of the environment."""

    def __init__(self, near: socket.socket) -> None:
        self.socket = near
        self.socket.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._received = b""

    async def send(self, data: bytes) -> None:
        await self._loop.sock_sendall(self.socket, data)

    async def ask(self, data: bytes = GET) -> tuple[int, dict[str, str], bytes]:
        await self.send(data)
        return await self.read()

    async def read(self, *, bodiless: bool = False) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of the next answer."""
        head = await self._until(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        headers = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in lines}
        status = int(first.split(" ")[1])
        if bodiless:
            return status, headers, b""
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, await self._chunks()
        return status, headers, await self._exactly(int(headers.get("content-length", "0")))

    async def end(self) -> bytes:
        """Return what comes until the other side hangs up."""
        rest, self._received = self._received, b""
        try:
            while data := await self._loop.sock_recv(self.socket, 65536):
                rest += data
        except ConnectionError:
            pass
        return rest

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self._until(b"\r\n"), 16):
            body += await self._exactly(size)
            await self._until(b"\r\n")
        await self._until(b"\r\n")
        return body

    async def _until(self, mark: bytes) -> bytes:
        while mark not in self._received:
            await self._receive()
        end = self._received.index(mark) + len(mark)
        data, self._received = self._received[:end], self._received[end:]
        return data

    async def _exactly(self, size: int) -> bytes:
        while len(self._received) < size:
            await self._receive()
        data, self._received = self._received[:size], self._received[size:]
        return data

    async def _receive(self) -> None:
        data = await self._loop.sock_recv(self.socket, 65536)
        if not data:
            raise EOFError(self._received)
        self._received += data


@dataclass
class Place:
    """An environment's gateway and the environment's end of its doorbell. Make it in the loop."""

    services: Services | None = None
    limit_bytes: int = 10_000_000
    clients: list[Client] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gateway = FakeGateway(self.services)
        self.gateways = Gateways(limit_bytes=self.limit_bytes)
        self.gateways.connect(self.gateway)
        ours, theirs = socket.socketpair()
        self.entrance = Doorbell(ours)
        self.bell = theirs
        self.bell.setblocking(False)
        self.door = GatewayDoor(self.gateways, identity=IDENTITY)
        self.door.open(self.entrance)

    async def client(self) -> Client:
        self.clients.append(Client(await ring(self.bell)))
        return self.clients[-1]

    async def close(self) -> None:
        self.door.close()
        await self.gateways.stop()
        await turns()
        self.entrance.close()
        self.bell.close()
        for client in self.clients:
            client.socket.close()
        assert self.gateways.budget.held_bytes == 0


Test = Callable[[Place], Coroutine[Any, Any, None]]


def at(
    services: Services | None = None, *, limit_bytes: int = 10_000_000
) -> Callable[[Test], Callable[[], None]]:
    """Run a coroutine function with a place of its own."""

    def decorate(test: Test) -> Callable[[], None]:
        def wrapped() -> None:
            async def body() -> None:
                place = Place(services, limit_bytes)
                await test(place)
                await place.close()

            run(body())

        wrapped.__name__ = test.__name__
        return wrapped

    return decorate


@at()
async def test_a_request_arrives_as_it_was_sent_and_the_answer_comes_back(place: Place) -> None:
    client = await place.client()
    body = b"x" * 3
    status, headers, answer = await client.ask(
        b"POST /a%2Fb/?q=%20 HTTP/1.1\r\nX-One: 1\r\nX-One: 2\r\nContent-Length: 3\r\n\r\n" + body
    )
    assert (status, headers["content-length"]) == (200, str(len(answer)))
    request, identity = place.gateway.asked[0]
    assert identity == IDENTITY
    assert request == GatewayRequest(
        method="POST",
        target="/a%2Fb/?q=%20",
        headers=[("x-one", "1"), ("x-one", "2"), ("content-length", "3")],
        body=body,
    )


@at()
async def test_a_chunked_request_is_put_together(place: Place) -> None:
    client = await place.client()
    head = b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    await client.ask(head + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    assert place.gateway.asked[0][0].body == b"abcde"


@at()
async def test_a_client_that_wants_to_be_asked_for_its_body_is_asked(place: Place) -> None:
    client = await place.client()
    await client.send(b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    assert (await client.read())[0] == 100
    assert (await client.ask(b"ok"))[0] == 200


@at()
async def test_a_body_of_pieces_is_sent_in_chunks(place: Place) -> None:
    client = await place.client()
    status, headers, body = await client.ask(b"GET /pieces/5 HTTP/1.1\r\n\r\n")
    assert (status, headers["transfer-encoding"], len(body)) == (200, "chunked", 5 * 65536)
    assert (await client.ask())[0] == 200


@at()
async def test_the_answer_to_head_has_no_body(place: Place) -> None:
    client = await place.client()
    await client.send(b"HEAD /large/7 HTTP/1.1\r\n\r\n")
    assert (await client.read(bodiless=True))[1]["content-length"] == "7"
    assert (await client.ask())[0] == 200


@at()
async def test_a_client_may_say_that_it_asks_only_once(place: Place) -> None:
    client = await place.client()
    _, headers, _ = await client.ask(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert headers["connection"] == "close"
    assert await client.end() == b""


async def _inject(request: GatewayRequest, identity: EnvironmentIdentity) -> GatewayResponse:
    return GatewayResponse(status=299, headers=[("X-Echo", "a\r\nSet-Cookie: b")])


@at(_inject)
async def test_a_header_stays_on_its_line(place: Place) -> None:
    client = await place.client()
    status, headers, _ = await client.ask()
    assert (status, headers["x-echo"]) == (299, "a  Set-Cookie: b")


# -- what is no request


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\x16\x03\x01\x02\x00garbage\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_BYTES, 431),
        (b"GET /" + b"x" * HEAD_BYTES, 431),
    ],
)
def test_what_is_no_request_is_refused_and_hung_up_on(data: bytes, status: int) -> None:
    async def body() -> None:
        place = Place()
        client = await place.client()
        assert (await client.ask(data))[0] == status
        assert await client.end() == b""
        assert place.gateway.asked == []
        await place.close()

    run(body())


def test_a_body_over_the_limit_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_connection, "BODY_BYTES", 1000)

    async def body() -> None:
        place = Place()
        client = await place.client()
        status, _, answer = await client.ask(_post(1001))
        assert (status, "over 1000 bytes" in json.loads(answer)["message"]) == (413, True)
        assert await client.end() == b""
        await place.close()

    run(body())


def test_a_body_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_connection, "BODY_BYTES", 1000)

    async def body() -> None:
        place = Place()
        client = await place.client()
        head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        await client.send(head)
        with pytest.raises(ConnectionError):
            await _send_without_end(client)
        await place.close()

    run(body())


async def _send_without_end(client: Client) -> None:
    while True:
        await client.send(b"400\r\n" + b"x" * 0x400 + b"\r\n")


@at()
async def test_two_requests_at_once_on_one_connection_are_not_for_us(place: Place) -> None:
    client = await place.client()
    await client.send(GET + GET)
    await client.end()
    assert len(place.gateway.asked) == 1


@at()
async def test_half_a_request_is_forgotten_with_its_connection(place: Place) -> None:
    client = await place.client()
    await client.send(_post(100)[:-50])
    client.socket.close()
    await turns()
    assert place.gateways.budget.held_bytes == 0
    assert (await (await place.client()).ask())[0] == 200


# -- how much


@at(limit_bytes=2000)
async def test_more_bytes_than_the_host_holds_are_refused(place: Place) -> None:
    greedy, modest = await place.client(), await place.client()
    await greedy.send(_post(1500)[:-1])
    await turns()
    status, _, answer = await modest.ask(_post(1500))
    assert (status, "Try again" in json.loads(answer)["message"]) == (503, True)
    await greedy.send(b"x")
    assert (await greedy.read())[0] == 200


def test_one_environment_may_not_hold_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateways_module, "ENVIRONMENT_BYTES", 1000)

    async def body() -> None:
        place = Place()
        client = await place.client()
        assert (await client.ask(_post(1001)))[0] == 503
        await place.close()

    run(body())


@at(limit_bytes=200_000)
async def test_an_answer_of_pieces_is_made_no_faster_than_it_is_read(place: Place) -> None:
    """A hundred pieces are far more than the host holds; one after the other they pass."""
    client = await place.client()
    await client.send(b"GET /pieces/100 HTTP/1.1\r\n\r\n")
    await turns(200)
    assert place.gateways.budget.held_bytes <= 200_000
    assert len((await client.read())[2]) == 100 * 65536


async def _forever(request: GatewayRequest, identity: EnvironmentIdentity) -> GatewayResponse:
    await asyncio.get_running_loop().create_future()
    raise AssertionError


@at(_forever)
async def test_only_so_many_are_served_at_a_time_lost_ones_included(place: Place) -> None:
    for _ in range(MOST_CONNECTIONS):
        client = await place.client()
        await client.send(GET)
        await turns()
        client.socket.close()
    waiting = asyncio.ensure_future(place.client())
    await asyncio.sleep(1000)
    assert len(place.gateway.asked) == MOST_CONNECTIONS
    assert not waiting.done()
    waiting.cancel()


@at(_forever)
async def test_stopping_ends_what_is_being_answered(place: Place) -> None:
    client = await place.client()
    await client.send(GET)
    await turns()
    place.door.close()
    await place.gateways.stop()
    assert await client.end() == b""


@at()
async def test_whoever_waits_is_let_in_when_another_leaves(place: Place) -> None:
    clients = [await place.client() for _ in range(MOST_CONNECTIONS)]
    waiting = asyncio.ensure_future(place.client())
    await turns()
    assert not waiting.done()
    clients[0].socket.close()
    assert (await (await waiting).ask())[0] == 200


# -- how long


@at()
async def test_a_connection_that_says_nothing_is_closed(place: Place) -> None:
    client = await place.client()
    await client.send(b"GET / HTTP/1.1\r\n")
    started = asyncio.get_running_loop().time()
    assert await client.end() == b""
    assert IDLE_SECONDS <= asyncio.get_running_loop().time() - started <= 2 * IDLE_SECONDS


async def _late(request: GatewayRequest, identity: EnvironmentIdentity) -> GatewayResponse:
    await asyncio.sleep(890)
    return GatewayResponse(status=200)


@at(_late)
async def test_an_answer_may_take_as_long_as_a_function_may(place: Place) -> None:
    client = await place.client()
    assert (await client.ask())[0] == 200


@at()
async def test_an_answer_that_nobody_reads_is_dropped(place: Place) -> None:
    client = await place.client()
    await client.send(b"GET /large/5000000 HTTP/1.1\r\n\r\n")
    await asyncio.sleep(3 * IDLE_SECONDS)
    assert place.gateways.budget.held_bytes == 0
    assert len(await client.end()) < 5_000_000


# -- what goes wrong


async def _fail(request: GatewayRequest, identity: EnvironmentIdentity) -> GatewayResponse:
    raise RuntimeError("a mistake of ours")


def test_a_mistake_of_ours_is_logged_and_answered(caplog: pytest.LogCaptureFixture) -> None:
    async def body() -> None:
        place = Place(_fail)
        client = await place.client()
        status, _, answer = await client.ask()
        assert (status, b"a mistake" in answer) == (500, False)
        assert await client.end() == b""
        await place.close()

    with caplog.at_level(logging.ERROR):
        run(body())
    assert "a mistake of ours" in caplog.text


async def _break(request: GatewayRequest, identity: EnvironmentIdentity) -> GatewayResponse:
    return GatewayResponse(status=200, body=_torn())


async def _torn() -> AsyncIterator[bytes]:
    yield b"begun"
    raise RuntimeError("and torn")


def test_a_body_that_tears_is_not_passed_off_as_whole(caplog: pytest.LogCaptureFixture) -> None:
    async def body() -> None:
        place = Place(_break)
        client = await place.client()
        await client.send(GET)
        assert not (await client.end()).endswith(b"0\r\n\r\n")
        await place.close()

    with caplog.at_level(logging.ERROR):
        run(body())
    assert "and torn" in caplog.text


def test_without_services_nobody_is_let_in() -> None:
    async def body() -> None:
        gateways = Gateways(limit_bytes=1)
        assert not gateways.answering
        ours, theirs = socket.socketpair()
        door = GatewayDoor(gateways, identity=IDENTITY)
        entrance = Doorbell(ours)
        door.open(entrance)
        theirs.send(b"c")
        await asyncio.sleep(10)
        theirs.setblocking(False)
        with pytest.raises(BlockingIOError):
            theirs.recv(1)
        door.close()
        entrance.close()
        theirs.close()

    run(body())


def _post(size: int) -> bytes:
    return f"POST / HTTP/1.1\r\nContent-Length: {size}\r\n\r\n".encode() + b"x" * size
