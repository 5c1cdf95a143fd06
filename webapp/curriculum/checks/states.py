"""Checks on the lab's state: environments busy or warm, time without a call, an update."""

from dataclasses import dataclass, field
from typing import ClassVar

from webapp.curriculum.checks.verdict import OPEN, Check, Events, Newest, Verdict, failed, passed
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
_WARMS_OR_COOLS = (
    InvocationFinished,
    InvocationStarted,
    EnvironmentRetired,
    EnvironmentReset,
    ServerRestarted,
)
"""Facts that ``note_warm`` listens to."""

Busy = dict[str, Entry]
"""Environments that have a call, each with the entry that gave it to them."""
Warm = dict[str, Entry]
"""Environments that could serve a call warm, each with its last answer."""


def note_busy(busy: Busy, entry: Entry) -> None:
    """Let a fact say which environments are busy.

    An environment is busy from the moment it was asked for: its call waits for it then.
    """
    match entry.fact:
        case EnvironmentRequested(environment=environment):
            busy[environment] = entry
        case InvocationStarted(environment=environment):
            busy.setdefault(environment, entry)
        case InvocationFinished() | EnvironmentRetired():
            busy.pop(entry.fact.environment, None)
        case ServerRestarted():
            busy.clear()


def note_warm(warm: Warm, entry: Entry) -> bool:
    """Let a fact say which environments are warm and free; return whether it is of that kind."""
    if not isinstance(entry.fact, _WARMS_OR_COOLS):
        return False
    match entry.fact:
        case InvocationFinished(environment=environment) if entry.fact.status in KEPT_WARM:
            warm[environment] = entry
        case InvocationStarted() | EnvironmentRetired() | EnvironmentReset():
            _forget(warm, entry.fact)
        case ServerRestarted():
            warm.clear()
    return True


def _forget(warm: Warm, fact: EnvironmentFact | InvocationStarted) -> None:
    warm.pop(fact.environment, None)


