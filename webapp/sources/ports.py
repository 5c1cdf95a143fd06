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
    """Owns every wait of a workspace, and holds its clock (``runtime.timers``)."""

    def at(self, due: float, action: Callable[[], None], *, pulls: bool = False) -> Timer: ...

    def begin(self) -> None:
        """Something runs: lab time is held at real rate until it ends."""

    def end(self) -> None: ...


class Refusal(Protocol):
    """Why a function's events were not taken. ``again``: they may be, if that is tried later."""

    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def again(self) -> bool: ...


class Functions(Protocol):
    """Takes events that services bring to functions (``runtime.service_calls``)."""

    async def accept(
        self,
        arn: str,
        payload: bytes,
        *,
        principal: str,
        source_arn: str,
        source: str,
        run: str,
        cause: int | None = None,
        trace: str = "",
    ) -> Refusal | None:
        """Take an event for a function; it is on disk when this returns nothing.

        ``principal`` names the service, such as ``sns.amazonaws.com``; the function's policy has
        to let it call for ``source_arn``. ``source`` is what the timeline says; ``trace`` the
        X-Ray header whose chain of calls goes on.
        """
