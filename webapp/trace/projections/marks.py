"""Marks: dotted vertical lines through all lanes, and the numbered sentences of the story."""

from dataclasses import dataclass

from webapp.trace.projections.rows import JsonObject, Row
from webapp.trace.projections.segments import Note


@dataclass(slots=True, kw_only=True, eq=False)
class Mark(Row):
    """A moment that concerns every lane. ``kind`` is update, deleted or restart."""

    kind: str
    time: float
    text: str

    def render(self) -> JsonObject:
        return {"id": self.key, "kind": self.kind, "time": self.time, "text": self.text}


@dataclass(slots=True, kw_only=True, eq=False)
class Sentence(Note):
    """One entry of the story. ``segment`` may become known only after it was told."""

    time: float
    text: str

    def render(self) -> JsonObject:
        return {
            "id": self.key,
            "time": self.time,
            "text": self.text,
            "segment": self.segment,
            "run": self.run,
        }
