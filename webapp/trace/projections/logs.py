"""Log lines as AWS prints them, each with the segment in which it was written."""

from dataclasses import dataclass

from webapp.trace.events import LogKind
from webapp.trace.projections.rows import JsonObject
from webapp.trace.projections.segments import Note


@dataclass(slots=True, kw_only=True, eq=False)
class Log(Note):
    """One log event. ``segment`` may become known only after the line was written."""

    time: float
    lane: str
    request_id: str | None
    text: str
    kind: LogKind

    def render(self) -> JsonObject:
        return {
            "id": self.key,
            "time": self.time,
            "lane": self.lane,
            "request": self.request_id,
            "segment": self.segment,
            "run": self.run,
            "text": self.text,
            "kind": self.kind,
        }
