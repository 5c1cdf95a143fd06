"""A check on what a handler does to the world: how often, however often it runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from webapp.curriculum.calls import parsed, plain
from webapp.curriculum.checks.verdict import OPEN, Check, Events, Newest, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.curriculum.queued_events import clock_time, listed
from webapp.trace.events import Entry, InvocationAccepted, InvocationFinished, MessageSent

MANY = 100
A_SECOND = 1.0
A_MINUTE = 60.0


@dataclass(slots=True)
class _Work:
    """What one run did for one order: ``ran`` are ended runs of the handler."""

    began: Entry
    name: str
    ran: list[Entry] = field(default_factory=list)
    done: list[Entry] = field(default_factory=list)
    running: int = 0


@dataclass(slots=True)
class _Works:
    """The work of each run for each order, whose request it is, and what is said of each."""

    works: Newest[str, _Work] = field(default_factory=Newest)
    of_request: Newest[str, str] = field(default_factory=Newest)
    passed: Newest[str, Verdict] = field(default_factory=Newest)
    failed: Newest[str, Verdict] = field(default_factory=Newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneOnce(Check[_Works]):
    """The handler ran several times for the same thing, and had its effect exactly once.

    The effect is a message in ``queue``; events and messages that have the same value under
    ``key``, in the same run, belong together. ``verb`` says in the past what the effect is.
    """

    lasting: ClassVar[bool] = False
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

    def begin(self) -> _Works:
        return _Works()

    def take(self, memory: _Works, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the runs and the one effect; fail on the newest that had several."""
        key = self._touched(memory, entry)
        if key not in memory.works:
            return so_far
        said = self._said(memory.works[key])
        memory.passed.pop(key, None)
        memory.failed.pop(key, None)
        if said.state != "open":
            (memory.passed if said.state == "passed" else memory.failed)[key] = said
        return next(iter(memory.passed.values()), next(reversed(memory.failed.values()), OPEN))

    def _touched(self, memory: _Works, entry: Entry) -> str:
        """Let a fact say what was done; return the key of the work that it is about."""
        match entry.fact:
            case InvocationAccepted(function=self.function, request_id=request, payload=text):
                name = self._value(text)
                key = memory.of_request[request] = f"{entry.run} {name}"
                memory.works.setdefault(key, _Work(entry, name)).running += 1
                return key
            case InvocationFinished(request_id=request):
                key = memory.of_request.get(request, "")
                if key in memory.works:
                    memory.works[key].running -= 1
                    memory.works[key].ran.append(entry)
                return key
            case MessageSent(queue=self.queue, body=text):
                key = f"{entry.run} {self._value(text)}"
                if key in memory.works:
                    memory.works[key].done.append(entry)
                return key
        return ""

    def _said(self, work: _Work) -> Verdict:
        name = plain(work.name)
        if len(work.done) > 1:
            return failed(self._too_often(name, work), *work.done, *work.ran)
        if not work.done or len(work.ran) < self.at_least or work.running:
            return OPEN
        told = f"{name}: the handler ran {len(work.ran)} times and {self.verb} once."
        return passed(told, *work.ran, *work.done)

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
    """Return moments since the call: in minutes, within a minute in seconds, within one in ms."""
    if offsets[-1] < A_SECOND:
        return [f"{max(0.0, offset) * 1000:.0f} ms" for offset in offsets]
    if offsets[-1] < A_MINUTE:
        return [f"{max(0.0, offset):.1f} s" for offset in offsets]
    return [clock_time(max(0.0, offset)) for offset in offsets]
