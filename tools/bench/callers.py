"""Callers that each wait for their answer before they call again, in a process of their own.

Without a ``rate`` each calls again at once; with one, calls begin when they are due, and how long
one took counts from then, also when the caller before it was held up.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import count
from typing import Any

import httptools

from tools.bench.measure import Quantity, Taken

CALLERS = "callers"
A_SECOND = ": calls a second"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of a caller; they take turns through all that they are given."""

    path: str
    body: str = ""
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)

    def on_wire(self, port: int) -> bytes:
        """Return its bytes."""
        body = self.body.encode()
        headers = {"Host": f"127.0.0.1:{port}", "Content-Type": "application/json"}
        headers |= {**self.headers, "Content-Length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{lines}\r\n".encode() + body


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What callers do for so many ``seconds``; ``rate`` is calls a second of all of them."""

    port: int
    requests: Sequence[Request]
    callers: int
    seconds: float
    rate: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What callers saw: calls a second, how long each took (seconds), and how many failed."""

    per_second: float
    times: Sequence[float]
    failed: int = 0

    def named(self, name: str, callers: int) -> Taken:
        """Return it as what was measured under a name with so many callers."""
        return {rate_of(name, callers): [self.per_second], times_of(name, callers): self.times}


def rate_of(name: str, callers: int) -> Quantity:
    """Return what is measured of so many callers: the calls a second of all."""
    return Quantity(f"{name}{A_SECOND}", "1/s", axis=CALLERS, size=callers)


def times_of(name: str, callers: int) -> Quantity:
    """Return what is measured of so many callers: how long each of their calls takes."""
    return Quantity(name, axis=CALLERS, size=callers)


class Calling:
    """Callers at work in a process of their own, which takes no turn from anybody here."""

    def __init__(self, order: Order) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.bench.callers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(order)).encode())
        self._process.stdin.close()

    def wait(self) -> Load:
        """Return what they saw. Raises ``AssertionError`` if a call failed."""
        with self._process:
            assert self._process.stdout is not None
            answer = self._process.stdout.read()
        assert self._process.returncode == 0, "the callers' process failed"
        load = Load(**json.loads(answer))
        assert not load.failed, f"{load.failed} of {len(load.times)} calls failed"
        return load


class Caller(asyncio.Protocol):
    """One keep-alive connection that calls until it is told to stop."""

    def __init__(self, order: Order, *, number: int, began: float) -> None:
        self._order = order
        self._wire = [request.on_wire(order.port) for request in order.requests]
        self._turns = count(number, order.callers)
        self._began = began
        self._parser = httptools.HttpResponseParser(self)
        self._calls = 0
        self._number = number
        self.times: list[float] = []
        self.failed = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.failed += 1
            self.done.set_result(None)

    def on_message_complete(self) -> None:
        self.times.append(time.perf_counter() - self._due)
        self.failed += self._parser.get_status_code() >= 400
        self._next()

    def _next(self) -> None:
        now = time.perf_counter()
        self._due = self._moment(now)
        if self._due >= self._began + self._order.seconds:
            self.done.set_result(None)
            self._transport.close()
        elif self._due > now:
            asyncio.get_running_loop().call_later(self._due - now, self._call)
        else:
            self._call()

    def _moment(self, now: float) -> float:
        """Return when the next call is due."""
        if not self._order.rate:
            return now
        place = self._number + self._calls * self._order.callers
        return self._began + place / self._order.rate

    def _call(self) -> None:
        self._calls += 1
        self._transport.write(self._wire[next(self._turns) % len(self._wire)])


def _same(caller: Caller) -> Caller:
    return caller


async def _load(order: Order) -> Load:
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    callers = [Caller(order, number=number, began=began) for number in range(order.callers)]
    for caller in callers:
        await loop.create_connection(partial(_same, caller), "127.0.0.1", order.port)
    await asyncio.gather(*(caller.done for caller in callers))
    times = [second for caller in callers for second in caller.times]
    failed = sum(caller.failed for caller in callers)
    seconds = time.perf_counter() - began
    return Load(per_second=len(times) / seconds, times=times, failed=failed)


def _order(document: dict[str, Any]) -> Order:
    return Order(**document | {"requests": [Request(**one) for one in document["requests"]]})


if __name__ == "__main__":
    json.dump(asdict(asyncio.run(_load(_order(json.load(sys.stdin))))), sys.stdout)
