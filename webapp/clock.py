"""Time: the only module that reads the machine's clock, and the lab clock that runs beside it.

Everything else takes the time as an argument.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

RATES: dict[str, float] = {"1": 1.0, "10": 10.0, "60": 60.0, "600": 600.0, "max": 1.0}
"""Rates that a person can choose. ``max`` ("Skip waits") is real speed with jumps (rule 11)."""


def _steady() -> Callable[[], float]:
    """Return a clock that never goes back and goes on while the machine sleeps.

    Linux's monotonic clock stands still in a laptop's sleep, its boot clock does not. On macOS it
    is the other way round: ``time.monotonic`` stands, the system's monotonic clock goes on.
    """
    number = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
    return time.monotonic if number is None else partial(time.clock_gettime, number)


_steady_now = _steady()
_EPOCH = time.time() - _steady_now()


def real_now() -> float:
    """Return seconds since the epoch; never goes backwards while the process lives."""
    return _EPOCH + _steady_now()


@dataclass(frozen=True, slots=True)
class ClockState:
    """What survives a restart: how far lab time is ahead of real time, and what was chosen."""

    offset: float = 0.0
    rate: str = "1"
    paused: bool = False


class LabClock:
    """Lab time of one workspace: real while code runs, at the chosen rate while all is quiet.

    Owned by the loop thread. Times are seconds since the epoch; ``real`` is always the
    real time of the call (``real_now()``), so tests need no waiting.
    """

    def __init__(self, *, real: float, state: ClockState | None = None) -> None:
        chosen = state or ClockState()
        self._real = real
        self._lab = real + chosen.offset
        self._running = 0
        self.rate = chosen.rate
        self.paused = chosen.paused

    @property
    def running(self) -> int:
        """How many inits and invocations hold the clock at real rate (rule 13)."""
        return self._running

    @property
    def quiet(self) -> bool:
        """Whether nothing runs, so that waits may pass faster."""
        return self._running == 0

    @property
    def speed(self) -> float:
        """Lab seconds that pass in a real second, now."""
        if self._running:
            return 1.0
        return 0.0 if self.paused else RATES[self.rate]

    def now(self, *, real: float) -> float:
        """Return lab time."""
        passed = real - self._real
        if passed <= 0.0:
            return self._lab
        return self._lab + (passed if self._running else passed * self.speed)

    def state(self, *, real: float) -> ClockState:
        """Return what to store."""
        return ClockState(offset=self.now(real=real) - real, rate=self.rate, paused=self.paused)

    def real_delay(self, due: float, *, real: float) -> float | None:
        """Return real seconds until lab time ``due`` at this speed; ``None`` if time stands."""
        ahead = due - self.now(real=real)
        if ahead <= 0:
            return 0.0
        return ahead / self.speed if self.speed else None

    def begin(self, *, real: float) -> None:
        """Hold the clock at real rate: something starts to run."""
        if not self._running:
            self._settle(real)
        self._running += 1

    def end(self, *, real: float) -> None:
        """Let go of what ``begin`` held."""
        if not self._running:
            raise RuntimeError("the lab clock was let go more often than held")
        if self._running == 1:
            self._settle(real)
        self._running -= 1

    def choose(self, *, rate: str | None = None, paused: bool | None = None, real: float) -> None:
        """Change the rate, or pause and go on. Raises ``ValueError`` for an unknown rate."""
        if rate is not None and rate not in RATES:
            raise ValueError(f"'{rate}' is not a rate. Choose one of {', '.join(RATES)}.")
        self._settle(real)
        self.rate = self.rate if rate is None else rate
        self.paused = self.paused if paused is None else paused

    def jump(self, to: float, *, real: float) -> float:
        """Move lab time forward to ``to`` at once; return the seconds skipped (never negative)."""
        self._settle(real)
        skipped = max(0.0, to - self._lab)
        self._lab += skipped
        return skipped

    def _settle(self, real: float) -> None:
        self._lab = self.now(real=real)
        self._real = max(self._real, real)
