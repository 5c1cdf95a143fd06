"""The prediction that asks when each attempt of an event comes: what may be said, and what came.

An answer is kept as one word, so that it travels as an option does: ``0-60-180-never``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from webapp.curriculum.content import NO_HTML, Html
from webapp.curriculum.queued_events import QueuedEvent, clock_time

NEVER = "never"
NO_ATTEMPT = "none"
"""What a cell shows where no attempt comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptTimes:
    """``most`` cells; each takes one of ``times``, in seconds after the call, or that none comes.

    ``right`` and ``wrong`` say why, ``remarks`` to those who gave just that answer.
    """

    most: int
    times: tuple[int, ...]
    right: Html = NO_HTML
    wrong: Html = NO_HTML
    remarks: Mapping[str, Html] = field(default_factory=dict)

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """What a cell offers: each value with its words."""
        return *((str(time), clock_time(time)) for time in self.times), (NEVER, NO_ATTEMPT)

    def problem(self, answer: str) -> str:
        """Return what is wrong with an answer; empty if it can be committed."""
        cells = answer.split("-")
        if len(cells) != self.most or any(not self._is_choice(cell) for cell in cells):
            return f"Choose a time for each of the {self.most} attempts, or that none comes."
        times = [int(cell) for cell in cells if cell != NEVER]
        if NEVER in cells[: len(times)]:
            return "After an attempt that does not come, none follows."
        if any(later <= earlier for earlier, later in pairwise(times)):
            return "An attempt comes after the one before it: choose times that grow."
        return ""

    def shown(self, answer: str) -> tuple[str, ...]:
        """Return the words of each cell of an answer."""
        words = dict(self.choices)
        return tuple(words.get(cell, "?") for cell in answer.split("-"))

    def explained(self, answer: str, *, right: bool) -> Html:
        """Return the sentence that says why, to who gave this answer."""
        return self.remarks.get(answer) or (self.right if right else self.wrong)

    def nearest(self, seconds: float) -> int | None:
        """Return the time of the choices that a measured one is; ``None`` if it is far from all.

        An attempt is a little late by what the earlier ones took.
        """
        found = min(self.times, key=lambda time: abs(time - seconds))
        return found if abs(found - seconds) <= self._tolerance else None

    @property
    def _tolerance(self) -> float:
        gaps = [b - a for a, b in pairwise(self.times)]
        return min(gaps, default=60) / 2

    def _is_choice(self, cell: str) -> bool:
        return cell in dict(self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One attempt: what was said of it and what came, in words; ``right`` unless nobody said.

    ``sequence`` is that of the attempt's first fact, ``due`` the time that was said, in seconds.
    """

    number: int
    said: str
    ran: str
    right: bool | None
    sequence: int | None = None
    due: int | None = None


def compared(times: AttemptTimes, answer: str | None, event: QueuedEvent) -> tuple[Cell, ...]:
    """Return an answer beside the attempts of an event, cell by cell.

    ``None`` for an answer that was "I don't know". More attempts than cells get cells as well.
    """
    said = answer.split("-") if answer else []
    count = max(times.most, len(event.runs))
    return tuple(_cell(times, number, said, event) for number in range(count))


def _cell(times: AttemptTimes, number: int, said: Sequence[str], event: QueuedEvent) -> Cell:
    attempt = event.runs[number] if number < len(event.runs) else None
    word = said[number] if number < len(said) else NEVER
    ran = NEVER
    if attempt is not None:
        ran = str(times.nearest(event.after(attempt.accepted)))
    return Cell(
        number=number + 1,
        said=dict(times.choices)[word] if said else "",
        ran=clock_time(event.after(attempt.accepted)) if attempt else NO_ATTEMPT,
        right=(word == ran) if said else None,
        sequence=attempt.accepted.sequence if attempt else None,
        due=int(word) if said and word != NEVER else None,
    )


def came(times: AttemptTimes, event: QueuedEvent) -> str | None:
    """Return the answer that would have been right; ``None`` if none can say it."""
    cells = [times.nearest(event.after(one.accepted)) for one in event.runs]
    if None in cells or len(cells) > times.most:
        return None
    rest = [NEVER] * (times.most - len(cells))
    answer = "-".join([*(str(cell) for cell in cells), *rest])
    return None if times.problem(answer) else answer
