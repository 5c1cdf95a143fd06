"""Checks on what answers show of the environments that gave them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from webapp.curriculum.calls import MISSING, Call, Calls, same, shown
from webapp.curriculum.checks.starts import short
from webapp.curriculum.checks.verdict import OPEN, Check, Events, Newest, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.trace.events import Entry

MANY = 1000
TOLD = 4
"""Different answers that a sentence tells."""


@dataclass(slots=True)
class _Rows:
    """Calls that belong together, by environment, run or value."""

    calls: Calls = field(default_factory=Calls)
    rows: Newest[str, list[Call]] = field(default_factory=Newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersCount(Check[_Rows]):
    """One environment's answers, one after another, count up by one under ``key``."""

    key: str
    at_least: int

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "AnswersCount":
        """Read ``key``, and ``at_least``, how many answers."""
        del events
        return cls(key=fields.text("key"), at_least=fields.integer("at_least", within=(2, MANY)))

    def begin(self) -> _Rows:
        return _Rows()

    def take(self, memory: _Rows, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the answers; open otherwise."""
        call = _counted(memory.calls.take(entry), key=self.key)
        if call is None:
            return so_far
        row = memory.rows.setdefault(call.outcome.environment, [])
        if row and not same(call.value(self.key), row[-1].value(self.key) + 1):
            row.clear()
        row.append(call)
        if len(row) < self.at_least:
            return so_far
        told = ", ".join(shown(one.value(self.key)) for one in row)
        name = short(call.outcome.environment)
        return passed(f"{name} counted {told}.", *(one.finished for one in row))


@dataclass(slots=True)
class _Copies:
    """The first call that gave each number, and what was counted by whom."""

    calls: Calls = field(default_factory=Calls)
    first: Newest[int, Call] = field(default_factory=Newest)
    environments: Newest[str, Entry] = field(default_factory=Newest)
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesRepeat(Check[_Copies]):
    """Two environments gave the same number under ``key``: each counts for itself."""

    key: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "CopiesRepeat":
        """Read ``key``."""
        del events
        return cls(key=fields.text("key"))

    def begin(self) -> _Copies:
        return _Copies()

    def take(self, memory: _Copies, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the two answers; fail when several calls met one environment."""
        call = _counted(memory.calls.take(entry), key=self.key)
        if call is None:
            return so_far
        memory.count += 1
        twin = memory.first.setdefault(call.value(self.key), call)
        first = memory.environments.setdefault(call.outcome.environment, entry)
        if twin.outcome.environment != call.outcome.environment:
            names = f"{short(twin.outcome.environment)} and {short(call.outcome.environment)}"
            told = f"{names} both answered {shown(call.value(self.key))}."
            return passed(told, twin.finished, call.finished)
        if memory.count < 2 or len(memory.environments) > 1:
            return OPEN
        name = short(call.outcome.environment)
        return failed(f"{memory.count} calls, and {name} served all of them.", first, entry)


@dataclass(slots=True)
class _Press:
    """The answers of one press: one call for each value, and how they started."""

    different: list[Call] = field(default_factory=list)
    starts: set[str] = field(default_factory=set)
    answers: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class _Presses:
    """The answers of each run, and the run that passed."""

    calls: Calls = field(default_factory=Calls)
    runs: Newest[str, _Press] = field(default_factory=Newest)
    passed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersAgree(Check[_Presses]):
    """One press of ``at_least`` calls, some cold and some warm, all with one value at ``key``."""

    lasting: ClassVar[bool] = False
    key: str
    at_least: int

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "AnswersAgree":
        """Read ``key``, and ``at_least``, how many calls."""
        del events
        return cls(key=fields.text("key"), at_least=fields.integer("at_least", within=(2, MANY)))

    def begin(self) -> _Presses:
        return _Presses()

    def take(self, memory: _Presses, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with all answers of the press; fail on the newest press whose answers differ."""
        call = memory.calls.take(entry)
        if call is None:
            return so_far
        run = call.accepted.run
        if memory.passed not in ("", run):
            return so_far
        press = memory.runs.setdefault(run, _Press())
        press.answers.append(entry)
        press.starts.add(call.start)
        known = [one.value(self.key) for one in press.different]
        if len(known) < TOLD and not _among(call.value(self.key), known):
            press.different.append(call)
        if len(press.answers) < self.at_least:
            return so_far
        said = self._judge(press)
        memory.passed = run if said.state == "passed" else ""
        return said

    def _judge(self, press: _Press) -> Verdict:
        count, values = len(press.answers), [one.value(self.key) for one in press.different]
        if len(values) > 1 or values == [MISSING]:
            told = ", ".join(shown(value) for value in values)
            return failed(f"The {count} answers hold {told} as {self.key}.", *press.answers)
        if press.starts < {"cold", "warm"}:
            start = press.different[0].start
            told = f"All {count} were {start}; they agree when some are cold, some warm."
            return failed(told, *press.answers)
        told = f"{count} answers, cold and warm, all with {shown(values[0])} as {self.key}."
        return passed(told, *press.answers)


def _among(value: object, values: Sequence[object]) -> bool:
    return any(same(value, one) for one in values)


def _counted(call: Call | None, *, key: str) -> Call | None:
    """Return a call if its answer holds a number under a key."""
    value = call.value(key) if call else None
    return call if isinstance(value, int) and not isinstance(value, bool) else None
