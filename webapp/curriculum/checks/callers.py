"""Checks on callers: who was refused, who tried again, and what an HTTP caller was told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from webapp.curriculum.checks.verdict import Check, Events, Newest, Verdict, failed, passed
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
class CallerRetries(Check[Newest[str, _Calling]]):
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

    def begin(self) -> Newest[str, _Calling]:
        return Newest()

    def take(self, memory: Newest[str, _Calling], so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the calls; fail on the newest caller that ended without."""
        calling = self._touched(memory, entry)
        if calling is None or calling.finished is None:
            return so_far
        facts = calling.began, *calling.calls, *calling.answers, calling.finished
        if len(calling.calls) >= self.at_least and _succeeded(calling.answers):
            return passed(self._story(calling), *facts)
        return failed(self._story(calling), *facts)

    def _touched(self, memory: Newest[str, _Calling], entry: Entry) -> _Calling | None:
        """Let a fact say what the caller of its run did; return that caller, if it did."""
        fact = entry.fact
        if isinstance(fact, InvocationAccepted) and fact.function == self.caller:
            memory.setdefault(entry.run, _Calling(entry))
        calling = memory.get(entry.run)
        if calling is None:
            return None
        match fact:
            case InvocationAccepted(function=self.function):
                calling.calls.append(entry)
            case (
                InvocationFinished(function=self.function)
                | InvocationThrottled(function=self.function)
            ):
                calling.answers.append(entry)
            case (
                InvocationFinished(function=self.caller) | InvocationThrottled(function=self.caller)
            ):
                calling.finished = entry
            case _:
                return None
        return calling

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


@dataclass(slots=True)
class _Refused:
    """Request ids of the newest events, and the refusals that count so far."""

    events: Newest[str, bool] = field(default_factory=Newest)
    hits: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallThrottled(Check[_Refused]):
    """A synchronous call was refused with 429: no handler ran for it."""

    at_least: int = 1

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "CallThrottled":
        """Read ``at_least``."""
        del events
        return cls(at_least=fields.integer("at_least", within=(1, MANY), default=1))

    def begin(self) -> _Refused:
        return _Refused()

    def take(self, memory: _Refused, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the refusals; open otherwise."""
        match entry.fact:
            case EventQueued(request_id=request):
                memory.events[request] = True
            case InvocationThrottled(request_id=request) if request not in memory.events:
                memory.hits.append(entry)
        if len(memory.hits) < self.at_least:
            return so_far
        return passed("The caller got 429, and nothing ran.", *memory.hits)


@dataclass(slots=True)
class _Crowd:
    """The callers of one run, and how their calls went."""

    callers: list[Entry] = field(default_factory=list)
    ended: list[Entry] = field(default_factory=list)
    refused: list[Entry] = field(default_factory=list)
    answers: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottlingOutlasted(Check[Newest[str, _Crowd]]):
    """A function refused calls with 429 in one run, and every caller had its answer in the end."""

    caller: str
    function: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "ThrottlingOutlasted":
        """Read ``caller`` and ``function``."""
        del events
        return cls(caller=fields.text("caller"), function=fields.text("function"))

    def begin(self) -> Newest[str, _Crowd]:
        return Newest()

    def take(self, memory: Newest[str, _Crowd], so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the refusals and the answers; fail on a crowd of which one went without."""
        crowd = self._touched(memory, entry)
        if crowd is None or not crowd.callers or not crowd.refused:
            return so_far
        if len(crowd.ended) < len(crowd.callers):
            return so_far
        facts = *crowd.callers, *crowd.refused, *crowd.answers, *crowd.ended
        said = passed if len(crowd.answers) >= len(crowd.callers) else failed
        return said(self._story(crowd), *facts)

    def _touched(self, memory: Newest[str, _Crowd], entry: Entry) -> _Crowd | None:
        crowd = memory.get(entry.run) or _Crowd()
        match entry.fact:
            case InvocationAccepted(function=self.caller):
                crowd.callers.append(entry)
            case InvocationFinished(function=self.caller):
                crowd.ended.append(entry)
            case InvocationThrottled(function=self.function):
                crowd.refused.append(entry)
            case InvocationFinished(function=self.function, status="ok"):
                crowd.answers.append(entry)
            case _:
                return None
        return memory.setdefault(entry.run, crowd)

    def _story(self, crowd: _Crowd) -> str:
        refused = f"{self.function} refused {formats.count(len(crowd.refused), 'call')} with 429"
        answers, callers = len(crowd.answers), len(crowd.callers)
        if answers < callers:
            return f"{refused}, and {answers} of {callers} callers had an answer."
        return f"{refused}, and every caller had its answer in the end."


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswers(Check[Newest[str, Entry]]):
    """A caller by HTTP got this status."""

    status: int

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "HttpAnswers":
        """Read ``status``."""
        del events
        return cls(status=fields.integer("status", within=(200, 599)))

    def begin(self) -> Newest[str, Entry]:
        return Newest()

    def take(self, memory: Newest[str, Entry], so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the answer and the call behind it; fail on the newest of another status."""
        fact = entry.fact
        if isinstance(fact, InvocationFinished):
            memory[fact.request_id] = entry
        if not isinstance(fact, HttpAnswered):
            return so_far
        behind = [memory[fact.request_id]] if fact.request_id in memory else []
        said = passed if fact.status == self.status else failed
        return said(f"The HTTP caller got {fact.status}.", *behind, entry)


def _succeeded(answers: Sequence[Entry]) -> bool:
    """Whether any of the calls was answered: an answer to one may come after the next began."""
    return any(
        isinstance(one.fact, InvocationFinished) and one.fact.status == "ok" for one in answers
    )


def _waits(gaps: Sequence[float]) -> list[str]:
    return [f"{gap:.1f} s" for gap in gaps]
