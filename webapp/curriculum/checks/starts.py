"""Checks on how calls started: cold and for which reason, or warm."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, get_args

from webapp.curriculum.checks.verdict import OPEN, Check, Events, Newest, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.trace.events import (
    Entry,
    EnvironmentRequested,
    EnvironmentRetired,
    FunctionChanged,
    InvocationFinished,
    InvocationStarted,
    ServerRestarted,
    Why,
)

WHYS: tuple[str, ...] = get_args(Why)
MANY = 1000
A_WAIT = 60.0
"""Seconds of quiet from which a warm call counts as a try to be idle for long enough."""

REASONS = {
    "first call": "there was no environment yet",
    "concurrency": "every environment was busy",
    "update": "the function had changed",
    "idle": "the idle ones had been removed",
    "reset": "the ones before were gone",
}


def short(environment: str) -> str:
    """Return the name that lanes and logs show for an environment."""
    return f"env {environment[:4]}"


@dataclass(slots=True)
class _Requested:
    """The newest requests for environments by request id, each with what explains it."""

    requests: Newest[str, list[Entry]] = field(default_factory=Newest)
    explained: dict[str, Entry] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """Take one more fact."""
        fact = entry.fact
        if isinstance(fact, EnvironmentRequested):
            because = self.explained.get(fact.why)
            self.requests[fact.request_id] = [entry, because] if because else [entry]
        elif isinstance(fact, EnvironmentRetired) and fact.reason == "idle":
            self.explained["idle"] = entry
        elif isinstance(fact, FunctionChanged) and fact.change in {"code", "configuration"}:
            self.explained["update"] = entry

    def of(self, request_id: str) -> list[Entry]:
        """Return the request for a call's environment, and what explains it; empty for none."""
        return self.requests.get(request_id, [])


@dataclass(slots=True)
class Missed:
    """The newest answer of each environment, and the starts of each run."""

    used: Newest[str, Entry] = field(default_factory=Newest)
    runs: Newest[str, list[Entry]] = field(default_factory=Newest)


