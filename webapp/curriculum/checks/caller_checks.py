"""A check on a handler that tells by an event who sent it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.curriculum.calls import Call, Calls, Changes, plain, shown
from webapp.curriculum.checks.verdict import OPEN, Check, Events, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.curriculum.queued_events import listed
from webapp.trace.events import Entry, InvocationAccepted


@dataclass(slots=True)
class _Named:
    """The first right answer to each source, by the code as it is now, and the newest wrong one."""

    calls: Calls = field(default_factory=Calls)
    changes: Changes = field(default_factory=Changes)
    right: dict[str, Entry] = field(default_factory=dict)
    wrong: list[Call] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallersNamed(Check[_Named]):
    """The answer to an event of each source says under ``key`` who sent it, all by one code.

    ``names`` gives for how a source begins in the facts (``topic``) the name that is right.
    """

    function: str
    key: str
    names: Mapping[str, str]

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "CallersNamed":
        """Read ``function``, ``key``, and ``names``: sources, each with its right name."""
        del events
        names = fields.texts("names")
        if not names:
            fields.problem("names", "'names' is missing: give for each source the right name.")
        return cls(function=fields.text("function"), key=fields.text("key"), names=names)

    def begin(self) -> _Named:
        return _Named()

    def take(self, memory: _Named, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with one right answer to each source; fail on the newest wrong one."""
        memory.changes.take(entry)
        call = memory.calls.take(entry)
        if call is None:
            return so_far
        if memory.changes.came_before(call):
            memory.right, memory.wrong = {}, []
        source = self._source(call)
        if source and _names(call.value(self.key), self.names[source]):
            memory.right.setdefault(source, call.finished)
            memory.wrong = [one for one in memory.wrong if self._source(one) != source]
        elif source:
            memory.wrong = [call]
        return self._said(memory)

    def _said(self, memory: _Named) -> Verdict:
        right = memory.right
        if right.keys() >= self.names.keys():
            return passed(f"{self._told(right)}: all by the same code.", *right.values())
        if memory.wrong:
            return self._wrong(self._source(memory.wrong[0]), memory.wrong[0])
        return self._so_far(right)

    def _source(self, call: Call) -> str:
        """Return which of the sources sent a call's event; empty if none did."""
        fact = call.accepted.fact
        if not isinstance(fact, InvocationAccepted) or fact.function != self.function:
            return ""
        known = (one for one in self.names if fact.source == one or _begins(fact.source, one))
        return next(known, "")

    def _wrong(self, source: str, call: Call) -> Verdict:
        wanted = self.names[source]
        if call.outcome.status != "ok":
            ended = plain(call.outcome.error_type or call.outcome.status)
            return failed(f"The handler ended with {ended} on an event of {wanted}.", call.finished)
        said = shown(call.value(self.key))
        return failed(f"An event of {wanted} was answered {said} as {self.key}.", call.finished)

    def _so_far(self, right: Mapping[str, Entry]) -> Verdict:
        if not right:
            return OPEN
        missing = listed([name for source, name in self.names.items() if source not in right])
        return Verdict("open", f"{self._told(right)}. Still to call: {missing}.")

    def _told(self, right: Mapping[str, Entry]) -> str:
        return f"Named {listed([self.names[source] for source in self.names if source in right])}"


def _begins(source: str, kind: str) -> bool:
    return source.startswith(f"{kind} ")


def _names(value: Any, wanted: str) -> bool:
    return isinstance(value, str) and value.strip().casefold() == wanted.casefold()
