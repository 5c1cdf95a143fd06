"""Writes the facts of one workspace, stamped with lab time and region."""

from collections.abc import Callable

from webapp.clock import LabClock
from webapp.trace.events import Fact
from webapp.trace.log import WorkspaceLog


class Recorder:
    """The platform's only way to the trace: it can write, and cannot read.

    ``region`` is where it writes from, empty for the home region (see ``Entry``).
    """

    def __init__(
        self,
        log: WorkspaceLog,
        *,
        clock: LabClock,
        real: Callable[[], float],
        region: str = "",
    ) -> None:
        self._log = log
        self._clock = clock
        self._region = region
        self.real = real

    def of_region(self, region: str) -> "Recorder":
        """Return one that writes to the same log from elsewhere."""
        return Recorder(self._log, clock=self._clock, real=self.real, region=region)

    def now(self) -> float:
        """Return lab time."""
        return self._clock.now(real=self.real())

    def record(self, fact: Fact, *, run: str, cause: int | None = None, ago: float = 0.0) -> int:
        """Append a fact that happened ``ago`` seconds before now; return its sequence."""
        time = self._clock.now(real=self.real()) - ago
        return self._log.record(fact, time=time, run=run, cause=cause, region=self._region)
