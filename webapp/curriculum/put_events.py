"""Events that were put on buses, each with what rules made of it and who handled it: from facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from webapp.curriculum.calls import parsed
from webapp.trace.events import (
    Entry,
    EventPut,
    FunctionChanged,
    InvocationAccepted,
    InvocationFinished,
    RuleMatched,
    RuleNotMatched,
    TargetReached,
)

SHOWN = 8
"""Characters of an event's id or of a hash that a sentence repeats."""


@dataclass(slots=True, kw_only=True)
class PutEvent:
    """An event on a bus. ``code`` is the hash of its producer's code then, where that is asked for.

    ``rules`` looked at it, ``reached`` are its deliveries, ``ended`` its consumers' calls by name.
    """

    entry: Entry
    code: str = ""
    rules: list[Entry] = field(default_factory=list)
    reached: list[Entry] = field(default_factory=list)
    ended: dict[str, Entry] = field(default_factory=dict)

    @property
    def fact(self) -> EventPut:
        """The fact with which it began."""
        fact = self.entry.fact
        assert isinstance(fact, EventPut)
        return fact

    @property
    def name(self) -> str:
        """What a sentence calls it."""
        return f"Event {self.fact.event_id[:SHOWN]}"

    def is_by(self, function: str) -> bool:
        """Whether a function put it."""
        return self.fact.sender == f"lambda {function}"

    def handled(self, function: str) -> bool:
        """Whether a function got the event and returned."""
        return status_of(self.ended.get(function)) == "ok"

    def brought_to(self, function: str) -> bool:
        """Whether a rule sent the event to a function."""
        end = f":function:{function}"
        targets = (getattr(one.fact, "target", "") for one in self.reached)
        return any(target.endswith(end) for target in targets)

    def missed_by(self, name: str) -> bool:
        """Whether a rule did not match because of this field."""
        return any(name in getattr(one.fact, "fields", ()) for one in self.rules)


def put_events(entries: Sequence[Entry], *, producer: str = "") -> list[PutEvent]:
    """Return the events in order; ``producer`` is the function whose code is looked at."""
    found: dict[str, PutEvent] = {}
    for entry, code in _with_code(entries, producer):
        fact = entry.fact
        if isinstance(fact, EventPut):
            found.setdefault(fact.event_id, PutEvent(entry=entry, code=code))
        elif isinstance(fact, RuleMatched | RuleNotMatched) and fact.event_id in found:
            found[fact.event_id].rules.append(entry)
        elif isinstance(fact, TargetReached) and fact.event_id in found:
            found[fact.event_id].reached.append(entry)
    _note_calls(entries, found)
    return list(found.values())


def status_of(ended: Entry | None) -> str:
    """Return how a call ended; empty if it did not."""
    fact = ended.fact if ended else None
    return fact.status if isinstance(fact, InvocationFinished) else ""


def _with_code(entries: Sequence[Entry], producer: str) -> Iterable[tuple[Entry, str]]:
    """Yield each entry with the hash of the producer's code at that moment."""
    code = ""
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, FunctionChanged) and fact.function == producer:
            code = fact.code_sha256 or code
        yield entry, code


def _note_calls(entries: Sequence[Entry], found: dict[str, PutEvent]) -> None:
    calls: dict[str, PutEvent] = {}
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, InvocationAccepted):
            put = found.get(_identifier(fact.payload))
            if put is not None:
                calls[fact.request_id] = put
        elif isinstance(fact, InvocationFinished) and fact.request_id in calls:
            calls[fact.request_id].ended[fact.function] = entry


def _identifier(payload: str) -> str:
    """Return the id of the event that a call brings, empty if it is none of EventBridge's."""
    event = parsed(payload) if '"detail-type"' in payload else None
    return str(event.get("id", "")) if isinstance(event, dict) else ""
