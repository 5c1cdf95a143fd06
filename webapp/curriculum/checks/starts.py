"""Checks on how calls started: cold and for which reason, or warm."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from webapp.curriculum.checks.verdict import OPEN, Events, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.trace.events import (
    Entry,
    EnvironmentRequested,
    EnvironmentRetired,
    FunctionChanged,
    InvocationFinished,
    InvocationStarted,
    Why,
)

WHYS: tuple[str, ...] = get_args(Why)
MANY = 1000
A_WAIT = 60.0
"""Seconds of quiet from which a warm call counts as a try to be idle for long enough."""

Started = tuple[Entry, InvocationStarted]

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


def starts(entries: Sequence[Entry], *, kind: str | None = None) -> Iterator[Started]:
    """Yield the entries in which a handler got its event; only cold or warm ones with ``kind``."""
    for entry in entries:
        if isinstance(entry.fact, InvocationStarted) and kind in {None, entry.fact.start}:
            yield entry, entry.fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdStart:
    """Calls that started cold, for one of the reasons in ``why`` (lambda-behaviour 2.2)."""

    why: tuple[str, ...] = WHYS
    at_least: int = 1

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "ColdStart":
        """Read ``why`` (one or several reasons) and ``at_least``."""
        del events
        why = fields.words("why", among=WHYS) or WHYS
        return cls(why=why, at_least=fields.integer("at_least", within=(1, MANY), default=1))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the request for each environment, what led to it, and the start."""
        requests = _requests(entries)
        hits = [
            (requests[fact.request_id][0], entry)
            for entry, fact in starts(entries, kind="cold")
            if fact.request_id in requests and requests[fact.request_id][1].why in self.why
        ]
        if len(hits) < self.at_least:
            return self._missed(entries)
        first, _ = hits[0]
        deciding = [entry for hit in hits[: self.at_least] for entry in hit]
        return passed(_cold_story(first), *deciding, *_cause(entries, before=first))

    def _missed(self, entries: Sequence[Entry]) -> Verdict:
        near_miss = NEAR_MISSES.get(self.why[0]) if len(self.why) == 1 else None
        return near_miss(entries) if near_miss else OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmStart:
    """Calls that a frozen environment served, with no init."""

    at_least: int = 1

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "WarmStart":
        """Read ``at_least``."""
        del events
        return cls(at_least=fields.integer("at_least", within=(1, MANY), default=1))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the warm starts and the call that had left the first environment warm."""
        hits = list(starts(entries, kind="warm"))[: self.at_least]
        if len(hits) < self.at_least:
            return self._missed(entries)
        entry, fact = hits[0]
        left = _last_use(entries, environment=fact.environment, before=entry)
        story = f"{short(fact.environment)} was frozen and served the call: no init."
        return passed(story, *(hit for hit, _ in hits), *left)

    def _missed(self, entries: Sequence[Entry]) -> Verdict:
        cold = list(starts(entries, kind="cold"))
        requests = _requests(entries)
        entry, fact = cold[-1] if len(cold) > 1 else (None, None)
        if entry is None or fact is None or fact.request_id not in requests:
            return OPEN
        request, requested = requests[fact.request_id]
        reason = REASONS[requested.why]
        return failed(f"{short(fact.environment)} had to start: {reason}.", request, entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmRun:
    """At least so many calls together, every one of which started warm.

    Together are the calls of one press, and calls that run at the same moment: an AWS client sends
    each in a run of its own.
    """

    at_least: int

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "WarmRun":
        """Read ``at_least``."""
        del events
        return cls(at_least=fields.integer("at_least", within=(1, MANY)))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with all starts of the run. The first such run may be cold without failing."""
        runs: dict[str, list[Started]] = defaultdict(list)
        for start in starts(entries):
            runs[start[0].run].append(start)
        large = [run for run in runs.values() if len(run) >= self.at_least]
        for run in (*large, *_at_once(entries, count=self.at_least)):
            if all(fact.start == "warm" for _, fact in run):
                return passed(f"{len(run)} calls, {len(run)} warm.", *(entry for entry, _ in run))
        return _some_cold(large[-1]) if len(large) > 1 else OPEN


