"""Checks on events that a function puts on a bus: who handled them, and which rule led there."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.curriculum.calls import parsed, plain
from webapp.curriculum.checks.verdict import OPEN, Events, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.curriculum.put_events import SHOWN, PutEvent, put_events, status_of
from webapp.curriculum.queued_events import listed
from webapp.trace.events import Entry, InvocationFinished, RuleChanged

LARGEST = 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class EventHandled:
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

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the event and its calls; fail where a consumer failed or the code changed."""
        newest: Verdict = OPEN
        puts = [
            one for one in put_events(entries, producer=self.producer) if one.is_by(self.producer)
        ]
        for put in puts:
            if not all(put.handled(name) for name in self.consumers):
                newest = self._short(put) or newest
            elif put.code == puts[0].code:
                return passed(self._story(put), put.entry, *self._calls(put))
            else:
                newest = failed(self._changed(put, puts[0]), put.entry, *self._calls(put))
        return newest

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
        """Return what went wrong, if the event came to somebody who should handle it and failed."""
        for name in self.consumers:
            ended = put.ended.get(name)
            if ended is not None and not put.handled(name):
                why = getattr(ended.fact, "error_type", "") or status_of(ended)
                return failed(f"{put.name} reached {name}, which failed: {plain(why)}.", ended)
        missing = [name for name in self.consumers if not put.brought_to(name)]
        if not missing or len(put.rules) < len(self.consumers):
            return None
        return failed(f"{put.name} did not come to {listed(missing)}.", put.entry, *put.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerFailsApart:
    """A consumer failed on an event, and the call of the producer that put it succeeded."""

    producer: str
    consumer: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "ConsumerFailsApart":
        """Read ``producer`` and ``consumer``, names of functions."""
        del events
        return cls(producer=fields.text("producer"), consumer=fields.text("consumer"))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the two ends; open otherwise."""
        producers = {
            one.run: one
            for one in entries
            if isinstance(one.fact, InvocationFinished) and one.fact.function == self.producer
        }
        for put in put_events(entries):
            own, theirs = producers.get(put.entry.run), put.ended.get(self.consumer)
            if not put.is_by(self.producer) or own is None or theirs is None:
                continue
            if status_of(own) == "ok" and status_of(theirs) != "ok":
                told = f"{put.name}: {self.producer} succeeded, and {self.consumer} failed."
                return passed(told, own, theirs)
        return OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAdded:
    """A rule that the lesson does not bring is on the bus now, is enabled and has a target."""

    bus: str
    beside: tuple[str, ...] = ()

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "RuleAdded":
        """Read ``bus`` and ``beside``, the names of rules that the lesson brings."""
        del events
        beside = fields.words("beside") if "beside" in fields.names else ()
        return cls(bus=fields.text("bus"), beside=beside)

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the facts that made the rule what it is; open otherwise."""
        rules: dict[str, list[RuleChanged]] = {}
        newest: dict[str, Entry] = {}
        for entry in entries:
            fact = entry.fact
            if isinstance(fact, RuleChanged) and self._is_meant(fact):
                rules.setdefault(fact.rule, []).append(fact)
                newest[fact.rule] = entry
        for name, changes in rules.items():
            if _leads_somewhere(changes):
                return passed(f"Rule {plain(name)} is on {self.bus}.", newest[name])
        return OPEN

    def _is_meant(self, fact: RuleChanged) -> bool:
        return fact.bus == self.bus and fact.rule not in self.beside


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSorts:
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

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with both events, put since the rules changed last; fail if the larger was kept."""
        kept: PutEvent | None = None
        taken: PutEvent | None = None
        newest: Verdict = OPEN
        for put in put_events(_since_rules_changed(entries, self.bus)):
            value = self._value(put)
            if value is None:
                continue
            if value > self.over and put.brought_to(self.consumer):
                taken = put
            elif put.missed_by(f"detail.{self.key}") and not put.brought_to(self.consumer):
                told = (
                    f"{value:g} is over {self.over:g}, and {put.name} was kept from the function."
                )
                kept = put if value <= self.over else kept
                newest = failed(told, put.entry, *put.rules) if value > self.over else newest
            if kept and taken:
                return passed(self._story(kept, taken), *kept.rules, *taken.reached)
        return newest

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


def _leads_somewhere(changes: Sequence[RuleChanged]) -> bool:
    """Tell whether a rule is there, enabled and with a target, after all these changes."""
    switches = [one.change for one in changes if one.change in ("created", "enabled", "disabled")]
    return (
        switches[-1:] != ["disabled"]
        and changes[-1].change != "deleted"
        and changes[-1].targets > 0
    )


def _since_rules_changed(entries: Sequence[Entry], bus: str) -> Sequence[Entry]:
    last = 0
    for position, entry in enumerate(entries):
        if isinstance(entry.fact, RuleChanged) and entry.fact.bus == bus:
            last = position
    return entries[last:]
