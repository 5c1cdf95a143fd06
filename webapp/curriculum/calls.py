"""The calls of a lab, each with its event, its start and its answer, read from the facts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isclose
from typing import Any

from webapp.curriculum.checks.verdict import Newest
from webapp.trace.events import (
    Change,
    Entry,
    Fact,
    FunctionChanged,
    InvocationAccepted,
    InvocationFinished,
    InvocationStarted,
)

MISSING = object()
"""Stands where an answer has no such key, or where there is no answer."""
SHOWN = 60
"""Characters of a learner's value that a message repeats."""
LARGEST_READ = 16 * 1024
"""Characters of an event or an answer that are looked into; what is larger decides nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that has ended. ``started`` is ``None`` if no handler got the event."""

    accepted: Entry
    started: Entry | None
    finished: Entry

    @property
    def payload(self) -> str:
        """The event as JSON text, cut where it is very long."""
        fact = self.accepted.fact
        return fact.payload if isinstance(fact, InvocationAccepted) else ""

    @property
    def event(self) -> Any:
        """The event, or ``MISSING`` if it is too large to be looked at."""
        return parsed(self.payload)

    @property
    def outcome(self) -> InvocationFinished:
        """How it ended."""
        fact = self.finished.fact
        assert isinstance(fact, InvocationFinished)
        return fact

    @property
    def start(self) -> str:
        """``cold``, ``warm``, ``reset``; empty if no handler got the event."""
        fact = self.started.fact if self.started else None
        return fact.start if isinstance(fact, InvocationStarted) else ""

    def value(self, key: str) -> Any:
        """Return what the answer holds under a key, or ``MISSING``."""
        return answer_value(self.outcome, key)


@dataclass(slots=True)
class Calls:
    """What is known of the newest calls while facts come."""

    accepted: Newest[str, Entry] = field(default_factory=Newest)
    started: Newest[str, Entry] = field(default_factory=Newest)

    def take(self, entry: Entry) -> Call | None:
        """Take one more fact; return the call that it ends, if it ends one."""
        match entry.fact:
            case InvocationAccepted(request_id=request):
                self.accepted[request] = entry
            case InvocationStarted(request_id=request):
                self.started[request] = entry
            case InvocationFinished(request_id=request) if request in self.accepted:
                begin = self.accepted[request]
                return Call(accepted=begin, started=self.started.get(request), finished=entry)
        return None


@dataclass(slots=True)
class Changes:
    """Changes of code that no call has met yet, by sequence."""

    pending: Newest[int, int] = field(default_factory=Newest)

    def take(self, entry: Entry) -> None:
        """Take one more fact."""
        if is_change(entry, "code", "created"):
            self.pending[entry.sequence] = entry.sequence

    def came_before(self, call: Call) -> bool:
        """Tell, once, whether the code changed since the calls before this one."""
        met = [one for one in self.pending if one < call.accepted.sequence]
        for one in met:
            del self.pending[one]
        return bool(met)


def is_change(entry: Entry, *changes: Change) -> bool:
    """Whether an entry says that the function changed in one of these ways."""
    return isinstance(entry.fact, FunctionChanged) and entry.fact.change in changes


def answer_value(fact: InvocationFinished, key: str) -> Any:
    """Return what an answer holds under a key, or ``MISSING``."""
    if fact.status != "ok" or key not in fact.response:
        return MISSING
    answer = parsed(fact.response)
    return answer.get(key, MISSING) if isinstance(answer, dict) else MISSING


def answer_holds(fact: Fact, wanted: Mapping[str, Any]) -> bool:
    """Whether a call's answer has these values under these keys."""
    return isinstance(fact, InvocationFinished) and all(
        same(answer_value(fact, key), value) for key, value in wanted.items()
    )


def parsed(text: str) -> Any:
    """Return the value of JSON text; ``MISSING`` if it is none, was cut, or is too large."""
    if len(text) > LARGEST_READ:
        return MISSING
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return MISSING


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same to a person: 7 is 7.0, and true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(one == other)


def shown(value: Any) -> str:
    """Return a value as JSON, short enough for a sentence."""
    return plain("nothing" if value is MISSING else json.dumps(value, ensure_ascii=False))


def plain(text: str) -> str:
    """Return a learner's text cut for a sentence, with nothing in it that UTF-8 cannot say."""
    said = text.encode("utf-8", "replace").decode()
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}…"
