"""Checks on events that a function puts on a bus: who handled them, and which rule led there."""

from dataclasses import dataclass, field
from typing import ClassVar

from webapp.curriculum.calls import parsed, plain
from webapp.curriculum.checks.verdict import OPEN, Check, Events, Newest, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.curriculum.put_events import SHOWN, PutEvent, PutEvents, status_of
from webapp.curriculum.queued_events import listed
from webapp.trace.events import Entry, InvocationFinished, RuleChanged

LARGEST = 1e12


@dataclass(slots=True)
class _Puts:
    """The newest events, and the first one of the producer."""

    events: PutEvents
    first: list[PutEvent] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventHandled(Check[_Puts]):
    """One event of a producer was handled by every consumer, and the producer is as it was.

    It is when its code has the hash that it had at the first of its events.
    """

    producer: str
    consumers: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "EventHandled":
        """Read ``producer`` and ``consumers``, names of functions."""
        del events
        return cls(producer=fields.text("producer"), consumers=fields.words("consumers"))

    def begin(self) -> _Puts:
        return _Puts(PutEvents(producer=self.producer))

    def take(self, memory: _Puts, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the event and its calls; fail where a consumer failed or the code changed."""
        put = memory.events.take(entry)
        if put is None or not put.is_by(self.producer):
            return so_far
        memory.first = memory.first or [put]
        if not all(put.handled(name) for name in self.consumers):
            return self._short(put) or so_far
        if put.code == memory.first[0].code:
            return passed(self._story(put), put.entry, *self._calls(put))
        return failed(self._changed(put, memory.first[0]), put.entry, *self._calls(put))

    def _calls(self, put: PutEvent) -> list[Entry]:
        return [put.ended[name] for name in self.consumers if name in put.ended]

    def _story(self, put: PutEvent) -> str:
        told = f"{put.name} was handled by {listed(list(self.consumers))}."
        if not put.code:
            return told
        return f"{told} The code of {self.producer} is unchanged: {put.code[:SHOWN]}."

    def _changed(self, put: PutEvent, first: PutEvent) -> str:
        return (
            f"{put.name} was handled by all, but the code of {self.producer} is another: "
            f"{first.code[:SHOWN]} became {put.code[:SHOWN]}."
        )

    def _short(self, put: PutEvent) -> Verdict | None:
        """Return what went wrong, if the event came to all who should handle it, or to too few."""
        missing = [name for name in self.consumers if not put.brought_to(name)]
        for name in self.consumers if not missing else ():
            ended = put.ended.get(name)
            if ended is not None and not put.handled(name):
                why = getattr(ended.fact, "error_type", "") or status_of(ended)
                return failed(f"{put.name} reached {name}, which failed: {plain(why)}.", ended)
        if not missing or len(put.rules) < len(self.consumers):
            return None
        return failed(f"{put.name} did not come to {listed(missing)}.", put.entry, *put.rules)


@dataclass(slots=True)
class _Apart:
    """The newest events, those of each run, and how the producer's call in it ended."""

    events: PutEvents = field(default_factory=PutEvents)
    puts: Newest[str, list[PutEvent]] = field(default_factory=Newest)
    own: Newest[str, Entry] = field(default_factory=Newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerFailsApart(Check[_Apart]):
    """A consumer failed on an event, and the call of the producer that put it succeeded."""

    producer: str
    consumer: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "ConsumerFailsApart":
        """Read ``producer`` and ``consumer``, names of functions."""
        del events
        return cls(producer=fields.text("producer"), consumer=fields.text("consumer"))

    def begin(self) -> _Apart:
        return _Apart()

    def take(self, memory: _Apart, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the two ends; open otherwise."""
        put = memory.events.take(entry)
        if put is not None and entry is put.entry and put.is_by(self.producer):
            memory.puts.setdefault(entry.run, []).append(put)
        if not isinstance(entry.fact, InvocationFinished):
            return so_far
        if entry.fact.function == self.producer:
            memory.own[entry.run] = entry
        run = put.entry.run if put else entry.run
        for one in memory.puts.get(run, []):
            own, theirs = memory.own.get(run), one.ended.get(self.consumer)
            if status_of(own) == "ok" and own and theirs and status_of(theirs) != "ok":
                told = f"{one.name}: {self.producer} succeeded, and {self.consumer} failed."
                return passed(told, own, theirs)
        return so_far


@dataclass(slots=True)
class _Rule:
    """A rule as its changes tell."""

    entry: Entry
    is_enabled: bool = True

    def take(self, entry: Entry, fact: RuleChanged) -> None:
        """Take one more change."""
        self.entry = entry
        if fact.change in ("created", "enabled", "disabled"):
            self.is_enabled = fact.change != "disabled"

    @property
    def leads_somewhere(self) -> bool:
        """Whether it is there, enabled and with a target."""
        fact = self.entry.fact
        assert isinstance(fact, RuleChanged)
        return self.is_enabled and fact.change != "deleted" and fact.targets > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAdded(Check[Newest[str, _Rule]]):
    """A rule that the lesson does not bring is on the bus now, is enabled and has a target."""

    lasting: ClassVar[bool] = False
    bus: str
    beside: tuple[str, ...] = ()

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "RuleAdded":
        """Read ``bus`` and ``beside``, the names of rules that the lesson brings."""
        del events
        beside = fields.words("beside") if "beside" in fields.names else ()
        return cls(bus=fields.text("bus"), beside=beside)

    def begin(self) -> Newest[str, _Rule]:
        return Newest()

    def take(self, memory: Newest[str, _Rule], so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the facts that made the rule what it is; open otherwise."""
        fact = entry.fact
        if not isinstance(fact, RuleChanged) or not self._is_meant(fact):
            return so_far
        memory.setdefault(fact.rule, _Rule(entry)).take(entry, fact)
        for name, rule in memory.items():
            if rule.leads_somewhere:
                return passed(f"Rule {plain(name)} is on {self.bus}.", rule.entry)
        return OPEN

    def _is_meant(self, fact: RuleChanged) -> bool:
        return fact.bus == self.bus and fact.rule not in self.beside


@dataclass(slots=True)
class _Sorted:
    """What was put since the rules changed last, and which events were kept and taken."""

    events: PutEvents = field(default_factory=PutEvents)
    kept: list[PutEvent] = field(default_factory=list)
    taken: list[PutEvent] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSorts(Check[_Sorted]):
    """Of two events, the one with more than ``over`` under ``key`` reached the consumer alone."""

    bus: str
    consumer: str
    key: str
    over: float

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "RuleSorts":
        """Read ``bus``, ``consumer`` (a function), ``key`` of the detail, and ``over``."""
        del events
        return cls(
            bus=fields.text("bus"),
            consumer=fields.text("consumer"),
            key=fields.text("key"),
            over=fields.number("over", within=(-LARGEST, LARGEST)),
        )

    def begin(self) -> _Sorted:
        return _Sorted()

    def take(self, memory: _Sorted, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with both events, put since the rules changed last; fail if the larger was kept."""
        if isinstance(entry.fact, RuleChanged) and entry.fact.bus == self.bus:
            memory.events, memory.kept, memory.taken = PutEvents(), [], []
            return OPEN
        put = memory.events.take(entry)
        value = self._value(put) if put else None
        if put is None or value is None:
            return so_far
        if value > self.over and put.brought_to(self.consumer):
            memory.taken = [put]
        elif put.missed_by(f"detail.{self.key}") and not put.brought_to(self.consumer):
            if value > self.over:
                told = (
                    f"{value:g} is over {self.over:g}, and {put.name} was kept from the function."
                )
                return failed(told, put.entry, *put.rules)
            memory.kept = [put]
        for kept, taken in zip(memory.kept, memory.taken, strict=False):
            return passed(self._story(kept, taken), *kept.rules, *taken.reached)
        return so_far

    def _value(self, put: PutEvent) -> float | None:
        detail = parsed(put.fact.detail)
        value = detail.get(self.key) if isinstance(detail, dict) else None
        if put.fact.bus != self.bus or isinstance(value, bool):
            return None
        return value if isinstance(value, int | float) else None

    def _story(self, kept: PutEvent, taken: PutEvent) -> str:
        return (
            f"{self.consumer} got {self._value(taken):g}, and was not told of "
            f"{self._value(kept):g}: the rule decided, and no code."
        )
