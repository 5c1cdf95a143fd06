"""Lanes: the caller's, and one for each execution environment."""

from dataclasses import dataclass, field
from typing import Literal

from webapp.trace.projections import version_phrases
from webapp.trace.projections.logs import Log
from webapp.trace.projections.marks import Sentence
from webapp.trace.projections.rows import JsonObject, Row
from webapp.trace.projections.segments import Segment

CALLER = "caller"
SHORT_NAME = 4

State = Literal["starting", "init", "running", "frozen", "reset", "ended"]


@dataclass(slots=True, kw_only=True, eq=False)
class Lane(Row):
    """One lane of the timeline, and its newest segment."""

    kind: str
    title: str
    order: int
    newest: Segment | None = None

    def follow(self, segment: Segment, *, sequence: int) -> None:
        """Take a new segment, made by the fact ``sequence``."""
        self.newest = segment

    def render(self) -> JsonObject:
        return {
            "id": self.key,
            "kind": self.kind,
            "title": self.label,
            "detail": self.detail,
            "order": self.order,
            "ended": self.ended,
        }

    @property
    def label(self) -> str:
        """The first line of the lane's label."""
        return self.title

    @property
    def detail(self) -> str:
        """The second line of the lane's label."""
        return ""

    @property
    def ended(self) -> bool:
        """Whether nothing more can come on it."""
        return False


@dataclass(slots=True, kw_only=True, eq=False)
class Target(Lane):
    """What records are delivered to; ``says`` tells for what it is there."""

    says: list[str] = field(default_factory=list)

    @property
    def detail(self) -> str:
        return ", ".join(self.says)


@dataclass(slots=True, kw_only=True, eq=False)
class Queue(Lane):
    """The event queue of a function, with how its events are: by number, those still open.

    ``prefix`` names the function where a lab has several; the lane then bears its name.
    """

    prefix: str = ""
    last: tuple[int, str] | None = None
    open: dict[int, str] = field(default_factory=dict)

    def note(self, event: int, *, said: str, is_open: bool) -> None:
        """Take what is said of an event now."""
        self.last = (event, said)
        self.open[event] = said
        if not is_open:
            self.forget(event)

    def forget(self, event: int) -> None:
        """Count an event no more."""
        self.open.pop(event, None)

    @property
    def label(self) -> str:
        return self.prefix or self.title

    @property
    def detail(self) -> str:
        if not self.prefix:
            return self._said()
        said = self._said()
        return f"queue · {said if said.endswith('waits') else said.partition(',')[0]}"

    def _said(self) -> str:
        if len(self.open) > 1:
            waiting = sum(said == "waits" for said in self.open.values())
            return f"{len(self.open)} events" + (f", {waiting} wait" if waiting else "")
        one = next(iter(self.open.items()), self.last)
        return f"event {one[0]}, {one[1]}" if one else ""


@dataclass(slots=True, kw_only=True, eq=False)
class Environment(Lane):
    """An execution environment as its facts tell it.

    ``busy`` is the init or invocation that runs in it, ``resting`` the frozen or reset line.
    ``unclaimed`` were made before it was known for which request. ``lines`` and ``birth`` (the
    sentence that told of the request) wait for a segment. ``resets`` says why it was reset.
    ``interpreter`` is named where it is another than the function asks for (rule 25). ``prefix``
    names the function where a lab has several; the lane then bears its name.
    """

    identifier: str
    function: str
    version: str = "$LATEST"
    memory_mb: int = 0
    state: State = "starting"
    why: str = ""
    request_id: str | None = None
    prefix: str = ""
    segments: int = 0
    idle_since: float | None = None
    resets: str = ""
    interpreter: str = ""
    busy: Segment | None = None
    resting: Segment | None = None
    init: Segment | None = None
    unclaimed: list[Segment] = field(default_factory=list)
    lines: list[Log] = field(default_factory=list)
    birth: Sentence | None = None

    def follow(self, segment: Segment, *, sequence: int) -> None:
        self.segments += 1
        if self.newest is not None and not self.newest.leads_elsewhere:
            self.newest.lead_to(segment)
            self.newest.touch(sequence)
        self.newest = segment

    def stop_resting(self, time: float, *, sequence: int) -> None:
        """End the frozen or reset line, if there is one."""
        resting, self.resting = self.resting, None
        if resting is not None:
            resting.close(time)
            resting.touch(sequence)

    def stop_working(self, time: float, *, sequence: int) -> None:
        """End what runs without a fact that says so. Its own may still come and say more."""
        busy, self.busy = self.busy, None
        if busy is not None and busy.end is None:
            busy.kind = "init-failed" if busy.kind == "init" else "stopped"
            busy.close(time)
            busy.touch(sequence)

    @property
    def label(self) -> str:
        return f"{self.prefix or self.title} {version_phrases.short(self.version)}".strip()

    @property
    def detail(self) -> str:
        memory = f"{self.memory_mb:,} MB" if self.memory_mb else ""
        about = self.title if self.prefix else memory
        return " · ".join(part for part in (about, self.interpreter, self.state) if part)

    @property
    def ended(self) -> bool:
        return self.state == "ended"

    @property
    def occupied(self) -> bool:
        """Whether a call that comes now cannot have it."""
        return self.state in ("starting", "init", "running")


def lane_key(identifier: str) -> str:
    """Return the lane's id of an environment."""
    return f"env:{identifier}"


def short_name(identifier: str, *, taken: set[str]) -> str:
    """Return the first four hex digits of an environment's id, more where two would be alike."""
    for length in range(SHORT_NAME, len(identifier)):
        if identifier[:length] not in taken:
            return identifier[:length]
    return identifier
