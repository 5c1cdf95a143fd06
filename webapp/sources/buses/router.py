"""Events that arrive on buses, and the rules that they match. Loop thread only.

What an event matches is decided at once, and on disk before its sender has an answer.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from webapp.sources.buses.deliveries import KEPT_CHARACTERS, Deliveries, Surroundings
from webapp.sources.buses.delivery import Delivery
from webapp.sources.buses.event import BusEvent
from webapp.sources.buses.live_rule import LiveRule
from webapp.sources.buses.ports import BusChanges
from webapp.sources.buses.target import Target
from webapp.sources.buses.transformer import InputTooLarge, Occasion
from webapp.sources.matching.values import Json, loads
from webapp.trace.events import EventPut, RuleMatched, RuleNotMatched

MOST_REASON, MOST_FIELDS = 4_000, 10


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event and the name of the bus that it is put on."""

    bus: str
    event: BusEvent


@dataclass(frozen=True, slots=True)
class Match:
    """A delivery that an event asks for, and the fact that causes it."""

    delivery: Delivery
    cause: int


class Router:
    """Brings events on buses to the deliveries of the rules that they match.

    ``rules_of`` returns the rules of a bus, ``None`` for one that is not there.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        deliveries: Deliveries,
        rules_of: Callable[[str], Sequence[LiveRule] | None],
    ) -> None:
        self._around = surroundings
        self._deliveries = deliveries
        self._rules_of = rules_of

    async def take(
        self, arrivals: Sequence[Arrival], *, sender: str, run: str, cause: int | None = None
    ) -> None:
        """Take events; what they match is on disk when this returns.

        Raises ``SourceBusy`` or ``SourceFailed``; nothing is delivered then.
        """
        self._deliveries.check_room(len(arrivals))
        matches = [
            match
            for arrival in arrivals
            for match in self._matches(arrival, sender=sender, run=run, cause=cause)
        ]
        await self.begin(matches)

    async def begin(self, matches: Sequence[Match], changes: BusChanges | None = None) -> None:
        """Write deliveries, with what else changes, and begin them."""
        if not matches and changes is None:
            return
        changes = changes or BusChanges()
        self._around.timers.begin()
        try:
            await self._around.store.write(
                BusChanges(rules=changes.rules, deliveries=[one.delivery for one in matches])
            )
            for match in matches:
                self._deliveries.begin(match.delivery, cause=match.cause)
        finally:
            self._around.timers.end()

    def matched(self, rule: LiveRule, event: BusEvent, *, run: str, cause: int) -> Iterable[Match]:
        """Return what an event that matches a rule asks for, and tell it."""
        record = rule.record
        fact = RuleMatched(
            bus=record.bus,
            rule=record.name,
            event_id=event.identifier,
            targets=len(record.targets),
        )
        sequence = self._around.recorder.record(fact, run=run, cause=cause)
        for target in record.targets:
            yield Match(self._delivery(rule, target, event, run=run), sequence)

    # -- inside

    def _matches(
        self, arrival: Arrival, *, sender: str, run: str, cause: int | None
    ) -> Iterable[Match]:
        rules = self._rules_of(arrival.bus)
        put = self._tell_put(arrival, sender=sender, run=run, cause=cause, known=rules is not None)
        document: Json = loads(arrival.event.text)
        for rule in rules or ():
            if rule.pattern is None or not rule.record.enabled:
                continue
            if rule.pattern.matches(document):
                yield from self.matched(rule, arrival.event, run=run, cause=put)
            else:
                self._tell_mismatch(rule, arrival.event, document, run=run, cause=put)

    def _delivery(self, rule: LiveRule, target: Target, event: BusEvent, *, run: str) -> Delivery:
        record, body, broken = rule.record, "", ""
        occasion = Occasion(event=event, rule_name=record.name, rule_arn=rule.arn)
        try:
            body = target.input_of(occasion)
        except InputTooLarge:
            broken = "With its template filled in, the input is larger than 1 MB."
        return Delivery(
            identifier=str(uuid.uuid4()),
            bus=record.bus,
            rule=record.name,
            rule_arn=rule.arn,
            target=target,
            event=event,
            body=body,
            run=run,
            accepted=event.ingested,
            due=event.ingested,
            broken=broken,
        )

    def _tell_put(
        self, arrival: Arrival, *, sender: str, run: str, cause: int | None, known: bool
    ) -> int:
        event = arrival.event
        fact = EventPut(
            bus=arrival.bus,
            event_id=event.identifier,
            source=event.source,
            detail_type=event.detail_type,
            detail=event.detail[:KEPT_CHARACTERS],
            size_bytes=len(event.detail.encode()),
            sender=sender,
            known=known,
        )
        return self._around.recorder.record(fact, run=run, cause=cause)

    def _tell_mismatch(
        self, rule: LiveRule, event: BusEvent, document: Json, *, run: str, cause: int
    ) -> None:
        assert rule.pattern is not None
        mismatches = rule.pattern.mismatches(document)
        fact = RuleNotMatched(
            bus=rule.record.bus,
            rule=rule.record.name,
            event_id=event.identifier,
            reason=_shown(rule.pattern.why_not(document)[:MOST_REASON]),
            fields=tuple(dict.fromkeys(_shown(one.field) for one in mismatches))[:MOST_FIELDS],
        )
        self._around.recorder.record(fact, run=run, cause=cause)


def _shown(text: str) -> str:
    """Return text that every page can show: half a character becomes a question mark."""
    return text.encode(errors="replace").decode()
