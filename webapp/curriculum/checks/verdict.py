"""What a check says about the facts of a lab."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, TypeVar

from webapp.trace.events import Entry

M = TypeVar("M")
K = TypeVar("K")
V = TypeVar("V")

State = Literal["open", "passed", "failed"]
Events = Mapping[str, str]
"""The lab's events as JSON text by name, for checks that name one."""
REMEMBERED = 2_000
"""How many calls, runs or events a check remembers beside each other."""


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


class Newest(dict[K, V]):
    """What is remembered by key: beyond ``REMEMBERED`` keys the oldest is forgotten."""

    def __setitem__(self, key: K, value: V) -> None:
        self.pop(key, None)
        super().__setitem__(key, value)
        if len(self) > REMEMBERED:
            del self[next(iter(self))]

    def setdefault(self, key: K, default: V) -> V:
        """Return what is remembered of a key; ``default`` is from now on, where nothing was."""
        if key not in self:
            self[key] = default
        return self[key]


class Check(ABC, Generic[M]):
    """A fold over the facts of one lab since its last reset: pure, but for what it remembers.

    Facts come one by one, in order, so that judging one more costs the same in a lab of a
    hundred facts and of a million.
    """

    __slots__ = ()
    lasting: ClassVar[bool] = True
    """Whether it stays passed, whatever comes; else it says how the lab is now."""

    @abstractmethod
    def begin(self) -> M:
        """Return what it remembers before the first fact: data that a snapshot can hold."""

    @abstractmethod
    def take(self, memory: M, so_far: Verdict, entry: Entry) -> Verdict:
        """Return what it says after one more fact, and ``so_far`` said before it."""

    def at_first(self) -> Verdict:
        """Return what it says before the first fact."""
        return OPEN

    def verdict(self, entries: Iterable[Entry]) -> Verdict:
        """Return what it says of all these facts."""
        judged = Judged.begin(self)
        for entry in entries:
            judged.take(self, entry)
        return judged.verdict


@dataclass(slots=True)
class Judged:
    """How far a check has come: what it remembers, and what it says."""

    memory: Any
    verdict: Verdict

    @classmethod
    def begin(cls, check: Check[Any]) -> "Judged":
        """Return how it stands before the first fact."""
        return cls(check.begin(), check.at_first())

    def take(self, check: Check[Any], entry: Entry) -> None:
        """Judge one more fact."""
        if not (check.lasting and self.verdict.state == "passed"):
            self.verdict = check.take(self.memory, self.verdict, entry)