@dataclass(slots=True)
class _Peak:
    """What is busy, the most that were at once, and how many calls came in each run."""

    busy: Busy = field(default_factory=dict)
    peak: list[Entry] = field(default_factory=list)
    calls: Newest[str, int] = field(default_factory=Newest)
    most: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentsAtOnce(Check[_Peak]):
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

    def begin(self) -> _Peak:
        return _Peak()

    def take(self, memory: _Peak, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the facts by which each environment of the moment became busy.

        Fail if enough calls came in one run and still fewer environments worked at once.
        """
        if not self._concerns(entry.fact):
            return so_far
        most, grown = memory.most, self._grows(memory, entry)
        if isinstance(entry.fact, InvocationAccepted):
            calls = memory.calls[entry.run] = memory.calls.get(entry.run, 0) + 1
            memory.most = max(most, calls)
        if memory.most == most and not grown:
            return so_far
        return self._said(memory.peak, most=memory.most)

    def _concerns(self, fact: Fact) -> bool:
        """Leave out what other functions did, if one is named."""
        if not self.function or not isinstance(fact, FunctionFact):
            return True
        return fact.function == self.function

    def _grows(self, memory: _Peak, entry: Entry) -> bool:
        note_busy(memory.busy, entry)
        if len(memory.busy) <= len(memory.peak):
            return False
        memory.peak = list(memory.busy.values())
        return True

    def _said(self, peak: list[Entry], *, most: int) -> Verdict:
        if len(peak) >= self.at_least:
            return passed(f"{len(peak)} environments worked at the same moment.", *peak)
        if most < 2 or not peak:
            return OPEN
        works = "1 environment" if len(peak) == 1 else f"{len(peak)} environments"
        return failed(f"{most} calls came in one run; at most {works} worked at once.", *peak)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmEnvironments(Check[Warm]):
    """So many environments are frozen and free now."""

    lasting: ClassVar[bool] = False
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

    def begin(self) -> Warm:
        return {}

    def at_first(self) -> Verdict:
        return self._said({})

    def take(self, memory: Warm, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the answers that left the environments warm; open otherwise."""
        return self._said(memory) if note_warm(memory, entry) else so_far

    def _said(self, warm: Warm) -> Verdict:
        if self.at_least <= len(warm) <= self.at_most:
            return passed(f"{len(warm)} warm and free.", *warm.values())
        return OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietFor(Check[list[Entry]]):
    """The last answer is at least so many seconds of lab time ago, at the last of the facts."""

    lasting: ClassVar[bool] = False
    seconds: float

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "QuietFor":
        """Read ``seconds``."""
        del events
        return cls(seconds=fields.number("seconds", within=(1, LONGEST_WAIT)))

    def begin(self) -> list[Entry]:
        return []

    def take(self, memory: list[Entry], so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the last answer; open otherwise."""
        del so_far
        if isinstance(entry.fact, InvocationFinished):
            memory[:] = [entry]
        if not memory or entry.time - memory[0].time < self.seconds:
            return OPEN
        return passed("Quiet for long enough.", *memory)


@dataclass(slots=True)
class _Called:
    """Whether a call came."""

    yet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated(Check[_Called]):
    """A change of code or configuration is in effect that no call has met yet."""

    lasting: ClassVar[bool] = False

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "Updated":
        """It has no parameters."""
        del fields, events
        return cls()

    def begin(self) -> _Called:
        return _Called()

    def take(self, memory: _Called, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the change, if a call came before it and none after it; open otherwise."""
        if isinstance(entry.fact, InvocationStarted):
            memory.yet = True
            return OPEN
        if memory.yet and _in_effect(entry):
            return passed("The update is in effect.", entry)
        return so_far


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured(Check[None]):
    """The function's timeout and memory are within these bounds now."""

    lasting: ClassVar[bool] = False
    timeout: tuple[float, float]
    memory_mb: tuple[float, float]

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "Configured":
        """Read ``timeout_at_least``, ``timeout_at_most``, ``memory_at_least`` and so on."""
        del events
        return cls(timeout=_bounds(fields, "timeout"), memory_mb=_bounds(fields, "memory"))

    def begin(self) -> None:
        return None

    def at_first(self) -> Verdict:
        return passed("It is configured as at the start.")

    def take(self, memory: None, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass while it is so; also before anything was deployed, when it is as the lesson says."""
        fact = entry.fact
        if not isinstance(fact, FunctionChanged):
            return so_far
        if not fact.timeout:
            return self.at_first()
        within = _within(fact.timeout, self.timeout) and _within(fact.memory_mb, self.memory_mb)
        story = f"Timeout {fact.timeout} s, memory {fact.memory_mb} MB."
        return passed(story, entry) if within else OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsSet(Check[None]):
    """A fault knob is on now whose words hold ``says``, such as ``throttled``."""

    lasting: ClassVar[bool] = False
    says: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "FaultsSet":
        """Read ``says``."""
        del events
        return cls(says=fields.text("says"))

    def begin(self) -> None:
        return None

    def take(self, memory: None, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass while the newest setting of the knobs says so; open otherwise."""
        fact = entry.fact
        if not isinstance(fact, FunctionChanged) or fact.change != "faults":
            return so_far
        return passed(f"Faults: {fact.detail}.", entry) if self.says in fact.detail else OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcurrencyReserved(Check[None]):
    """So much concurrency is reserved for a function now."""

    lasting: ClassVar[bool] = False
    function: str
    exactly: int

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "ConcurrencyReserved":
        """Read ``function`` and ``exactly``."""
        del events
        exactly = fields.integer("exactly", within=(0, LARGEST))
        return cls(function=fields.text("function"), exactly=exactly)

    def begin(self) -> None:
        return None

    def take(self, memory: None, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass while the newest reservation is so; open otherwise."""
        if not self._is_about(entry.fact):
            return so_far
        if getattr(entry.fact, "detail", "") != str(self.exactly):
            return OPEN
        return passed(f"{self.function} has {self.exactly} reserved.", entry)

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
