"""The gateways of environments: their only network, each for one identity (rule 22)."""

import asyncio
from collections.abc import Awaitable

from webapp.runtime.connections.budget import Budget
from webapp.runtime.connections.gateway_connection import GatewayConnection
from webapp.runtime.connections.reception import Reception
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
        self._reception = Reception(make=self._connection, most=MOST_CONNECTIONS)

    def open(self, entrance: Entrance) -> None:
        """Serve whoever comes in there, if there are services."""
        self.close()
        if self._gateways.answering:
            self._reception.open(entrance)

    def close(self) -> None:
        """Let nobody in and hang up on all; idempotent. The entrance stays its owner's."""
        self._reception.close()

    def _connection(self) -> GatewayConnection:
        connection = GatewayConnection(
            answer=self._answer, budget=self._budget, on_finished=self._finished
        )
        self._gateways.opened(connection)
        return connection

    def _answer(self, request: GatewayRequest) -> Awaitable[GatewayResponse]:
        return self._gateways.answer(request, identity=self.identity)

    def _finished(self, connection: GatewayConnection) -> None:
        self._gateways.finished(connection)
        self._reception.left(connection)
