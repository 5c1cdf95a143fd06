"""Writes the facts of one workspace, stamped with lab time."""

from collections.abc import Callable

from webapp.clock import LabClock
from webapp.trace.events import Fact
from webapp.trace.log import WorkspaceLog


class Recorder:
    """The platform's only way to the trace: it can write, and cannot read."""

    def __init__(self, log: WorkspaceLog, *, clock: LabClock, real: Callable[[], float]) -> None:
        self._log = log
        self._clock = clock
        self.real = real

    def now(self) -> float:
        """Return lab time."""
        return self._clock.now(real=self.real())

    def record(self, fact: Fact, *, run: str, cause: int | None = None, ago: float = 0.0) -> int:
        """Append a fact that happened ``ago`` seconds before now; return its sequence."""
        return self._log.record(fact, time=self.now() - ago, run=run, cause=cause)
