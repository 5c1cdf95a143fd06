"""Checks on the lab's state: environments busy or warm, time without a call, an update."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webapp.curriculum.checks.verdict import OPEN, Events, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.trace.events import (
    Entry,
    EnvironmentFact,
    EnvironmentRequested,
    EnvironmentReset,
    EnvironmentRetired,
    Fact,
    FunctionChanged,
    FunctionFact,
    InvocationAccepted,
    InvocationFinished,
    InvocationStarted,
    ServerRestarted,
)

MANY = 1000
LONGEST_WAIT = 14 * 24 * 3600.0
LARGEST = 100_000

KEPT_WARM = frozenset({"ok", "error", "too large"})
"""How a call can end without its environment losing its globals (lambda-behaviour 2.4)."""

Busy = dict[str, Entry]
"""Environments that have a call, each with the entry that gave it to them."""


def busy_over_time(entries: Sequence[Entry]) -> Iterator[Busy]:
    """Yield the busy environments after each change; the same mapping, changed in place.

    An environment is busy from the moment it was asked for: its call waits for it then.
    """
    busy: Busy = {}
    for entry in entries:
        match entry.fact:
            case EnvironmentRequested(environment=environment):
                busy[environment] = entry
            case InvocationStarted(environment=environment):
                busy.setdefault(environment, entry)
            case InvocationFinished() | EnvironmentRetired():
                busy.pop(entry.fact.environment, None)
            case ServerRestarted():
                busy.clear()
            case _:
                continue
        yield busy


def warm_at_end(entries: Sequence[Entry]) -> dict[str, Entry]:
    """Return the environments that could serve a call warm now, each with its last answer."""
    warm: dict[str, Entry] = {}
    for entry in entries:
        match entry.fact:
            case InvocationFinished(environment=environment) if entry.fact.status in KEPT_WARM:
                warm[environment] = entry
            case InvocationStarted() | EnvironmentRetired() | EnvironmentReset():
                _forget(warm, entry.fact)
            case ServerRestarted():
                warm.clear()
    return warm


def _forget(warm: dict[str, Entry], fact: EnvironmentFact | InvocationStarted) -> None:
    warm.pop(fact.environment, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentsAtOnce:
    """So many environments, each busy with a call at the same moment; of one function, if named."""

    at_least: int
    function: str = ""

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "EnvironmentsAtOnce":
        """Read ``at_least`` and ``function``."""
        del events
        return cls(
            at_least=fields.integer("at_least", within=(1, MANY)),
            function=fields.text("function", default=""),
        )

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the facts by which each environment of the moment became busy."""
        entries = self._of_function(entries)
        peak: list[Entry] = []
        for busy in busy_over_time(entries):
            if len(busy) > len(peak):
                peak = list(busy.values())
            if len(peak) >= self.at_least:
                return passed(f"{len(peak)} environments worked at the same moment.", *peak)
        return self._missed(entries, peak=peak)

    def _of_function(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Leave out what other functions did, if one is named."""
        if not self.function:
            return entries
        return [entry for entry in entries if self._concerns(entry.fact)]

    def _concerns(self, fact: Fact) -> bool:
        return not isinstance(fact, FunctionFact) or fact.function == self.function

    def _missed(self, entries: Sequence[Entry], *, peak: Sequence[Entry]) -> Verdict:
        """Fail if enough calls came in one run and still fewer environments worked at once."""
        calls: dict[str, int] = {}
        for entry in entries:
            if isinstance(entry.fact, InvocationAccepted):
                calls[entry.run] = calls.get(entry.run, 0) + 1
        most = max(calls.values(), default=0)
        if most < 2 or not peak:
            return OPEN
        works = "1 environment" if len(peak) == 1 else f"{len(peak)} environments"
        return failed(f"{most} calls came in one run; at most {works} worked at once.", *peak)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmEnvironments:
    """So many environments are frozen and free now."""

    at_least: int = 1
    at_most: int = MANY

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "WarmEnvironments":
        """Read ``exactly``, or ``at_least`` and ``at_most``."""
        del events
        if "exactly" in fields.names:
            count = fields.integer("exactly", within=(0, MANY))
            return cls(at_least=count, at_most=count)
        least = fields.integer("at_least", within=(0, MANY), default=1)
        return cls(
            at_least=least, at_most=fields.integer("at_most", within=(0, MANY), default=MANY)
        )

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the answers that left the environments warm; open otherwise."""
        warm = warm_at_end(entries)
        if self.at_least <= len(warm) <= self.at_most:
            return passed(f"{len(warm)} warm and free.", *warm.values())
        return OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietFor:
    """The last answer is at least so many seconds of lab time ago, at the last of the facts."""

    seconds: float

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "QuietFor":
        """Read ``seconds``."""
        del events
        return cls(seconds=fields.number("seconds", within=(1, LONGEST_WAIT)))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the last answer; open otherwise."""
        answer = _last(entries, InvocationFinished)
        if answer is None or entries[-1].time - answer.time < self.seconds:
            return OPEN
        return passed("Quiet for long enough.", answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """A change of code or configuration is in effect that no call has met yet."""

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "Updated":
        """It has no parameters."""
        del fields, events
        return cls()

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the change, if a call came before it and none after it; open otherwise."""
        call = _last(entries, InvocationStarted)
        for entry in reversed(entries):
            if entry is call:
                return OPEN
            if call is not None and _in_effect(entry):
                return passed("The update is in effect.", entry)
        return OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """The function's timeout and memory are within these bounds now."""

    timeout: tuple[float, float]
    memory_mb: tuple[float, float]

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "Configured":
        """Read ``timeout_at_least``, ``timeout_at_most``, ``memory_at_least`` and so on."""
        del events
        return cls(timeout=_bounds(fields, "timeout"), memory_mb=_bounds(fields, "memory"))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass while it is so; also before anything was deployed, when it is as the lesson says."""
        last = _last(entries, FunctionChanged)
        fact = last.fact if last else None
        if not isinstance(fact, FunctionChanged) or not fact.timeout:
            return passed("It is configured as at the start.")
        within = _within(fact.timeout, self.timeout) and _within(fact.memory_mb, self.memory_mb)
        story = f"Timeout {fact.timeout} s, memory {fact.memory_mb} MB."
        return passed(story, last) if within and last else OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsSet:
    """A fault knob is on now whose words hold ``says``, such as ``throttled``."""

    says: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "FaultsSet":
        """Read ``says``."""
        del events
        return cls(says=fields.text("says"))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass while the newest setting of the knobs says so; open otherwise."""
        settings = [one for one in entries if getattr(one.fact, "change", "") == "faults"]
        detail = getattr(settings[-1].fact, "detail", "") if settings else ""
        return passed(f"Faults: {detail}.", settings[-1]) if self.says in detail else OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcurrencyReserved:
    """So much concurrency is reserved for a function now."""

    function: str
    exactly: int

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "ConcurrencyReserved":
        """Read ``function`` and ``exactly``."""
        del events
        exactly = fields.integer("exactly", within=(0, LARGEST))
        return cls(function=fields.text("function"), exactly=exactly)

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass while the newest reservation is so; open otherwise."""
        settings = [one for one in entries if self._is_about(one.fact)]
        detail = getattr(settings[-1].fact, "detail", "") if settings else ""
        if detail != str(self.exactly):
            return OPEN
        return passed(f"{self.function} has {self.exactly} reserved.", settings[-1])

    def _is_about(self, fact: object) -> bool:
        """Whether this reserves, or makes the function anew, which then has nothing reserved."""
        return (
            isinstance(fact, FunctionChanged)
            and fact.function == self.function
            and fact.change in ("concurrency", "created", "deleted")
        )


def _bounds(fields: Fields, name: str) -> tuple[float, float]:
    low = fields.integer(f"{name}_at_least", within=(0, LARGEST), default=0)
    return low, fields.integer(f"{name}_at_most", within=(0, LARGEST), default=LARGEST)


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _in_effect(entry: Entry) -> bool:
    fact = entry.fact
    return (
        isinstance(fact, FunctionChanged)
        and fact.change in {"code", "configuration"}
        and fact.state in {"Successful", "Active"}
    )


def _last(entries: Sequence[Entry], kind: type) -> Entry | None:
    return next((entry for entry in reversed(entries) if isinstance(entry.fact, kind)), None)
