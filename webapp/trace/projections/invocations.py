"""Invocations: one row for each call, from its acceptance to its answer."""

from dataclasses import dataclass

from webapp.trace.events import (
    InvocationAbandoned,
    InvocationFinished,
    InvocationModel,
    InvocationStarted,
    InvocationThrottled,
    Start,
)
from webapp.trace.projections.rows import JsonObject, Row
from webapp.trace.projections.segments import Segment
from webapp.trace.projections.stories import titles

ABANDONED = "abandoned"
LOST = "lost"
RUNNING = "running"
SHOWN = 2_000
"""Characters of an answer that its row holds; the whole of it is told on request."""
THROTTLED = "throttled"


@dataclass(slots=True, kw_only=True, eq=False)
class Call(Row):
    """A call. ``status`` is running, throttled, abandoned, lost, or its ``InvocationFinished``'s.

    One that is an attempt has the number of that, and the number of its ``event``. ``waits`` is the
    caller's segment, ``handler`` the environment's. ``prefix`` names the function where a lab has
    several. ``caused``: a handler made it, and no person waits for its answer. ``begun`` says
    which version ran.
    """

    number: int
    time: float
    event: int | None = None
    status: str = RUNNING
    begun: InvocationStarted | None = None
    refused: InvocationThrottled | None = None
    environment: str | None = None
    function: str = ""
    prefix: str = ""
    caused: bool = False
    model: InvocationModel = "synchronous"
    payload: str = ""
    payload_size_bytes: int = 0
    waits: Segment | None = None
    handler: Segment | None = None
    finish: InvocationFinished | None = None
    abandoned: InvocationAbandoned | None = None
    http_status: int | None = None

    @property
    def open(self) -> bool:
        """Whether its caller still waits."""
        return self.status == RUNNING

    @property
    def start(self) -> Start | None:
        """What it found; ``None`` while it has not begun."""
        return self.begun.start if self.begun else None

    @property
    def name(self) -> str:
        """What sentences call it: ``Call 3``, ``Attempt 2 of event 1``."""
        return titles.call_name(self.number, event=self.event)

    def render(self) -> JsonObject:
        segment = self.handler or self.waits
        of_event = {}
        if self.event is not None:
            of_event = {"event": self.event, "queued": self.waits.key if self.waits else None}
        return {
            "id": self.key,
            "run": self.run,
            "number": self.number,
            "status": self.status,
            "start": self.start,
            "version": self.begun.version if self.begun else None,
            "alias": self.begun.alias if self.begun else None,
            "time": self.time,
            "environment": self.environment,
            "segment": segment.key if segment else None,
            "http_status": self.http_status,
            **of_event,
            **({"prefix": self.prefix} if self.prefix else {}),
            **({"caused": True} if self.caused else {}),
        } | _answer(self.finish, _error(self.refused or self.abandoned))


def _error(fact: InvocationThrottled | InvocationAbandoned | None) -> JsonObject:
    """Return what the caller of a call that nothing ran for was told (lambda-behaviour 4.3)."""
    match fact:
        case InvocationThrottled(reason=reason):
            return {
                "error_type": "TooManyRequestsException",
                "error_message": f"Rate Exceeded. Reason: {reason}",
            }
        case InvocationAbandoned(code=code, reason=reason):
            return {"error_type": code, "error_message": reason}
        case None:
            return {}


def _answer(finish: InvocationFinished | None, error: JsonObject) -> JsonObject:
    answer: JsonObject = {name: getattr(finish, name, None) for name in _ANSWER}
    answer["response"] = finish.response[:SHOWN] if finish else None
    answer["whole"] = finish is not None and _is_whole(finish.response, finish.response_size_bytes)
    return answer | error


_ANSWER = (
    "duration",
    "billed_ms",
    "init_duration",
    "memory_mb",
    "max_memory_mb",
    "error_type",
    "error_message",
)


def _is_whole(text: str, size_bytes: int) -> bool:
    """Whether a row shows all of what was answered."""
    return len(text) <= SHOWN and len(text.encode()) >= size_bytes
