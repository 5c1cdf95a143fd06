"""What a check says about the facts of a lab."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from webapp.trace.events import Entry

State = Literal["open", "passed", "failed"]
Events = Mapping[str, str]
"""The lab's events as JSON text by name, for checks that name one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``message`` says what decided it; ``deciding`` are the sequences of those facts, in order.

    ``open``: nothing yet speaks for or against. ``failed``: it was tried and something else
    came out; a later try can still pass.
    """

    state: State = "open"
    message: str = ""
    deciding: tuple[int, ...] = ()


OPEN = Verdict()


def passed(message: str, *entries: Entry) -> Verdict:
    """Return a passed verdict that these entries decided."""
    return Verdict("passed", message, _sequences(entries))


def failed(message: str, *entries: Entry) -> Verdict:
    """Return a failed verdict that these entries decided."""
    return Verdict("failed", message, _sequences(entries))


def _sequences(entries: Sequence[Entry]) -> tuple[int, ...]:
    return tuple(sorted({entry.sequence for entry in entries}))


class Check(Protocol):
    """A pure predicate over the facts of one lab since its last reset, in order."""

    def verdict(self, entries: Sequence[Entry]) -> Verdict: ...
