"""The environments of one workspace: born reserved, reused last in first out, reaped when idle."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from webapp.runtime.errors import TooManyRequests
from webapp.runtime.model import FunctionRecord
from webapp.runtime.states import EnvironmentState
from webapp.runtime.timers import Timers
from webapp.trace.events import RetireReason, Why

_GIVE_BACK_SECONDS = 1.0
"""Less than the whole platform has to stop: the launcher, which ends the rest, is part of it."""
REUSABLE = (EnvironmentState.FROZEN, EnvironmentState.RESET)


class Pooled(Protocol):
    """What a pool needs of an environment. ``retire`` without a run uses that of its last call."""

    function: FunctionRecord
    idle_since: float

    @property
    def state(self) -> EnvironmentState: ...

    def retire(
        self, reason: RetireReason, *, run: str | None = None, idle_seconds: float = 0.0
    ) -> Awaitable[None]: ...


T = TypeVar("T", bound=Pooled)
_Key = tuple[str, str]
"""A function's name and one of its versions: each has environments of its own."""


class Evictable(Protocol):
    """A pool as the host's capacity sees it."""

    @property
    def owner(self) -> str: ...
    @property
    def size(self) -> int: ...
    def longest_idle(self) -> float | None: ...
    def evict_longest_idle(self) -> None: ...


class Capacity:
    """How many environments this host may hold, over all workspaces. Loop thread only."""

    def __init__(self, *, limit: int) -> None:
        self.limit = limit
        self.pools: list[Evictable] = []

    def make_room(self) -> bool:
        """Evict something idle if the host is full; false if everything is busy.

        It is of whoever holds most, so that nobody can hold the place of others; of that owner
        the one that has been idle longest. Owners have clocks of their own, which are not compared.
        """
        held: Counter[str] = Counter()
        for pool in self.pools:
            held[pool.owner] += pool.size
        if held.total() < self.limit:
            return True
        idle = [(since, pool) for pool in self.pools if (since := pool.longest_idle()) is not None]
        if not idle:
            return False
        most = max(held[pool.owner] for _, pool in idle)
        theirs = [one for one in idle if held[one[1].owner] == most]
        min(theirs, key=lambda candidate: candidate[0])[1].evict_longest_idle()
        return True


