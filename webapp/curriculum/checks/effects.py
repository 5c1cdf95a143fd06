"""A check on what a handler does to the world: how often, however often it runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.curriculum.calls import parsed, plain
from webapp.curriculum.checks.verdict import OPEN, Events, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.curriculum.queued_events import clock_time, listed
from webapp.trace.events import Entry, InvocationAccepted, InvocationFinished, MessageSent

MANY = 100
A_MINUTE = 60.0


@dataclass(slots=True)
class _Work:
    """What one run did for one order: ``ran`` are ended runs of the handler."""

    began: Entry
    ran: list[Entry] = field(default_factory=list)
    done: list[Entry] = field(default_factory=list)
    running: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneOnce:
    """The handler ran several times for the same thing, and had its effect exactly once.

    The effect is a message in ``queue``; events and messages that have the same value under
    ``key``, in the same run, belong together. ``verb`` says in the past what the effect is.
    """

    function: str
    queue: str
    key: str
    verb: str
    at_least: int = 2

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "DoneOnce":
        """Read ``function``, ``queue``, ``key``, ``verb``, and ``at_least``, how many runs."""
        del events
        return cls(
            function=fields.text("function"),
            queue=fields.text("queue"),
            key=fields.text("key"),
            verb=fields.text("verb"),
            at_least=fields.integer("at_least", within=(2, MANY), default=2),
        )

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the runs and the one effect; fail on the newest that had several."""
        newest: Verdict = OPEN
        for (_, value), work in self._works(entries).items():
            name = plain(value)
            if len(work.done) > 1:
                newest = failed(self._too_often(name, work), *work.done, *work.ran)
            elif len(work.done) == 1 and len(work.ran) >= self.at_least and not work.running:
                told = f"{name}: the handler ran {len(work.ran)} times and {self.verb} once."
                return passed(told, *work.ran, *work.done)
        return newest

    def _works(self, entries: Sequence[Entry]) -> dict[tuple[str, str], _Work]:
        found: dict[tuple[str, str], _Work] = {}
        values: dict[str, str] = {}
        for entry in entries:
            fact = entry.fact
            if isinstance(fact, InvocationAccepted) and fact.function == self.function:
                value = values[fact.request_id] = self._value(fact.payload)
                found.setdefault((entry.run, value), _Work(entry)).running += 1
            elif isinstance(fact, InvocationFinished) and fact.request_id in values:
                work = found[entry.run, values[fact.request_id]]
                work.running -= 1
                work.ran.append(entry)
            elif isinstance(fact, MessageSent) and fact.queue == self.queue:
                known = found.get((entry.run, self._value(fact.body)))
                if known is not None:
                    known.done.append(entry)
        return found

    def _value(self, text: str) -> str:
        value: Any = parsed(text)
        return str(value.get(self.key, "")) if isinstance(value, dict) else ""

    def _too_often(self, name: str, work: _Work) -> str:
        times = listed(_moments([one.time - work.began.time for one in work.done]))
        return (
            f"{name}: {self.verb} {len(work.done)} times, at {times}: "
            "each attempt ran the whole handler."
        )


def _moments(offsets: Sequence[float]) -> list[str]:
    """Return moments since the call: in minutes, or within a minute in seconds."""
    if offsets[-1] < A_MINUTE:
        return [f"{max(0.0, offset):.1f} s" for offset in offsets]
    return [clock_time(max(0.0, offset)) for offset in offsets]
