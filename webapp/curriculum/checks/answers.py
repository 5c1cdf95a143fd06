"""Checks on what functions answered."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.curriculum.calls import (
    LARGEST_READ,
    MISSING,
    Call,
    calls,
    is_change,
    parsed,
    plain,
    same,
    shown,
)
from webapp.curriculum.checks.starts import short
from webapp.curriculum.checks.verdict import OPEN, Events, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.trace.events import Change, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersTellStart:
    """The answer's ``key`` is true on a cold start and false on a warm one, each seen once."""

    key: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "AnswersTellStart":
        """Read ``key``, a name in the JSON object that the function returns."""
        del events
        return cls(key=fields.text("key"))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the two answers; fail on the newest answer that says the opposite."""
        told: dict[str, Entry] = {}
        wrong: Verdict | None = None
        for call in reversed(calls(entries)):
            value = call.value(self.key)
            if value is MISSING:
                continue
            if value is (call.start == "cold"):
                told.setdefault(call.start, call.finished)
            elif wrong is None:
                wrong = self._wrong(call, value=value)
            if told.keys() >= {"cold", "warm"}:
                return passed(f"{self.key} was true when cold, false when warm.", *told.values())
        return wrong or OPEN

    def _wrong(self, call: Call, *, value: Any) -> Verdict:
        said = f"{json.dumps(self.key)}: {shown(value)}"
        name = short(call.outcome.environment)
        return failed(f"{name} answered {said} on a {call.start or 'reset'} start.", call.finished)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Each event of ``to`` is answered with its value under ``key``, all by the same code.

    ``events`` are the events' values by name.
    """

    key: str
    to: Mapping[str, Any]
    events: Mapping[str, Any]

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "Answers":
        """Read ``key``, and ``to``: the lab's events by name, each with the value expected."""
        key, to = fields.text("key"), fields.values("to")
        for name in to:
            if name not in events:
                fields.problem("to", f"There is no event '{name}' in this lab.")
        known = {name: parsed(events[name]) for name in to if name in events}
        return cls(key=key, to=to, events=known)

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with one right answer to each event; fail on the newest wrong one."""
        newest: Verdict = OPEN
        right: dict[str, Entry] = {}
        changes = [entry.sequence for entry in entries if is_change(entry, "code", "created")]
        for call in calls(entries):
            if changes and call.accepted.sequence > changes[0]:
                right, newest = {}, OPEN
                changes = [one for one in changes if one > call.accepted.sequence]
            name = self._name(call)
            if name is None:
                continue
            if same(call.value(self.key), self.to[name]):
                right[name] = call.finished
            else:
                newest = self._wrong(call, name=name)
            if right.keys() >= self.to.keys():
                return passed(self._story(), *right.values())
        return newest

    def _name(self, call: Call) -> str | None:
        event = call.event
        return next((name for name, known in self.events.items() if same(event, known)), None)

    def _wrong(self, call: Call, *, name: str) -> Verdict:
        if call.outcome.status != "ok":
            ended = plain(call.outcome.error_type or call.outcome.status)
            return failed(f"The call with {name} ended with {ended}.", call.finished)
        if len(call.outcome.response) > LARGEST_READ:
            return failed(f"The answer to {name} is too large to be looked into.", call.finished)
        got, wanted = shown(call.value(self.key)), shown(self.to[name])
        return failed(f"{name} was answered {got} as {self.key}, not {wanted}.", call.finished)

    def _story(self) -> str:
        told = [f"{name}: {shown(value)}" for name, value in self.to.items()]
        return f"{self.key} is right for every event ({', '.join(told)})."


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerKnows:
    """An answer holds under ``key`` what only its own call could tell it."""

    key: str
    its: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "AnswerKnows":
        """Read ``key`` and ``its``: one of ``KNOWN``."""
        del events
        return cls(key=fields.text("key"), its=fields.choice("its", among=KNOWN))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the first answer that has it; fail on the newest with something else."""
        newest: Verdict = OPEN
        for call in calls(entries):
            value = call.value(self.key)
            true = self._true(call)
            if value is MISSING:
                continue
            if str(value) == true:
                story = f"{self.key} is the {self.its} of that call, {true}."
                return passed(story, call.accepted, call.finished)
            story = f"{self.key} was {shown(value)}; the call's {self.its} is {true}."
            newest = failed(story, call.accepted, call.finished)
        return newest

    def _true(self, call: Call) -> str:
        fact = call.outcome
        return {
            "request id": fact.request_id,
            "function name": fact.function,
            "memory": str(fact.memory_mb),
        }[self.its]


KNOWN = ("request id", "function name", "memory")
WHAT_CHANGES: tuple[Change, ...] = ("code", "created", "configuration")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChanges:
    """The same event was answered differently, and only the configuration changed in between."""

    key: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "AnswerChanges":
        """Read ``key``."""
        del events
        return cls(key=fields.text("key"))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with both answers and the change; fail where the code changed as well."""
        newest: Verdict = OPEN
        before: dict[str, tuple[Call, Any]] = {}
        changes = [entry for entry in entries if is_change(entry, *WHAT_CHANGES)]
        for call in calls(entries):
            event, value = call.payload, call.value(self.key)
            if value is MISSING:
                continue
            earlier, old = before.get(event, (call, value))
            before[event] = call, value
            if not same(old, value):
                newest = self._judge((earlier, old), (call, value), changes)
            if newest.state == "passed":
                return newest
        return newest

    def _judge(
        self, earlier: tuple[Call, Any], later: tuple[Call, Any], changes: Sequence[Entry]
    ) -> Verdict:
        (first, old), (second, new) = earlier, later
        start, end = first.finished.sequence, second.finished.sequence
        between = [entry for entry in changes if start < entry.sequence < end]
        told = f"{self.key} was {shown(old)}, then {shown(new)}"
        if any(is_change(entry, "code", "created") for entry in between):
            return failed(f"{told}, and the code had changed.", first.finished, second.finished)
        if not between:
            return failed(f"{told}, and nothing had changed.", first.finished, second.finished)
        story = f"{told}. Only the configuration had changed."
        return passed(story, first.finished, between[0], second.finished)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHolds:
    """The answer repeats, under ``key``, what the event has under the same or another key."""

    key: str
    of: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "AnswerHolds":
        """Read ``key``, and ``of``, the event's key (default the same)."""
        del events
        key = fields.text("key")
        return cls(key=key, of=fields.text("of", default=key))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the answer; open otherwise."""
        for call in calls(entries):
            event = call.event
            given = event.get(self.of, MISSING) if isinstance(event, dict) else MISSING
            if given is not MISSING and same(call.value(self.key), given):
                story = f"{self.key} came from the event: {shown(given)}."
                return passed(story, call.accepted, call.finished)
        return OPEN
