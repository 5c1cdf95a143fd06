"""Events that arrive on buses, and the rules that they match. Loop thread only.

What an event matches is on disk before its sender has an answer.
"""

import asyncio
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
from webapp.sources.matching.document import Document
from webapp.sources.matching.pattern import Mismatch, said
from webapp.sources.matching.values import loads
from webapp.trace.events import EventPut, RuleMatched, RuleNotMatched

MOST_REASON, MOST_FIELDS = 4_000, 10
COMPARED_HERE = 256 * 1024
"""Characters of an event times conditions of all rules; more is compared off the loop (rule 17)."""


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What decided that an event is not as a rule wants it; nothing if it is."""

    rule: LiveRule
    mismatches: Sequence[Mismatch]


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
        compared = [await self._compared(arrival) for arrival in arrivals]
        matches = [
            match
            for arrival, verdicts in zip(arrivals, compared, strict=True)
            for match in self._matches(arrival, verdicts, sender=sender, run=run, cause=cause)
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

    async def _compared(self, arrival: Arrival) -> Sequence[Verdict] | None:
        """Compare an event with the rules of its bus; ``None`` if the bus is not there.

        What takes long is compared off the loop.
        """
        rules = self._rules_of(arrival.bus)
        if rules is None:
            return None
        wanted = [one for one in rules if one.pattern is not None and one.record.enabled]
        weight = sum(one.pattern.weight for one in wanted if one.pattern is not None)
        if weight * len(arrival.event.text) <= COMPARED_HERE:
            return _verdicts(wanted, arrival.event)
        self._around.timers.begin()
        try:
            return await asyncio.to_thread(_verdicts, wanted, arrival.event)
        finally:
            self._around.timers.end()

    def _matches(
        self,
        arrival: Arrival,
        verdicts: Sequence[Verdict] | None,
        *,
        sender: str,
        run: str,
        cause: int | None,
    ) -> Iterable[Match]:
        known = verdicts is not None
        put = self._tell_put(arrival, sender=sender, run=run, cause=cause, known=known)
        for one in verdicts or ():
            if one.mismatches:
                self._tell_mismatch(one, arrival.event, run=run, cause=put)
            else:
                yield from self.matched(one.rule, arrival.event, run=run, cause=put)

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

    def _tell_mismatch(self, verdict: Verdict, event: BusEvent, *, run: str, cause: int) -> None:
        record, mismatches = verdict.rule.record, verdict.mismatches
        fact = RuleNotMatched(
            bus=record.bus,
            rule=record.name,
            event_id=event.identifier,
            reason=_shown(said(mismatches)[:MOST_REASON]),
            fields=tuple(dict.fromkeys(_shown(one.field) for one in mismatches))[:MOST_FIELDS],
        )
        self._around.recorder.record(fact, run=run, cause=cause)


def _verdicts(rules: Sequence[LiveRule], event: BusEvent) -> Sequence[Verdict]:
    """Compare an event with rules. Pure: any thread."""
    document = Document(loads(event.text))
    return [
        Verdict(rule, rule.pattern.mismatches(document))
        for rule in rules
        if rule.pattern is not None
    ]


def _shown(text: str) -> str:
    """Return text that every page can show: half a character becomes a question mark."""
    return text.encode(errors="replace").decode()
