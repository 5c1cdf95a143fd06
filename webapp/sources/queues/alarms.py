"""What a queue waits for on the lab clock: that a message becomes visible, or too old."""

from collections.abc import Callable

from webapp.sources.ports import Timer, Timers
from webapp.sources.queues.queue import Queue


class Alarms:
    """The two waits of one queue; ``settle`` is called when one is over."""

    def __init__(self, timers: Timers, *, settle: Callable[[], None]) -> None:
        self._timers = timers
        self._settle = settle
        self._wake: Timer | None = None
        self._expiry: Timer | None = None

    def set(self, queue: Queue) -> None:
        """Wait for what comes next in the queue as it is now, and for nothing else."""
        held = queue.next_wake()
        due = held.visible_at if held else None
        self._wake = self._at(due, self._wake, pulls=held is not None and held.pulls)
        self._expiry = self._at(queue.next_expiry(), self._expiry, pulls=False)

    def _at(self, due: float | None, timer: Timer | None, *, pulls: bool) -> Timer | None:
        """Return a timer for that time, the former one if it still serves."""
        if timer is not None:
            if timer.due == due and timer.pulls == pulls and not timer.cancelled:
                return timer
            timer.cancelled = True
        return None if due is None else self._timers.at(due, self._settle, pulls=pulls)
