"""The workspaces in memory: opened when asked for, dropped again while they are quiet.

A workspace is built from the store and can be at any time (architecture 5), so memory bounds how
many are open, not how many there are. When there is room for no more, the one that was asked for
longest ago goes, if nothing runs in it. What it was waiting for brings it back in time.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from webapp.runtime.errors import ServiceError, ServiceFailed
from webapp.runtime.workspace import Workspace

QUIET_SECONDS = 60.0
"""Who asked for a workspace less than this ago may still be at work with it."""
_AGAIN_SECONDS = 10.0


@dataclass(slots=True)
class _Opening:
    """A workspace that is open, or on its way; ``asked`` is the real time of the last request."""

    task: "asyncio.Task[Workspace]"
    asked: float

    @property
    def workspace(self) -> Workspace | None:
        done = self.task.done() and not self.task.cancelled() and self.task.exception() is None
        return self.task.result() if done else None


class OpenWorkspaces:
    """Opens and drops workspaces. Loop thread only.

    ``build`` makes one from the store; ``forget`` is told of each that was dropped.
    """

    def __init__(
        self,
        *,
        build: Callable[[str], Awaitable[Workspace]],
        most: int,
        real: Callable[[], float],
    ) -> None:
        self.most = most
        self._build = build
        self._real = real
        self._forget: list[Callable[[str], None]] = []
        self._open: OrderedDict[str, _Opening] = OrderedDict()
        self._closing: dict[str, asyncio.Task[None]] = {}
        self._wakes: dict[str, asyncio.TimerHandle] = {}
        self._waking: set[asyncio.Task[None]] = set()
        self._stopping = False

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Workspace]:
        """Those that are open, not on their way."""
        return (one.workspace for one in self._open.values() if one.workspace is not None)

    def observe_drops(self, forget: Callable[[str], None]) -> None:
        """Have it told, on the loop thread, which workspace is not in memory any more."""
        self._forget.append(forget)

    async def get(self, identifier: str) -> Workspace:
        """Return a workspace, opening it if it is not in memory. Raises ``ServiceFailed``."""
        if self._stopping:
            raise ServiceFailed("Coldstart is stopping. Try again when it is back.")
        opening = self._open.get(identifier)
        if opening is None:
            self._make_room()
            opening = self._begin(identifier)
        opening.asked = self._real()
        self._open.move_to_end(identifier)
        opened = opening.workspace
        return await asyncio.shield(opening.task) if opened is None else opened

    def open_soon(self, identifier: str) -> None:
        """Open a workspace that nobody asks for, because something in it is due."""
        if identifier not in self._open:
            self._wake_in(0.0, identifier)

    async def close(self) -> None:
        """Open no more and close all. Idempotent."""
        self._stopping = True
        for wake in self._wakes.values():
            wake.cancel()
        opened = [one.task for one in self._open.values()]
        self._open.clear()
        workspaces = await asyncio.gather(*opened, return_exceptions=True)
        closing = [one.close() for one in workspaces if isinstance(one, Workspace)]
        await asyncio.gather(*closing, *self._closing.values(), return_exceptions=True)

    # -- opening

    def _begin(self, identifier: str) -> _Opening:
        if (wake := self._wakes.pop(identifier, None)) is not None:
            wake.cancel()
        opening = _Opening(asyncio.ensure_future(self._open_one(identifier)), self._real())
        self._open[identifier] = opening
        opening.task.add_done_callback(lambda task: self._forget_failed(identifier, task))
        return opening

    async def _open_one(self, identifier: str) -> Workspace:
        closing = self._closing.get(identifier)
        if closing is not None:
            await asyncio.wait([closing])
        return await self._build(identifier)

    def _forget_failed(self, identifier: str, task: "asyncio.Task[Workspace]") -> None:
        if task.cancelled() or task.exception() is not None:
            self._open.pop(identifier, None)

    # -- dropping

    def _make_room(self) -> None:
        if len(self._open) < self.most:
            return
        for identifier, opening in self._open.items():
            if opening.asked > self._real() - QUIET_SECONDS:
                break  # all that follow were asked for even later
            if opening.workspace is not None and _may_go(opening.workspace):
                self._drop(identifier, opening.workspace)
                return
        raise ServiceFailed(
            f"This host has {len(self._open)} workspaces open, the most that it may, and somebody "
            "is at work in each. Try again in a minute."
        )

    def _drop(self, identifier: str, workspace: Workspace) -> None:
        del self._open[identifier]
        for forget in self._forget:
            forget(identifier)
        self._wake_in(workspace.wakes_in(), identifier)
        closing = asyncio.ensure_future(workspace.close(reason="evicted"))
        self._closing[identifier] = closing
        closing.add_done_callback(lambda _: self._closing.pop(identifier, None))

    def _wake_in(self, seconds: float | None, identifier: str) -> None:
        if seconds is not None:
            loop = asyncio.get_running_loop()
            self._wakes[identifier] = loop.call_later(seconds, self._wake, identifier)

    def _wake(self, identifier: str) -> None:
        del self._wakes[identifier]
        waking = asyncio.ensure_future(self._open_again(identifier))
        self._waking.add(waking)
        waking.add_done_callback(self._waking.discard)

    async def _open_again(self, identifier: str) -> None:
        with suppress(ServiceError):
            await self.get(identifier)
            return
        if not self._stopping:
            self._wake_in(_AGAIN_SECONDS, identifier)


def _may_go(workspace: Workspace) -> bool:
    """Tell whether nothing runs in it and nothing is about to."""
    wakes_in = workspace.wakes_in()
    return workspace.quiet and (wakes_in is None or wakes_in >= QUIET_SECONDS)