class Pool(Generic[T]):
    """Idle and busy environments by function and version; each serves only its own generation."""

    def __init__(
        self,
        *,
        make: Callable[[FunctionRecord], T],
        capacity: Capacity,
        timers: Timers,
        now: Callable[[], float],
        idle_seconds: float,
        owner: str = "",
    ) -> None:
        self.owner = owner
        self._make = make
        self._capacity = capacity
        self._timers = timers
        self._now = now
        self._idle_seconds = idle_seconds
        self._alive: set[T] = set()
        self._idle: dict[_Key, list[T]] = defaultdict(list)
        self._generations: dict[_Key, int] = {}
        self._made: dict[_Key, int] = {}
        self._ended: dict[_Key, RetireReason] = {}
        """How the last environment of the newest generation that was made came to its end."""
        self._timed: set[T] = set()
        self._endings: set[asyncio.Future[None]] = set()
        self._emptied: asyncio.Future[None] | None = None
        capacity.pools.append(self)

    @property
    def alive(self) -> Collection[T]:
        """Every environment, busy or idle."""
        return self._alive

    # -- Evictable

    @property
    def size(self) -> int:
        return len(self._alive)

    def longest_idle(self) -> float | None:
        return min((one.idle_since for idle in self._idle.values() for one in idle), default=None)

    def evict_longest_idle(self) -> None:
        idle = [one for idle in self._idle.values() for one in idle]
        self.retire(min(idle, key=lambda one: one.idle_since), "evicted")

    # -- serving

    @contextmanager
    def reserved(self, function: FunctionRecord) -> Iterator[tuple[T, Why | None]]:
        """Hold an environment for one invocation, with the reason if it is new.

        Lab time is held until it is given back: a Wait then passes its idleness. Raises
        ``TooManyRequests`` when the host has no room and nothing idle to give up.
        """
        self._timers.begin()
        try:
            environment, why = self._reserve(function)
            try:
                yield environment, why
            finally:
                self._give_back(environment)
        finally:
            self._timers.end()

    def _reserve(self, function: FunctionRecord) -> tuple[T, Why | None]:
        self._generations[_key(function)] = function.generation
        idle = self._idle[_key(function)]
        while idle:
            environment = idle.pop()
            if environment.function.generation == function.generation:
                environment.idle_since = 0.0
                return environment, None
            self.retire(environment, "updated")
        if not self._capacity.make_room():
            raise TooManyRequests("ConcurrentInvocationLimitExceeded")
        why = self._why(function)
        environment = self._make(function)
        self._made[_key(function)] = function.generation
        self._alive.add(environment)
        return environment, why

    def _why(self, function: FunctionRecord) -> Why:
        alive = {
            one.function.generation for one in self._alive if _key(one.function) == _key(function)
        }
        if function.generation in alive:
            return "concurrency"
        ended = self._ended.get(_key(function))
        if alive and self._made.get(_key(function)) != function.generation:
            return "update"
        if ended == "updated":
            return "update"
        return "idle" if ended in ("idle", "evicted") else "first call"

    def _give_back(self, environment: T) -> None:
        function = environment.function
        if self._emptied is not None:
            self.retire(environment, "stopped")
        elif environment.state not in REUSABLE:
            self.retire(environment, "failed")
        elif self._generations.get(_key(function)) != function.generation:
            self.retire(environment, "updated")
        else:
            environment.idle_since = self._now()
            self._idle[_key(function)].append(environment)
            self._arm(environment)

    # -- ending

    def new_generation(self, function: FunctionRecord, *, run: str) -> None:
        """Retire what idles with older code or configuration; what is busy ends when it is free."""
        self._generations[_key(function)] = function.generation
        for environment in list(self._idle[_key(function)]):
            if environment.function.generation != function.generation:
                self.retire(environment, "updated", run=run)

    def forget(self, name: str, *, run: str) -> None:
        """Retire every environment of a deleted function, those of its versions included."""
        for key in [one for one in self._generations if one[0] == name]:
            self._forget(key, run=run)

    def forget_version(self, version: FunctionRecord, *, run: str) -> None:
        """Retire every environment of a deleted version."""
        self._forget(_key(version), run=run)

    def _forget(self, key: _Key, *, run: str) -> None:
        self._generations.pop(key, None)
        self._made.pop(key, None)
        self._ended.pop(key, None)
        for environment in list(self._idle.pop(key, [])):
            self.retire(environment, "deleted", run=run)

    def retire(self, environment: T, reason: RetireReason, *, run: str | None = None) -> None:
        """End an environment that nobody holds; goes on in the background."""
        key = _key(environment.function)
        was_idle = environment.idle_since > 0.0
        if environment in self._idle.get(key, ()):
            self._idle[key].remove(environment)
        self._alive.discard(environment)
        self._timed.discard(environment)
        if self._made.get(key) == environment.function.generation:
            self._ended[key] = reason
        idle_seconds = self._now() - environment.idle_since if was_idle else 0.0
        ending = asyncio.ensure_future(
            environment.retire(reason, run=run, idle_seconds=idle_seconds)
        )
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        if self._emptied is not None and not self._alive and not self._emptied.done():
            self._emptied.set_result(None)

    async def close(self, *, reason: RetireReason = "stopped") -> None:
        """Retire what idles, and what is busy once it is given back; wait for every ending.

        Whoever closes stops what runs first: it is waited for only as long as that may take.
        """
        if self._emptied is not None:
            return
        self._emptied = asyncio.get_running_loop().create_future()
        for environment in [one for idle in self._idle.values() for one in idle]:
            self.retire(environment, reason)
        if self._alive:
            await asyncio.wait([self._emptied], timeout=_GIVE_BACK_SECONDS)
        self._capacity.pools.remove(self)
        await asyncio.gather(*self._endings, return_exceptions=True)

    # -- idleness: one timer an environment, set anew when it fires too early

    def _arm(self, environment: T) -> None:
        if environment not in self._timed:
            self._timed.add(environment)
            due = environment.idle_since + self._idle_seconds
            self._timers.at(due, lambda: self._reap(environment), keeps=False)

    def _reap(self, environment: T) -> None:
        self._timed.discard(environment)
        if environment not in self._idle[_key(environment.function)]:
            return
        if environment.idle_since + self._idle_seconds > self._now():
            self._arm(environment)
        else:
            run = self._timers.wait_run if self._timers.waiting else None
            self.retire(environment, "idle", run=run)


def _key(function: FunctionRecord) -> _Key:
    return function.name, function.version
