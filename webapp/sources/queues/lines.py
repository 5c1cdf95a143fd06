"""The lines of a queue, and which of them can be received from. No IO, no clock.

A *line* is what keeps its order: a message group of a FIFO queue; in a standard queue each message
is a line of its own. A line gives out its head when nothing of it is hidden by a receive.
"""

import heapq
import itertools
from dataclasses import dataclass, field

from webapp.sources.queues.held import Held


@dataclass(slots=True)
class Line:
    """Messages that keep their order, oldest first. ``hidden`` names those a receive hides."""

    key: str
    messages: dict[str, Held] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    entry: tuple[float, int] | None = None
    """Its one valid place among the lines that can be received from."""

    def add(self, held: Held) -> None:
        """Take a message; one that comes back has the place that it had."""
        newest = next(reversed(self.messages.values()), held)
        self.messages[held.identifier] = held
        if newest.message.sequence > held.message.sequence:
            order = sorted(self.messages.values(), key=lambda one: one.message.sequence)
            self.messages = {one.identifier: one for one in order}

    def ready(self, now: float) -> list[Held]:
        """Return the messages that the line can give out now, in its order."""
        return list(
            itertools.takewhile(
                lambda held: held.visible_at <= now and not held.leaving, self.messages.values()
            )
        )

    def available_at(self) -> float:
        """Return the lab time from which it can be received from. It holds a message."""
        head = next(iter(self.messages.values()))
        return max(head.visible_at, *(self.messages[one].visible_at for one in self.hidden), 0.0)


class Lines:
    """Every line of a queue that holds a message, and their order."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._order: list[tuple[float, int, str]] = []

    def __getitem__(self, key: str) -> Line:
        return self._lines[key]

    def add(self, held: Held, *, key: str) -> Line:
        """Put a message in its line, which has no new place yet (see ``place``)."""
        line = self._lines.setdefault(key, Line(key))
        line.add(held)
        return line

    def remove(self, held: Held, *, key: str) -> None:
        """Take a message out of its line; an empty line goes."""
        line = self._lines[key]
        line.hidden.discard(held.identifier)
        del line.messages[held.identifier]
        if line.messages:
            self.place(line)
        else:
            del self._lines[key]

    def place(self, line: Line) -> None:
        """Give a line its place among those that can be received from."""
        if not line.messages:
            return
        head = next(iter(line.messages.values()))
        entry = (line.available_at(), head.message.sequence)
        if entry != line.entry:
            line.entry = entry
            heapq.heappush(self._order, (*entry, line.key))

    def first(self, now: float) -> Line | None:
        """Return the line that is available for longest, taken from its place."""
        while self._order and self._order[0][0] <= now:
            available_at, sequence, key = heapq.heappop(self._order)
            line = self._lines.get(key)
            if line is not None and line.entry == (available_at, sequence):
                line.entry = None
                return line
        return None

    def clear(self) -> None:
        """Forget every line."""
        self._lines.clear()
        self._order.clear()
