"""Segments: one stretch of a lane, with its label, its tip and its story."""

from dataclasses import dataclass, field
from typing import Literal

from webapp.trace.events import Fact, InvocationFinished
from webapp.trace.projections import formats
from webapp.trace.projections.rows import JsonObject, Row
from webapp.trace.projections.stories import stories, titles, waits
from webapp.trace.projections.stories.scene import Scene

Kind = Literal[
    "waits",
    "throttled",
    "download",
    "start",
    "init",
    "init-failed",
    "running",
    "handler",
    "error",
    "timeout",
    "memory",
    "stopped",
    "frozen",
    "reset",
    "ended",
    "sends",
    "line",
    "attempt",
    "wait",
    "record",
    "publication",
    "message",
    "visibility",
    "bus-event",
    "object",
    "firing",
]

CALLING = frozenset({"waits", "sends", "attempt"})
"""Kinds in which somebody, or the event queue, waits for an answer."""
SPREADING = frozenset({"bus-event", "publication", "object", "firing"})
"""Kinds from which several others come, each on its own lane."""
UNMEASURED = frozenset({"download", "start", "ended", "line", "record", *SPREADING})
"""Kinds without a label (look 4)."""
RESTING = frozenset({"frozen", "reset", "waits", "sends", "wait", "message", "visibility"})
"""Kinds in which nothing runs while they last."""


@dataclass(slots=True, kw_only=True, eq=False)
class Segment(Row):
    """A stretch of a lane, in lab time. ``end`` is none while it lasts.

    ``scene`` holds what its story is told from; ``origin`` is the lab time printed as 0:00.
    ``facts`` are the sequences of the facts that point to it, ``leaders`` what it came after.
    ``cause`` is what it comes of on another lane: a record's attempt, a topic's message.
    ``arrives``: its event came with it. ``spread`` are what came of it, each with where.
    ``leads_elsewhere``: what follows it is on another lane.
    """

    lane: str
    kind: Kind
    start: float
    end: float | None
    origin: float
    scene: Scene
    request_id: str | None = None
    cause: "Segment | None" = None
    arrives: bool = False
    leads_elsewhere: bool = False
    following: "Segment | None" = None
    following_text: str = ""
    facts: list[int] = field(default_factory=list)
    leaders: "list[Segment]" = field(default_factory=list)
    spread: "list[tuple[str, Segment]]" = field(default_factory=list)

    @property
    def spreads(self) -> bool:
        """Whether several others may come from it, each on its own lane."""
        return self.kind in SPREADING

    @property
    def length(self) -> float | None:
        """Seconds it lasted: as measured, else from its two ends; none while it lasts."""
        if self.end is None:
            return None
        drawn = self.end - self.start
        if self.scene.init_inside or self.kind in CALLING:
            return drawn
        return titles.measured(self.scene.finish or self.scene.begin, default=drawn)

    def close(self, end: float, *, finish: Fact | None = None) -> None:
        """End it; ``finish`` is the fact that says how."""
        self.end = max(self.start, end)
        self.scene.finish = finish

    def lead_to(self, following: "Segment") -> None:
        """Say what came next."""
        self.following = following
        following.leaders.append(self)
        self.following_text = f"{following.title} at {following.at}"

    def foresee(self, text: str) -> None:
        """Say what comes next before there is a place to go to."""
        self.following, self.following_text = None, text

    def leave(self, *, sequence: int) -> None:
        """Let nothing lead to it any more: it was dropped by the fact ``sequence``."""
        for leader in self.leaders:
            if leader.following is self:
                leader.following, leader.following_text = None, ""
                leader.touch(sequence)
        self.leaders.clear()
        self.following = None

    @property
    def title(self) -> str:
        """Its name in the story and in the tip."""
        return titles.title(self.kind, self.scene)

    @property
    def at(self) -> str:
        """Its start on the lab's clock."""
        return formats.lab_time(self.start - self.origin)

    def render(self) -> JsonObject:
        row: JsonObject = {
            "id": self.key,
            "lane": self.lane,
            "kind": self.kind,
            "start": self.start,
            "end": self.end,
            "text": self._text(),
            "run": self.run,
            "request": self.request_id,
            "name": self._name(),
            "tip": " · ".join(part for part in (self.title, self.at, self._length_text()) if part),
            "story": self._story(),
        }
        if self.kind in CALLING | SPREADING or self.kind == "record":
            row["failed"] = self.scene.failed
        if self.scene.unheard:
            row["unheard"] = True
        if self.cause is not None:
            row["cause"] = self.cause.key
        if self.arrives:
            row["arrives"] = True
        return row

    def _length_text(self) -> str:
        if self.kind in SPREADING or self.kind in ("throttled", "ended", "record"):
            return ""
        if self.length is None:
            return "" if self.kind in RESTING else "running"
        return formats.duration(self.length)

    def _text(self) -> str:
        if self.kind == "bus-event":
            return self.scene.says
        if self.kind in UNMEASURED:
            return ""
        if self.kind == "sends":
            return titles.sent_label(self.scene)
        if self.kind == "waits":
            return "waits" if self.length is None else f"waits {formats.duration(self.length)}"
        if self.kind in ("message", "visibility"):
            return titles.message_label(self.kind, self.scene, start=self.start)
        return self._special_text() or self._length_text()

    def _special_text(self) -> str:
        if self.kind == "throttled":
            return "429"
        if self.kind == "reset":
            return "reset"
        if self.kind == "attempt":
            return titles.attempt_name(self.scene)
        if self.kind == "wait":
            return waits.wait_length(self.scene, start=self.start)
        if self.kind == "init-failed":
            return titles.short_error(self.scene.finish)
        finish = self.scene.finish
        if self.kind == "memory" and isinstance(finish, InvocationFinished):
            return f"{finish.memory_mb:,} MB"
        return ""

    def _name(self) -> str:
        length = self._text() if self.kind == "waits" else self._length_text()
        place = "" if self.lane == "caller" else f" on {self.scene.place}"
        said = stories.tell(self.kind, self.scene, length=self.length)
        lasting = f", {length}" if length else ""
        return f"{self.title}{place} at {self.at}{lasting}. {said.what}"

    def _story(self) -> JsonObject:
        said = stories.tell(self.kind, self.scene, length=self.length)
        leads = [{"text": f"{place} at {one.at}", "segment": one.key} for place, one in self.spread]
        return (
            ({"leads": leads} if leads else {})
            | {
                "title": self.title,
                "badge": said.badge,
                "what": said.what,
                "why": said.why,
                "rule": said.rule.text,
                "section": said.rule.section,
                "next": self.following_text or stories.WITHOUT_FOLLOWER.get(self.kind, ""),
                "next_segment": self.following.key if self.following else None,
            }
            | self._because()
        )

    def _because(self) -> JsonObject:
        if self.cause is None:
            return {}
        return {"cause": f"{self.cause.title} at {self.cause.at}", "cause_segment": self.cause.key}


@dataclass(slots=True, kw_only=True, eq=False)
class Note(Row):
    """A row that belongs to a segment of the same run, so that they go together."""

    segment: str | None = None

    def point_to(self, segment: Segment | None) -> bool:
        """Belong to a segment, if it is of the same run; return whether it is."""
        belongs = segment is not None and segment.run == self.run
        self.segment = str(segment.key) if segment is not None and belongs else None
        return belongs
