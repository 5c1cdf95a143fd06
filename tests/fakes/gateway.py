"""A gateway that tells what it was asked, and by whom."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

from webapp.runtime.ports import EnvironmentIdentity, GatewayRequest, GatewayResponse

Services = Callable[[GatewayRequest, EnvironmentIdentity], Awaitable[GatewayResponse]]


class FakeGateway:
    """Answers with ``services``, or with the request itself (``ports.Gateway``)."""

    def __init__(self, services: Services | None = None) -> None:
        self.asked: list[tuple[GatewayRequest, EnvironmentIdentity]] = []
        self._services = services or echo

    async def answer(
        self, request: GatewayRequest, *, identity: EnvironmentIdentity
    ) -> GatewayResponse:
        self.asked.append((request, identity))
        return await self._services(request, identity)


async def echo(request: GatewayRequest, identity: EnvironmentIdentity) -> GatewayResponse:
    """Answer with what was asked; ``/large/<bytes>`` and ``/pieces/<count>`` with so much."""
    kind, _, amount = request.target.strip("/").partition("/")
    if kind == "large":
        return GatewayResponse(status=200, body=b"x" * int(amount))
    if kind == "pieces":
        return GatewayResponse(status=200, body=pieces(int(amount)))
    told = {
        "method": request.method,
        "target": request.target,
        "headers": dict(request.headers),
        "size": len(request.body),
        "environment": identity.environment,
    }
    return GatewayResponse(status=200, body=json.dumps(told).encode())


async def ring(bell: socket.socket) -> socket.socket:
    """Ask at an environment's doorbell; return the connection that comes."""
    bell.send(b"c")
    loop = asyncio.get_running_loop()
    answered = asyncio.Event()
    loop.add_reader(bell, answered.set)
    try:
        await answered.wait()
    finally:
        loop.remove_reader(bell)
    _, granted, _, _ = socket.recv_fds(bell, 1, 1)
    if not granted:
        raise ConnectionRefusedError
    connection = socket.socket(fileno=granted[0])
    connection.setblocking(False)
    return connection


async def pieces(count: int) -> AsyncIterator[bytes]:
    """Make a body of that many pieces of 64 KB."""
    for _ in range(count):
        yield b"y" * 65536
