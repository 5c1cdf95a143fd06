"""The gateways of environments: their only network, each for one identity (rule 22)."""

import asyncio
import socket
from collections.abc import Awaitable

from webapp.runtime.budget import Budget
from webapp.runtime.gateway_connection import GatewayConnection
from webapp.runtime.ports import (
    Entrance,
    EnvironmentIdentity,
    Gateway,
    GatewayRequest,
    GatewayResponse,
)

MOST_CONNECTIONS = 32
"""Connections, and answers still being made for lost ones, of one environment; more wait."""
ENVIRONMENT_BYTES = 128 * 1024 * 1024
_NO_DESCRIPTORS_SECONDS = 1.0


class Gateways:
    """What all gateways of this host share: the services behind them and a budget of bytes."""

    def __init__(self, *, limit_bytes: int) -> None:
        self._services: Gateway | None = None
        self.budget = Budget(limit_bytes=limit_bytes)
        self._connections: set[GatewayConnection] = set()

    @property
    def answering(self) -> bool:
        """Whether there are services to reach."""
        return self._services is not None

    def connect(self, services: Gateway) -> None:
        """Have these services answer; environments made before don't know of them."""
        self._services = services

    def answer(
        self, request: GatewayRequest, *, identity: EnvironmentIdentity
    ) -> Awaitable[GatewayResponse]:
        """Have the services answer."""
        assert self._services is not None
        return self._services.answer(request, identity=identity)

    def opened(self, connection: GatewayConnection) -> None:
        """Note that something may be answered for it."""
        self._connections.add(connection)

    def finished(self, connection: GatewayConnection) -> None:
        """Note that nothing is."""
        self._connections.discard(connection)

    async def stop(self) -> None:
        """End every connection, and answers that are still being made; idempotent."""
        tasks = [one.task for one in self._connections if one.task is not None]
        for connection in list(self._connections):
            connection.abort()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class GatewayDoor:
    """One environment's gateway, through all its processes. Loop thread only."""

    def __init__(self, gateways: Gateways, *, identity: EnvironmentIdentity) -> None:
        self.identity = identity
        self._gateways = gateways
        self._budget = Budget(limit_bytes=ENVIRONMENT_BYTES, parent=gateways.budget)
        self._loop = asyncio.get_running_loop()
        self._entrance: Entrance | None = None
        self._listening = False
        self._connections: set[GatewayConnection] = set()
        self._connecting: set[asyncio.Task[object]] = set()

    def open(self, entrance: Entrance) -> None:
        """Serve whoever comes in there, if there are services."""
        self.close()
        if not self._gateways.answering:
            return
        self._entrance = entrance
        self._listen()

    def close(self) -> None:
        """Let nobody in and hang up on all; idempotent. The entrance stays its owner's."""
        self._pause()
        self._entrance = None
        for connection in list(self._connections):
            connection.abort()

    def _listen(self) -> None:
        full = len(self._connections) >= MOST_CONNECTIONS
        if self._entrance is not None and not self._listening and not full:
            self._listening = True
            self._loop.add_reader(self._entrance.fileno(), self._knocked)

    def _pause(self) -> None:
        if self._entrance is not None and self._listening:
            self._listening = False
            self._loop.remove_reader(self._entrance.fileno())

    def _knocked(self) -> None:
        assert self._entrance is not None
        try:
            near = self._entrance.accept()
        except EOFError:
            self._pause()
        except OSError:  # no descriptors are left: whoever knocked waits
            self._pause()
            self._loop.call_later(_NO_DESCRIPTORS_SECONDS, self._listen)
        else:
            if near is not None:
                self._admit(near)

    def _admit(self, near: socket.socket) -> None:
        connection = GatewayConnection(
            answer=self._answer, budget=self._budget, on_finished=self._finished
        )
        self._connections.add(connection)
        self._gateways.opened(connection)
        connecting = self._loop.connect_accepted_socket(lambda: connection, near)
        task = asyncio.ensure_future(connecting)
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)
        if len(self._connections) >= MOST_CONNECTIONS:
            self._pause()

    def _answer(self, request: GatewayRequest) -> Awaitable[GatewayResponse]:
        return self._gateways.answer(request, identity=self.identity)

    def _finished(self, connection: GatewayConnection) -> None:
        self._connections.discard(connection)
        self._gateways.finished(connection)
        self._listen()
