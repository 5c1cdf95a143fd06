"""Checks on how calls ended: answered, or failed in a certain way, and what they logged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webapp.curriculum.calls import MISSING, Call, calls, parsed, plain, same, shown
from webapp.curriculum.checks.verdict import OPEN, Events, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.trace.events import STATUSES, Entry, LogWritten

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
class CallFails:
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

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the call; fail on the newest one that ended otherwise."""
        newest: Verdict = OPEN
        for call in _of(calls(entries), event=self.event):
            fact = call.outcome
            story = _story(call)
            if self._is_meant(call):
                return passed(story, call.accepted, call.finished)
            if fact.status != "ok" or self.event is not MISSING:
                newest = failed(story, call.finished)
        return newest

    def _is_meant(self, call: Call) -> bool:
        fact = call.outcome
        return (
            fact.status in self.status
            and self.type in {"", fact.error_type}
            and self.says in (fact.error_message or "")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswers:
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

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the call; fail on the newest one of that event that failed."""
        newest: Verdict = OPEN
        for call in _of(calls(entries), event=self.event):
            fact = call.outcome
            if fact.status == "ok" and fact.duration > self.seconds:
                return passed(
                    f"Answered after {fact.duration:.2f} s.", call.accepted, call.finished
                )
            if fact.status != "ok":
                newest = failed(_story(call), call.finished)
        return newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A call printed a line that holds what its event has under ``key``."""

    key: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "Logged":
        """Read ``key``, a key of the event."""
        del events
        return cls(key=fields.text("key"))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the line; open otherwise."""
        given = {call.outcome.request_id: self._value(call) for call in calls(entries)}
        for entry in entries:
            fact = entry.fact
            if isinstance(fact, LogWritten) and fact.kind == "output":
                value = given.get(fact.request_id or "")
                if value and value in fact.text:
                    return passed(f"A line of the log says {shown(value)}.", entry)
        return OPEN

    def _value(self, call: Call) -> str:
        event = call.event
        value = event.get(self.key) if isinstance(event, dict) else None
        return value if isinstance(value, str) else ""


def read_event(fields: Fields, events: Events) -> Any:
    """Return the value of the event that ``event`` names; ``MISSING`` if it is not given."""
    if "event" not in fields.names:
        return MISSING
    return parsed(events.get(fields.choice("event", among=events), ""))


def _of(found: Sequence[Call], *, event: Any) -> list[Call]:
    return [call for call in found if event is MISSING or same(call.event, event)]


def _story(call: Call) -> str:
    fact = call.outcome
    if fact.status == "error":
        message = plain(fact.error_message or "")
        told = f"The call raised {plain(fact.error_type or '')}: {message}"
        return f"{told.rstrip(': .')}."
    return f"The call {WORDS[fact.status]} after {fact.duration:.2f} s."
