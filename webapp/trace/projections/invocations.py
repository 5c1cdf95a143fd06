"""Invocations: one row for each call, from its acceptance to its answer."""

from dataclasses import dataclass

from webapp.trace.events import InvocationAbandoned, InvocationFinished, InvocationModel, Start
from webapp.trace.projections.rows import JsonObject, Row
from webapp.trace.projections.segments import Segment

ABANDONED = "abandoned"
LOST = "lost"
RUNNING = "running"
SHOWN = 2_000
"""Characters of an answer that its row holds; the whole of it is told on request."""
THROTTLED = "throttled"


@dataclass(slots=True, kw_only=True, eq=False)
class Call(Row):
    """A call. ``status`` is running, throttled, abandoned, lost, or its ``InvocationFinished``'s.

    ``waits`` is the caller's segment, ``handler`` the environment's.
    """

    number: int
    time: float
    status: str = RUNNING
    start: Start | None = None
    environment: str | None = None
    function: str = ""
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

    def render(self) -> JsonObject:
        segment = self.handler or self.waits
        return {
            "id": self.key,
            "run": self.run,
            "number": self.number,
            "status": self.status,
            "start": self.start,
            "time": self.time,
            "environment": self.environment,
            "segment": segment.key if segment else None,
            "http_status": self.http_status,
        } | _answer(self.finish, self.abandoned)


@dataclass(slots=True)
class Event:
    """An event as its facts tell it. ``newest`` is its last attempt or wait.

    ``repeats``: the next attempt delivers what succeeded already.
    """

    number: int
    tries: int = 0
    repeats: bool = False
    newest: Segment | None = None
    condition: str = ""


def _answer(finish: InvocationFinished | None, abandoned: InvocationAbandoned | None) -> JsonObject:
    answer: JsonObject = {name: getattr(finish, name, None) for name in _ANSWER}
    answer["response"] = finish.response[:SHOWN] if finish else None
    answer["whole"] = finish is not None and _is_whole(finish.response, finish.response_size_bytes)
    if abandoned is not None:
        answer |= {"error_type": abandoned.code, "error_message": abandoned.reason}
    return answer


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