def _at_once(entries: Sequence[Entry], *, count: int) -> Iterator[list[Started]]:
    """Yield the calls that run whenever one more begins and at least ``count`` run."""
    running: dict[str, Started] = {}
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, InvocationStarted):
            running[fact.request_id] = entry, fact
            if len(running) >= count:
                yield list(running.values())
        elif isinstance(fact, InvocationFinished):
            running.pop(fact.request_id, None)


def _some_cold(run: Sequence[Started]) -> Verdict:
    cold = [entry for entry, fact in run if fact.start != "warm"]
    return failed(f"{len(cold)} of {len(run)} calls needed a new environment.", *cold)


def _requests(entries: Sequence[Entry]) -> dict[str, tuple[Entry, EnvironmentRequested]]:
    return {
        entry.fact.request_id: (entry, entry.fact)
        for entry in entries
        if isinstance(entry.fact, EnvironmentRequested)
    }


def _cold_story(request: Entry) -> str:
    fact = request.fact
    assert isinstance(fact, EnvironmentRequested)
    return f"{short(fact.environment)} started cold: {REASONS[fact.why]}."


def _cause(entries: Sequence[Entry], *, before: Entry) -> list[Entry]:
    """Return the newest fact that explains why a new environment was needed, if one does."""
    why = getattr(before.fact, "why", None)
    explains = EXPLANATIONS.get(str(why))
    if explains is None:
        return []
    earlier = (entry for entry in reversed(entries) if entry.sequence < before.sequence)
    return [entry for entry in earlier if explains(entry)][:1]


def _removed_when_idle(entry: Entry) -> bool:
    return isinstance(entry.fact, EnvironmentRetired) and entry.fact.reason == "idle"


def _changed(entry: Entry) -> bool:
    fact = entry.fact
    return isinstance(fact, FunctionChanged) and fact.change in {"code", "configuration"}


EXPLANATIONS: dict[str, Callable[[Entry], bool]] = {
    "idle": _removed_when_idle,
    "update": _changed,
}


def _last_use(entries: Sequence[Entry], *, environment: str, before: Entry) -> list[Entry]:
    """Return the newest answer of an environment before an entry."""
    return [
        entry
        for entry in reversed(entries)
        if entry.sequence < before.sequence
        and isinstance(entry.fact, InvocationFinished)
        and entry.fact.environment == environment
    ][:1]


# -- near misses: it was tried, and something else came out


def _still_there(entries: Sequence[Entry]) -> Verdict:
    """The learner waited, but not for long enough: the environment was still frozen."""
    used: dict[str, Entry] = {}
    missed: tuple[float, Entry, Entry] | None = None
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, InvocationStarted) and fact.environment in used:
            quiet = entry.time - used[fact.environment].time
            if fact.start == "warm" and quiet >= A_WAIT:
                missed = quiet, used[fact.environment], entry
        if isinstance(fact, InvocationFinished):
            used[fact.environment] = entry
    if missed is None:
        return OPEN
    quiet, left, entry = missed
    name = short(getattr(entry.fact, "environment", ""))
    return failed(f"After {quiet / 60:.2g} min, {name} was still there: warm.", left, entry)


def _all_free(entries: Sequence[Entry]) -> Verdict:
    """Several calls in one run, and a frozen environment for every one of them."""
    runs: dict[str, list[Started]] = defaultdict(list)
    for start in starts(entries):
        runs[start[0].run].append(start)
    large = [run for run in runs.values() if len(run) > 1]
    if not large:
        return OPEN
    run = large[-1]
    calls, environments = len(run), len({fact.environment for _, fact in run})
    story = f"{calls} calls found {environments} environments: none had to start for them."
    return failed(story, *(entry for entry, _ in run))


NEAR_MISSES: dict[str, Callable[[Sequence[Entry]], Verdict]] = {
    "idle": _still_there,
    "concurrency": _all_free,
}
