"""The one owner of a workspace's waits, each with a due time on the lab clock."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from webapp.clock import LabClock
from webapp.runtime.alarm import Alarm

FEW_TIMERS = 1024
"""So many are never swept: cancelled ones go when they are due."""
LONGEST_NAP_SECONDS = 30.0
"""The loop's own timers stand still while the machine sleeps; lab time does not (see ``clock``)."""


@dataclass(order=True, slots=True)
class Timer:
    """One wait. ``pulls`` says that the clock may jump to it (rule 10).

    ``keeps``: a workspace that is dropped from memory must be back for it.
    """

    due: float
    order: int
    action: Callable[[], None] = field(compare=False)
    pulls: bool = field(compare=False, default=False)
    keeps: bool = field(compare=False, default=True)
    cancelled: bool = field(compare=False, default=False)
    passed: bool = field(compare=False, default=False)

    @property
    def waits(self) -> bool:
        """Whether it is still to come."""
        return not (self.cancelled or self.passed)


class Timers:
    """A heap of waits in lab time, driven by one real timer. Loop thread only.

    ``on_skip(seconds)`` is told of every jump. Actions run in the order of their due times, each at
    its own lab time, also when a long wait is passed in one jump.
    """

    def __init__(
        self, clock: LabClock, *, real: Callable[[], float], on_skip: Callable[[float], None]
    ) -> None:
        self.clock = clock
        self._real = real
        self._on_skip = on_skip
        self._heap: list[Timer] = []
        self._pulling: list[Timer] = []
        self._sweep_at = FEW_TIMERS
        self._order = itertools.count()
        self._alarm: Alarm | None = None
        self._target: float | None = None
        self._turning = False
        self.wait_run: str | None = None
        """The run of the Wait that passes time now: what ends meanwhile is its effect."""

    @property
    def waiting(self) -> bool:
        """Whether time is to pass to a wanted moment, or is passing to it right now."""
        return self._target is not None

    def at(
        self, due: float, action: Callable[[], None], *, pulls: bool = False, keeps: bool = True
    ) -> Timer:
        """Run ``action`` when lab time reaches ``due``."""
        timer = Timer(due, next(self._order), action, pulls, keeps)
        heapq.heappush(self._heap, timer)
        if pulls:
            heapq.heappush(self._pulling, timer)
        if len(self._heap) >= self._sweep_at:
            self._sweep()
        self.turn()
        return timer

    def cancel(self, timer: Timer) -> None:
        """Forget a wait; harmless when it has passed."""
        timer.cancelled = True

    def begin(self) -> None:
        """Something runs: the clock is held at real rate."""
        stood = self.clock.quiet and self.clock.paused
        self.clock.begin(real=self._real())
        if stood:
            self.turn()

    def end(self) -> None:
        """It ended; quiet time may pass faster again."""
        self.clock.end(real=self._real())
        if self.clock.quiet:
            self.turn()

    def advance(self, seconds: float) -> None:
        """Pass ``seconds`` of lab time at once, as soon as all is quiet (a learner's own Wait)."""
        start = self._target if self._target is not None else self.clock.now(real=self._real())
        self._target = start + seconds
        self.turn()

    def jump_to_next(self) -> bool:
        """Jump to the next wait that pulls, once all is quiet; false if there is none."""
        due = self._next_pull()
        if due is not None:
            self._target = max(due, self._target or due)
            self.turn()
        return due is not None

    def next_kept(self) -> float | None:
        """Return the real seconds until the next wait that keeps; ``None`` if none comes."""
        dues = [timer.due for timer in self._heap if timer.keeps and not timer.cancelled]
        return self.clock.real_delay(min(dues), real=self._real()) if dues else None

    def turn(self) -> None:
        """Run what is due, jump where a jump is wanted, and set the real timer anew.

        An action that asks for a turn is in one: what it made due comes after it.
        """
        if self._turning:
            return
        self._turning = True
        try:
            while self._step():
                pass
        finally:
            self._turning = False
        self._arm()

    def stop(self) -> None:
        """Forget every wait."""
        self._heap.clear()
        self._pulling.clear()
        self._target = None
        if self._alarm is not None:
            self._alarm.close()

    def _step(self) -> bool:
        _drop_passed(self._heap)
        now = self.clock.now(real=self._real())
        if self._heap and self._heap[0].due <= now:
            timer = heapq.heappop(self._heap)
            timer.passed = True
            self._run(timer)
            return True
        return self._jump(now)

    def _run(self, timer: Timer) -> None:
        """Run an action; one that fails must not take the others' time away."""
        try:
            timer.action()
        except Exception as error:  # told to the loop's handler, as call_later does
            context = {"message": "a timer's action failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)

    def _jump(self, now: float) -> bool:
        """Move to the target, or only to the first wait before it. Return whether time moved."""
        target = self._jump_target()
        if target is None or not self.clock.quiet:
            return False
        if target <= now:
            arrived, self._target = self._target is not None, None
            return arrived
        due = self._heap[0].due if self._heap else target
        self._on_skip(self.clock.jump(min(due, target), real=self._real()))
        return True

    def _jump_target(self) -> float | None:
        if self._target is None and self.clock.rate == "max" and not self.clock.paused:
            return self._next_pull()
        return self._target

    def _next_pull(self) -> float | None:
        _drop_passed(self._pulling)
        return self._pulling[0].due if self._pulling else None

    def _sweep(self) -> None:
        """Let go of what was cancelled long before it is due, each time the heap has doubled."""
        for heap in (self._heap, self._pulling):
            heap[:] = [timer for timer in heap if timer.waits]
            heapq.heapify(heap)
        self._sweep_at = max(FEW_TIMERS, 2 * len(self._heap))

    def _arm(self) -> None:
        """See to it that there is a turn in time."""
        if not self._heap:
            return
        delay = self.clock.real_delay(self._heap[0].due, real=self._real())
        if delay is not None:
            if self._alarm is None:
                self._alarm = Alarm(self.turn)
            nap = min(delay, LONGEST_NAP_SECONDS)
            self._alarm.set(asyncio.get_running_loop().time() + nap)


def _drop_passed(heap: list[Timer]) -> None:
    """Bring a timer that is still to come to the top, if there is one."""
    while heap and not heap[0].waits:
        heapq.heappop(heap)
