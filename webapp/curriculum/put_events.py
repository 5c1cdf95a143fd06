"""Events that were put on buses, each with what rules made of it and who handled it: from facts."""

from dataclasses import dataclass, field

from webapp.curriculum.calls import parsed
from webapp.curriculum.checks.verdict import Newest
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


@dataclass(slots=True, kw_only=True)
class PutEvents:
    """The newest events, while facts come; ``producer`` is whose code is looked at."""

    producer: str = ""
    code: str = ""
    found: Newest[str, PutEvent] = field(default_factory=Newest)
    calls: Newest[str, PutEvent] = field(default_factory=Newest)

    def take(self, entry: Entry) -> PutEvent | None:
        """Take one more fact; return the event of which it says more, if it does of one."""
        match entry.fact:
            case FunctionChanged(function=self.producer, code_sha256=code):
                self.code = code or self.code
            case EventPut(event_id=identifier):
                return self.found.setdefault(identifier, PutEvent(entry=entry, code=self.code))
            case RuleMatched() | RuleNotMatched() | TargetReached():
                return self._brought(entry, entry.fact.event_id)
            case InvocationAccepted(request_id=request, payload=payload):
                put = self.found.get(_identifier(payload))
                if put is not None:
                    self.calls[request] = put
            case InvocationFinished(request_id=request, function=function):
                if request in self.calls:
                    self.calls[request].ended[function] = entry
                    return self.calls[request]
        return None

    def _brought(self, entry: Entry, event_id: str) -> PutEvent | None:
        put = self.found.get(event_id)
        if put is not None:
            (put.reached if isinstance(entry.fact, TargetReached) else put.rules).append(entry)
        return put


def status_of(ended: Entry | None) -> str:
    """Return how a call ended; empty if it did not."""
    fact = ended.fact if ended else None
    return fact.status if isinstance(fact, InvocationFinished) else ""


def _identifier(payload: str) -> str:
    """Return the id of the event that a call brings, empty if it is none of EventBridge's."""
    event = parsed(payload) if '"detail-type"' in payload else None
    return str(event.get("id", "")) if isinstance(event, dict) else ""
