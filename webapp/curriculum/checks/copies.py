"""Checks on what answers show of the environments that gave them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webapp.curriculum.calls import MISSING, Call, calls, same, shown
from webapp.curriculum.checks.starts import short
from webapp.curriculum.checks.verdict import OPEN, Events, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.trace.events import Entry

MANY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersCount:
    """One environment's answers, one after another, count up by one under ``key``."""

    key: str
    at_least: int

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "AnswersCount":
        """Read ``key``, and ``at_least``, how many answers."""
        del events
        return cls(key=fields.text("key"), at_least=fields.integer("at_least", within=(2, MANY)))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the answers; open otherwise."""
        rows: dict[str, list[Call]] = defaultdict(list)
        for call in _counted(entries, key=self.key):
            row = rows[call.outcome.environment]
            if row and not same(call.value(self.key), row[-1].value(self.key) + 1):
                row.clear()
            row.append(call)
            if len(row) >= self.at_least:
                told = ", ".join(shown(one.value(self.key)) for one in row)
                name = short(call.outcome.environment)
                return passed(f"{name} counted {told}.", *(one.finished for one in row))
        return OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesRepeat:
    """Two environments gave the same number under ``key``: each counts for itself."""

    key: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "CopiesRepeat":
        """Read ``key``."""
        del events
        return cls(key=fields.text("key"))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the two answers; fail when several calls met one environment."""
        first: dict[int, Call] = {}
        seen: list[Call] = []
        for call in _counted(entries, key=self.key):
            seen.append(call)
            twin = first.setdefault(call.value(self.key), call)
            if twin.outcome.environment != call.outcome.environment:
                names = f"{short(twin.outcome.environment)} and {short(call.outcome.environment)}"
                told = f"{names} both answered {shown(call.value(self.key))}."
                return passed(told, twin.finished, call.finished)
        return self._missed(seen)

    def _missed(self, seen: Sequence[Call]) -> Verdict:
        environments = {call.outcome.environment for call in seen}
        if len(seen) < 2 or len(environments) > 1:
            return OPEN
        told = f"{len(seen)} calls, and {short(*environments)} served all of them."
        return failed(told, *(call.finished for call in seen))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersAgree:
    """One press of ``at_least`` calls, some cold and some warm, all with one value at ``key``."""

    key: str
    at_least: int

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "AnswersAgree":
        """Read ``key``, and ``at_least``, how many calls."""
        del events
        return cls(key=fields.text("key"), at_least=fields.integer("at_least", within=(2, MANY)))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with all answers of the press; fail on the newest press whose answers differ."""
        runs: dict[str, list[Call]] = defaultdict(list)
        for call in calls(entries):
            runs[call.accepted.run].append(call)
        newest: Verdict = OPEN
        for run in (run for run in runs.values() if len(run) >= self.at_least):
            newest = self._judge(run)
            if newest.state == "passed":
                return newest
        return newest

    def _judge(self, run: Sequence[Call]) -> Verdict:
        values = [call.value(self.key) for call in run]
        answers = [call.finished for call in run]
        different = [value for n, value in enumerate(values) if not _among(value, values[:n])]
        if len(different) > 1 or different == [MISSING]:
            told = ", ".join(shown(value) for value in different[:4])
            return failed(f"The {len(run)} answers hold {told} as {self.key}.", *answers)
        if {call.start for call in run} < {"cold", "warm"}:
            told = f"All {len(run)} were {run[0].start}; they agree when some are cold, some warm."
            return failed(told, *answers)
        told = f"{len(run)} answers, cold and warm, all with {shown(different[0])} as {self.key}."
        return passed(told, *answers)


def _among(value: object, values: Sequence[object]) -> bool:
    return any(same(value, one) for one in values)


def _counted(entries: Sequence[Entry], *, key: str) -> Iterator[Call]:
    """Yield the calls whose answers hold a number under a key."""
    for call in calls(entries):
        value = call.value(key)
        if isinstance(value, int) and not isinstance(value, bool):
            yield call
