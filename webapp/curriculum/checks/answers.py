"""Checks on what functions answered."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.curriculum.calls import (
    LARGEST_READ,
    MISSING,
    Call,
    Calls,
    Changes,
    is_change,
    parsed,
    plain,
    same,
    shown,
)
from webapp.curriculum.checks.starts import short
from webapp.curriculum.checks.verdict import OPEN, Check, Events, Newest, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.trace.events import Change, Entry


@dataclass(slots=True)
class _Told:
    """The newest right answers by how their calls started."""

    calls: Calls = field(default_factory=Calls)
    right: dict[str, Entry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersTellStart(Check[_Told]):
    """The answer's ``key`` is true on a cold start and false on a warm one, each seen once."""

    key: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "AnswersTellStart":
        """Read ``key``, a name in the JSON object that the function returns."""
        del events
        return cls(key=fields.text("key"))

    def begin(self) -> _Told:
        return _Told()

    def take(self, memory: _Told, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the two answers; fail on the newest answer that says the opposite."""
        call = memory.calls.take(entry)
        value = call.value(self.key) if call else MISSING
        if call is None or value is MISSING:
            return so_far
        if value is not (call.start == "cold"):
            return self._wrong(call, value=value)
        memory.right[call.start] = entry
        if not memory.right.keys() >= {"cold", "warm"}:
            return so_far
        answers = memory.right.values()
        return passed(f"{self.key} was true when cold, false when warm.", *answers)

    def _wrong(self, call: Call, *, value: Any) -> Verdict:
        said = f"{json.dumps(self.key)}: {shown(value)}"
        name = short(call.outcome.environment)
        return failed(f"{name} answered {said} on a {call.start or 'reset'} start.", call.finished)


@dataclass(slots=True)
class _Right:
    """The newest right answer to each event by the code as it is now; whether it was edited."""

    calls: Calls = field(default_factory=Calls)
    answers: dict[str, Entry] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers(Check[_Right]):
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

    def begin(self) -> _Right:
        return _Right()

    def take(self, memory: _Right, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with one right answer to each event; fail on the newest wrong one."""
        memory.changes.take(entry)
        memory.edited = memory.edited or is_change(entry, "code")
        call = memory.calls.take(entry)
        if call is None:
            return so_far
        if memory.changes.came_before(call):
            memory.answers, so_far = {}, OPEN
        name = self._name(call)
        if name is None or (self._lacks_key(call) and not memory.edited):
            return so_far
        if not same(call.value(self.key), self.to[name]):
            return self._wrong(call, name=name)
        memory.answers[name] = entry
        if not memory.answers.keys() >= self.to.keys():
            return so_far
        return passed(self._story(), *memory.answers.values())

    def _lacks_key(self, call: Call) -> bool:
        answer = parsed(call.outcome.response) if call.outcome.status == "ok" else MISSING
        return isinstance(answer, dict) and self.key not in answer

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
class AnswerKnows(Check[Calls]):
    """An answer holds under ``key`` what only its own call could tell it."""

    key: str
    its: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "AnswerKnows":
        """Read ``key`` and ``its``: one of ``KNOWN``."""
        del events
        return cls(key=fields.text("key"), its=fields.choice("its", among=KNOWN))

    def begin(self) -> Calls:
        return Calls()

    def take(self, memory: Calls, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the first answer that has it; fail on the newest with something else."""
        call = memory.take(entry)
        value = call.value(self.key) if call else MISSING
        if call is None or value is MISSING:
            return so_far
        true = self._true(call)
        if str(value) == true:
            story = f"{self.key} is the {self.its} of that call, {true}."
            return passed(story, call.accepted, call.finished)
        story = f"{self.key} was {shown(value)}; the call's {self.its} is {true}."
        return failed(story, call.accepted, call.finished)

    def _true(self, call: Call) -> str:
        fact = call.outcome
        return {
            "request id": fact.request_id,
            "function name": fact.function,
            "memory": str(fact.memory_mb),
        }[self.its]


KNOWN = ("request id", "function name", "memory")
WHAT_CHANGES: tuple[Change, ...] = ("code", "created", "configuration")


@dataclass(slots=True)
class _Earlier:
    """The newest answered call of each event, and the changes of the function."""

    calls: Calls = field(default_factory=Calls)
    answers: Newest[str, Call] = field(default_factory=Newest)
    changes: Newest[int, Entry] = field(default_factory=Newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChanges(Check[_Earlier]):
    """The same event was answered differently, and only the configuration changed in between."""

    key: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "AnswerChanges":
        """Read ``key``."""
        del events
        return cls(key=fields.text("key"))

    def begin(self) -> _Earlier:
        return _Earlier()

    def take(self, memory: _Earlier, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with both answers and the change; fail where the code changed as well."""
        if is_change(entry, *WHAT_CHANGES):
            memory.changes[entry.sequence] = entry
        call = memory.calls.take(entry)
        value = call.value(self.key) if call else MISSING
        if call is None or value is MISSING:
            return so_far
        earlier = memory.answers.get(call.payload, call)
        memory.answers[call.payload] = call
        if same(earlier.value(self.key), value):
            return so_far
        return self._judge(earlier, call, tuple(memory.changes.values()))

    def _judge(self, first: Call, second: Call, changes: Sequence[Entry]) -> Verdict:
        old, new = first.value(self.key), second.value(self.key)
        between = [entry for entry in changes if entry.sequence > first.finished.sequence]
        told = f"{self.key} was {shown(old)}, then {shown(new)}"
        if any(is_change(entry, "code", "created") for entry in between):
            return failed(f"{told}, and the code had changed.", first.finished, second.finished)
        if not between:
            return failed(f"{told}, and nothing had changed.", first.finished, second.finished)
        story = f"{told}. Only the configuration had changed."
        return passed(story, first.finished, between[0], second.finished)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHolds(Check[Calls]):
    """The answer repeats, under ``key``, what the event has under the same or another key."""

    key: str
    of: str

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "AnswerHolds":
        """Read ``key``, and ``of``, the event's key (default the same)."""
        del events
        key = fields.text("key")
        return cls(key=key, of=fields.text("of", default=key))

    def begin(self) -> Calls:
        return Calls()

    def take(self, memory: Calls, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the answer; open otherwise."""
        call = memory.take(entry)
        event = call.event if call else MISSING
        given = event.get(self.of, MISSING) if isinstance(event, dict) else MISSING
        if call is None or given is MISSING or not same(call.value(self.key), given):
            return so_far
        story = f"{self.key} came from the event: {shown(given)}."
        return passed(story, call.accepted, call.finished)
