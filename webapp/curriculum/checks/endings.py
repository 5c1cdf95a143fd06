"""Checks on how calls ended: answered, or failed in a certain way, and what they logged."""

from dataclasses import dataclass, field
from typing import Any

from webapp.curriculum.calls import MISSING, Call, Calls, parsed, plain, same, shown
from webapp.curriculum.checks.verdict import Check, Events, Newest, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.trace.events import STATUSES, Entry, InvocationAccepted, InvocationFinished, LogWritten

FAILURES = tuple(status for status in STATUSES if status != "ok")
LONGEST = 900.0
WORDS = {
    "ok": "was answered",
    "error": "raised",
    "timeout": "was ended by its timeout",
    "memory": "ran out of memory",
    "crash": "crashed",
    "init": "failed in init",
    "stopped": "was stopped",
    "too large": "answered too much",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFails(Check[Calls]):
    """A call that failed: in one of the ways of ``status``, of error type ``type``.

    ``says`` is what the error message holds. What is empty or ``None`` is not looked at.
    """

    status: tuple[str, ...] = FAILURES
    type: str = ""
    says: str = ""
    event: Any = MISSING

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "CallFails":
        """Read ``status`` (one or several), ``type``, ``says`` and ``event``."""
        return cls(
            status=fields.words("status", among=FAILURES) or FAILURES,
            type=fields.text("type", default=""),
            says=fields.text("says", default=""),
            event=read_event(fields, events),
        )

    def begin(self) -> Calls:
        return Calls()

    def take(self, memory: Calls, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the call; fail on the newest one that ended otherwise."""
        call = memory.take(entry)
        if call is None or not _is_of(call, event=self.event):
            return so_far
        if self._is_meant(call):
            return passed(_story(call), call.accepted, call.finished)
        if call.outcome.status != "ok" or self.event is not MISSING:
            return failed(_story(call), call.finished)
        return so_far

    def _is_meant(self, call: Call) -> bool:
        fact = call.outcome
        return (
            fact.status in self.status
            and self.type in {"", fact.error_type}
            and self.says in (fact.error_message or "")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswers(Check[Calls]):
    """A call that was answered, to ``event`` if it is given, after more than ``seconds``."""

    seconds: float = 0.0
    event: Any = MISSING

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "CallAnswers":
        """Read ``longer_than`` in seconds, and ``event``."""
        return cls(
            seconds=fields.number("longer_than", within=(0, LONGEST), default=0.0),
            event=read_event(fields, events),
        )

    def begin(self) -> Calls:
        return Calls()

    def take(self, memory: Calls, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the call; fail on the newest one of that event that failed."""
        call = memory.take(entry)
        if call is None or not _is_of(call, event=self.event):
            return so_far
        fact = call.outcome
        if fact.status != "ok":
            return failed(_story(call), call.finished)
        if fact.duration <= self.seconds:
            return so_far
        waited = call.finished.time - call.accepted.time
        return passed(f"The answer came after {waited:.2f} s.", call.accepted, call.finished)


@dataclass(slots=True)
class _Lines:
    """What the newest calls were given, and those of their lines that repeat it."""

    given: Newest[str, str] = field(default_factory=Newest)
    lines: Newest[str, Entry] = field(default_factory=Newest)
    ended: Newest[str, bool] = field(default_factory=Newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged(Check[_Lines]):
    """A call printed a line that holds what its event has under ``key``."""

    key: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "Logged":
        """Read ``key``, a key of the event."""
        del events
        return cls(key=fields.text("key"))

    def begin(self) -> _Lines:
        return _Lines()

    def take(self, memory: _Lines, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the line, once its call has ended; open otherwise."""
        match entry.fact:
            case InvocationAccepted(request_id=request, payload=payload):
                memory.given[request] = self._value(payload)
            case LogWritten(kind="output", request_id=str(request), text=text):
                value = memory.given.get(request)
                if value and value in text:
                    memory.lines.setdefault(request, entry)
            case InvocationFinished(request_id=request):
                memory.ended[request] = True
            case _:
                return so_far
        if request not in memory.lines or request not in memory.ended:
            return so_far
        said = shown(memory.given.get(request, ""))
        return passed(f"A line of the log says {said}.", memory.lines[request])

    def _value(self, payload: str) -> str:
        event = parsed(payload)
        value = event.get(self.key) if isinstance(event, dict) else None
        return value if isinstance(value, str) else ""


def read_event(fields: Fields, events: Events) -> Any:
    """Return the value of the event that ``event`` names; ``MISSING`` if it is not given."""
    if "event" not in fields.names:
        return MISSING
    return parsed(events.get(fields.choice("event", among=events), ""))


def _is_of(call: Call, *, event: Any) -> bool:
    return event is MISSING or same(call.event, event)


def _story(call: Call) -> str:
    fact = call.outcome
    if fact.status == "error":
        message = plain(fact.error_message or "")
        told = f"The call raised {plain(fact.error_type or '')}: {message}"
        return f"{told.rstrip(': .')}."
    return f"The call {WORDS[fact.status]} after {fact.duration:.2f} s."
