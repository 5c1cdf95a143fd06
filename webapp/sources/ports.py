"""What every source asks of the world, as Protocols."""

from collections.abc import Callable
from typing import Protocol

from webapp.trace.events import Fact


class Recorder(Protocol):
    """Writes facts (``runtime.recorder``)."""

    def now(self) -> float: ...

    def record(self, fact: Fact, *, run: str, cause: int | None = None) -> int: ...


class Timer(Protocol):
    """A wait on the lab clock. Setting ``cancelled`` forgets it."""

    due: float
    pulls: bool
    cancelled: bool


class Timers(Protocol):
    """Owns every wait of a workspace (``runtime.timers``)."""

    def at(self, due: float, action: Callable[[], None], *, pulls: bool = False) -> Timer: ...