@dataclass(slots=True)
class _Cold:
    """Requests and cold starts that count so far, with the newest fact that explains the first."""

    known: _Requested = field(default_factory=_Requested)
    hits: list[Entry] = field(default_factory=list)
    cause: list[Entry] = field(default_factory=list)
    missed: Missed = field(default_factory=Missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdStart(Check[_Cold]):
    """Calls that started cold, for one of the reasons in ``why`` (lambda-behaviour 2.2)."""

    why: tuple[str, ...] = WHYS
    at_least: int = 1

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "ColdStart":
        """Read ``why`` (one or several reasons) and ``at_least``."""
        del events
        why = fields.words("why", among=WHYS) or WHYS
        return cls(why=why, at_least=fields.integer("at_least", within=(1, MANY), default=1))

    def begin(self) -> _Cold:
        return _Cold()

    def take(self, memory: _Cold, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the request for each environment, what led to it, and the start."""
        fact = entry.fact
        if isinstance(fact, InvocationStarted) and fact.start == "cold":
            self._count(memory, entry, fact)
        if len(memory.hits) >= 2 * self.at_least:
            return passed(_cold_story(memory.hits[0]), *memory.hits, *memory.cause)
        memory.known.take(entry)
        near_miss = NEAR_MISSES.get(self.why[0]) if len(self.why) == 1 else None
        return near_miss(memory.missed, so_far, entry) if near_miss else so_far

    def _count(self, memory: _Cold, entry: Entry, fact: InvocationStarted) -> None:
        asked = memory.known.of(fact.request_id)
        if not asked or _why(asked[0]) not in self.why:
            return
        request, *cause = asked
        memory.cause = memory.cause if memory.hits else cause
        memory.hits += (request, entry)


@dataclass(slots=True)
class _Warm:
    """Warm starts that count so far, how many were cold, and the newest answer of each place."""

    known: _Requested = field(default_factory=_Requested)
    hits: list[Entry] = field(default_factory=list)
    left: list[Entry] = field(default_factory=list)
    cold: int = 0
    used: Newest[str, Entry] = field(default_factory=Newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmStart(Check[_Warm]):
    """Calls that a frozen environment served, with no init."""

    at_least: int = 1

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "WarmStart":
        """Read ``at_least``."""
        del events
        return cls(at_least=fields.integer("at_least", within=(1, MANY), default=1))

    def begin(self) -> _Warm:
        return _Warm()

    def take(self, memory: _Warm, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the warm starts and the call that had left the first environment warm."""
        memory.known.take(entry)
        match entry.fact:
            case InvocationFinished(environment=environment):
                memory.used[environment] = entry
            case InvocationStarted(start="cold"):
                memory.cold += 1
                return self._missed(memory, entry)
            case InvocationStarted(start="warm", environment=environment):
                if not memory.hits:
                    left = memory.used.get(environment)
                    memory.left = [left] if left else []
                memory.hits.append(entry)
        return self._passed(memory) if len(memory.hits) >= self.at_least else so_far

    def _passed(self, memory: _Warm) -> Verdict:
        fact = memory.hits[0].fact
        assert isinstance(fact, InvocationStarted)
        story = f"{short(fact.environment)} was frozen and served the call: no init."
        return passed(story, *memory.hits, *memory.left)

    def _missed(self, memory: _Warm, entry: Entry) -> Verdict:
        fact = entry.fact
        assert isinstance(fact, InvocationStarted)
        asked = memory.known.of(fact.request_id)
        if memory.cold < 2 or not asked:
            return OPEN
        request = asked[0]
        reason = REASONS[_why(request)]
        return failed(f"{short(fact.environment)} had to start: {reason}.", request, entry)


@dataclass(slots=True)
class _Run:
    """The starts of a run, and which of them were not warm."""

    starts: list[Entry] = field(default_factory=list)
    cold: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class _Together:
    """Starts by run, which runs were large, the calls that run now, and the run that passed."""

    runs: Newest[str, _Run] = field(default_factory=Newest)
    large: Newest[str, _Run] = field(default_factory=Newest)
    running: Newest[str, Entry] = field(default_factory=Newest)
    passed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmRun(Check[_Together]):
    """At least so many calls together, every one of which started warm.

    Together are the calls of one press, and calls that run at the same moment: an AWS client sends
    each in a run of its own.
    """

    lasting: ClassVar[bool] = False
    at_least: int

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "WarmRun":
        """Read ``at_least``."""
        del events
        return cls(at_least=fields.integer("at_least", within=(1, MANY)))

    def begin(self) -> _Together:
        return _Together()

    def take(self, memory: _Together, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with all starts of the run. The first such run may be cold without failing."""
        match entry.fact:
            case InvocationFinished(request_id=request):
                memory.running.pop(request, None)
            case ServerRestarted():
                memory.running.clear()
            case InvocationStarted(request_id=request):
                memory.running[request] = entry
                return self._started(memory, so_far, entry)
        return so_far

    def _started(self, memory: _Together, so_far: Verdict, entry: Entry) -> Verdict:
        run, running = memory.runs.setdefault(entry.run, _Run()), memory.running.values()
        if len(run.starts) < MANY:
            run.starts.append(entry)
            run.cold += [] if _is_warm(entry) else [entry]
        if len(run.starts) >= self.at_least:
            memory.large.setdefault(entry.run, run)
            if not run.cold and memory.passed in ("", entry.run):
                memory.passed = entry.run
                return _all_warm(run.starts)
        if so_far.state == "passed":
            return so_far
        if len(running) >= self.at_least and all(_is_warm(one) for one in running):
            return _all_warm(list(running))
        return (
            _some_cold(next(reversed(memory.large.values()))) if len(memory.large) > 1 else so_far
        )


def _is_warm(entry: Entry) -> bool:
    return isinstance(entry.fact, InvocationStarted) and entry.fact.start == "warm"


def _all_warm(starts: Sequence[Entry]) -> Verdict:
    return passed(f"{len(starts)} calls, {len(starts)} warm.", *starts)


def _some_cold(run: _Run) -> Verdict:
    told = f"{len(run.cold)} of {len(run.starts)} calls needed a new environment."
    return failed(told, *run.cold)


def _why(request: Entry) -> str:
    return str(getattr(request.fact, "why", ""))


def _cold_story(request: Entry) -> str:
    fact = request.fact
    assert isinstance(fact, EnvironmentRequested)
    return f"{short(fact.environment)} started cold: {REASONS[fact.why]}."


# -- near misses: it was tried, and something else came out


def _still_there(memory: Missed, so_far: Verdict, entry: Entry) -> Verdict:
    """The learner waited, but not for long enough: the environment was still frozen."""
    fact = entry.fact
    if isinstance(fact, InvocationFinished):
        memory.used[fact.environment] = entry
    if not isinstance(fact, InvocationStarted) or fact.environment not in memory.used:
        return so_far
    left = memory.used[fact.environment]
    quiet = entry.time - left.time
    if fact.start != "warm" or quiet < A_WAIT:
        return so_far
    name = short(fact.environment)
    return failed(f"After {quiet / 60:.2g} min, {name} was still there: warm.", left, entry)


def _all_free(memory: Missed, so_far: Verdict, entry: Entry) -> Verdict:
    """Several calls in one run, and a frozen environment for every one of them."""
    if not isinstance(entry.fact, InvocationStarted):
        return so_far
    run = memory.runs.setdefault(entry.run, [])
    run.append(entry)
    if not 2 <= len(run) <= MANY:
        return so_far
    calls, environments = len(run), len({getattr(one.fact, "environment", "") for one in run})
    story = f"{calls} calls found {environments} environments: none had to start for them."
    return failed(story, *run)


NEAR_MISSES: Mapping[str, Callable[[Missed, Verdict, Entry], Verdict]] = {
    "idle": _still_there,
    "concurrency": _all_free,
}
