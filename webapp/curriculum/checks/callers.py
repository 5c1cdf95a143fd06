"""Checks on callers: who was refused, who tried again, and what an HTTP caller was told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from webapp.curriculum.checks.verdict import OPEN, Events, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.curriculum.queued_events import listed
from webapp.trace.events import (
    Entry,
    EventQueued,
    HttpAnswered,
    InvocationAccepted,
    InvocationFinished,
    InvocationThrottled,
)
from webapp.trace.projections import formats

MANY = 100


@dataclass(slots=True)
class _Calling:
    """What a caller did in one run: its calls, and what it answered itself in the end."""

    began: Entry
    calls: list[Entry] = field(default_factory=list)
    answers: list[Entry] = field(default_factory=list)
    finished: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerRetries:
    """A function called another one so often in one run, and the last call was answered."""

    caller: str
    function: str
    at_least: int = 2

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "CallerRetries":
        """Read ``caller``, ``function`` and ``at_least``, how many calls."""
        del events
        return cls(
            caller=fields.text("caller"),
            function=fields.text("function"),
            at_least=fields.integer("at_least", within=(2, MANY), default=2),
        )

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the calls; fail on the newest caller that ended without."""
        newest: Verdict = OPEN
        for calling in self._callings(entries):
            if calling.finished is None:
                continue
            facts = calling.began, *calling.calls, *calling.answers, calling.finished
            if len(calling.calls) >= self.at_least and _succeeded(calling.answers):
                return passed(self._story(calling), *facts)
            newest = failed(self._story(calling), *facts)
        return newest

    def _callings(self, entries: Sequence[Entry]) -> list[_Calling]:
        found: dict[str, _Calling] = {}
        for entry in entries:
            fact = entry.fact
            if isinstance(fact, InvocationAccepted) and fact.function == self.caller:
                found.setdefault(entry.run, _Calling(entry))
            calling = found.get(entry.run)
            if calling is None:
                continue
            if isinstance(fact, InvocationAccepted) and fact.function == self.function:
                calling.calls.append(entry)
            elif isinstance(fact, InvocationFinished | InvocationThrottled):
                if fact.function == self.function:
                    calling.answers.append(entry)
                elif fact.function == self.caller:
                    calling.finished = entry
        return list(found.values())

    def _story(self, calling: _Calling) -> str:
        count = len(calling.calls)
        if count < 2:
            often = "once" if count else "never"
            return f"{self.caller} called {self.function} {often}, and did not try again."
        gaps = [after.time - before.time for before, after in pairwise(calling.calls)]
        told = f"{self.caller} called {self.function} {count} times, {listed(_waits(gaps))} apart"
        return (
            f"{told}." if _succeeded(calling.answers) else f"{told}; the last call failed as well."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallThrottled:
    """A synchronous call was refused with 429: no handler ran for it."""

    at_least: int = 1

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "CallThrottled":
        """Read ``at_least``."""
        del events
        return cls(at_least=fields.integer("at_least", within=(1, MANY), default=1))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the refusals; open otherwise."""
        events = {one.fact.request_id for one in entries if isinstance(one.fact, EventQueued)}
        hits = [
            one
            for one in entries
            if isinstance(one.fact, InvocationThrottled) and one.fact.request_id not in events
        ]
        if len(hits) < self.at_least:
            return OPEN
        return passed("The caller got 429, and nothing ran.", *hits[: self.at_least])


@dataclass(slots=True)
class _Crowd:
    """The callers of one run, and how their calls went."""

    callers: list[Entry] = field(default_factory=list)
    ended: list[Entry] = field(default_factory=list)
    refused: list[Entry] = field(default_factory=list)
    answers: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottlingOutlasted:
    """A function refused calls with 429 in one run, and every caller had its answer in the end."""

    caller: str
    function: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "ThrottlingOutlasted":
        """Read ``caller`` and ``function``."""
        del events
        return cls(caller=fields.text("caller"), function=fields.text("function"))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the refusals and the answers; fail on a crowd of which one went without."""
        newest: Verdict = OPEN
        for crowd in self._crowds(entries):
            if not crowd.refused or len(crowd.ended) < len(crowd.callers):
                continue
            facts = *crowd.callers, *crowd.refused, *crowd.answers, *crowd.ended
            if len(crowd.answers) >= len(crowd.callers):
                return passed(self._story(crowd), *facts)
            newest = failed(self._story(crowd), *facts)
        return newest

    def _crowds(self, entries: Sequence[Entry]) -> list[_Crowd]:
        found: dict[str, _Crowd] = {}
        for entry in entries:
            crowd, fact = found.setdefault(entry.run, _Crowd()), entry.fact
            match fact:
                case InvocationAccepted(function=self.caller):
                    crowd.callers.append(entry)
                case InvocationFinished(function=self.caller):
                    crowd.ended.append(entry)
                case InvocationThrottled(function=self.function):
                    crowd.refused.append(entry)
                case InvocationFinished(function=self.function, status="ok"):
                    crowd.answers.append(entry)
        return [crowd for crowd in found.values() if crowd.callers]

    def _story(self, crowd: _Crowd) -> str:
        refused = f"{self.function} refused {formats.count(len(crowd.refused), 'call')} with 429"
        answers, callers = len(crowd.answers), len(crowd.callers)
        if answers < callers:
            return f"{refused}, and {answers} of {callers} callers had an answer."
        return f"{refused}, and every caller had its answer in the end."


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswers:
    """A caller by HTTP got this status."""

    status: int

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "HttpAnswers":
        """Read ``status``."""
        del events
        return cls(status=fields.integer("status", within=(200, 599)))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the answer and the call behind it; fail on the newest of another status."""
        newest: Verdict = OPEN
        ended = {
            one.fact.request_id: one for one in entries if isinstance(one.fact, InvocationFinished)
        }
        for entry in (one for one in entries if isinstance(one.fact, HttpAnswered)):
            status, request = entry.fact.status, entry.fact.request_id  # type: ignore[attr-defined]
            behind = [ended[request]] if request in ended else []
            told = f"The HTTP caller got {status}."
            if status == self.status:
                return passed(told, *behind, entry)
            newest = failed(told, *behind, entry)
        return newest


def _succeeded(answers: Sequence[Entry]) -> bool:
    """Whether any of the calls was answered: an answer to one may come after the next began."""
    return any(
        isinstance(one.fact, InvocationFinished) and one.fact.status == "ok" for one in answers
    )


def _waits(gaps: Sequence[float]) -> list[str]:
    return [f"{gap:.1f} s" for gap in gaps]
