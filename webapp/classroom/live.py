"""One lab as everybody who looks at it sees it: the fold over its facts, and what was judged."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from webapp.classroom.changed_boards import BOARDS, boards_of
from webapp.classroom.cursor import Cursor
from webapp.classroom.judgement import Judgement
from webapp.classroom.model import ErrorRow, PredictionState, ShownArrival, TaskState
from webapp.classroom.notices import Notices
from webapp.curriculum.checks.verdict import Verdict
from webapp.curriculum.model import Lesson, Task
from webapp.curriculum.scope import concerns, starts_anew
from webapp.trace.events import (
    AliasDeleted,
    AliasMoved,
    Entry,
    Fact,
    FunctionChanged,
    LabReset,
    ResetUndone,
    TaskPassed,
    VersionDeleted,
    VersionPublished,
)
from webapp.trace.log import WorkspaceLog
from webapp.trace.projections import LabView
from webapp.trace.projections.events import Event, Record
from webapp.trace.projections.invocations import Call
from webapp.trace.projections.messages import QueueView
from webapp.trace.projections.rows import JsonObject

_PAGE = 5000
_OF_PUBLISHED = (FunctionChanged, VersionPublished, VersionDeleted, AliasMoved, AliasDeleted)


KEPT_EVERY = 20_000
"""Facts after which a snapshot is made: as many as a page at a later start may have to fold."""


class Snapshots(Protocol):
    """What was kept of this lab's folds; see ``LabSnapshots``."""

    def read(self) -> Any: ...

    def keep(self, kept: Any, *, sequence: int) -> None: ...


class OlderFacts(Protocol):
    """The store, as far as a live lab reads it."""

    def entries(self, workspace: str, *, after: int, limit: int) -> list[Entry]: ...


@dataclass(frozen=True, slots=True)
class ClockView:
    """The lab clock at one moment; ``now`` is lab time, ``running`` what holds it at real rate."""

    now: float
    rate: str
    paused: bool
    running: int


@dataclass(slots=True)
class Seen:
    """How far the log was folded, and what its facts said beside the view and the judgement.

    ``recorded`` are tasks whose passing is a fact. ``resets`` are those of the whole lab, by
    sequence; those of them that ``undone`` names count no more, nor do the facts that undid them.
    Cursors before ``begun_at`` are of a view that was given up. The others are sequences of the
    newest fact that changed a part of the page.
    """

    sequence: int = 0
    recorded: set[str] = field(default_factory=set)
    knobs_at: int = 0
    published_at: int = 0
    sources_at: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BOARDS, 0))
    resets: set[int] = field(default_factory=set)
    undone: set[int] = field(default_factory=set)
    begun_at: int = 0


class LiveLab:
    """Folds the log as far as it goes whenever somebody asks. Any thread may ask."""

    def __init__(
        self,
        *,
        workspace: str,
        epoch: int,
        log: WorkspaceLog,
        older: OlderFacts,
        snapshots: Snapshots,
        lesson: Lesson,
        passed: Mapping[str, tuple[int, ...]],
        on_passed: Callable[[Task, Verdict, bool], None],
    ) -> None:
        self.log = log
        self._workspace = workspace
        self._epoch = epoch
        self._older = older
        self._snapshots = snapshots
        self._lesson = lesson
        self._on_passed = on_passed
        self._lock = threading.Lock()
        self._notices = Notices()
        self._seen = Seen()
        self._judgement = Judgement(lesson, passed=passed, on_passed=self._tell_passed)
        self._begin()
        self._kept_at: int | None = None
        self._encoded: tuple[tuple[Cursor, Cursor], str] | None = None

    def states(self) -> tuple[dict[str, PredictionState], dict[str, TaskState]]:
        """Return how far every prediction and every task is now."""
        with self._lock:
            self._catch_up()
            return dict(self._judgement.predictions), dict(self._judgement.tasks)

    def errors(self) -> tuple[ErrorRow, ...]:
        """Return what was seen of errors, if the lesson has a place for that."""
        with self._lock:
            self._catch_up()
            return self._judgement.errors

    def arrivals(self) -> dict[str, ShownArrival]:
        """Return what came last from each caller of the lesson's galleries, by its id."""
        with self._lock:
            self._catch_up()
            return dict(self._judgement.arrivals)

    def message(self, after: str, *, clock: ClockView) -> tuple[Cursor, str]:
        """Return the newest cursor and the JSON of every row that changed after cursor ``after``.

        A cursor of another epoch, or none, gets everything: ``reset`` is true then.
        """
        with self._lock:
            self._catch_up()
            cursor = Cursor(self._epoch, self._seen.sequence, self._notices.count)
            rows = self._rows(Cursor.parse(after), cursor)
        head = _json({"cursor": str(cursor), "clock": asdict(clock)})
        return cursor, f"{head[:-1]},{rows[1:]}"

    def accept(self, tasks: Iterable[str]) -> None:
        """Count tasks as passed that were passed elsewhere: no fact here decided them."""
        with self._lock:
            self._judgement.accept(tasks)

    def call(self, request_id: str) -> Call | Event | None:
        """Return a call that the timeline shows, or an event that was not tried yet.

        Its owner is the fold: it is not to be kept.
        """
        with self._lock:
            self._catch_up()
            return self._view.call(request_id) or self._view.event(request_id)

    def record(self, key: str) -> Record | None:
        """Return a record that the timeline shows. Its owner is the fold: it is not to be kept."""
        with self._lock:
            self._catch_up()
            return self._view.record(key)

    def bus_events(self, bus: str) -> tuple[JsonObject, ...]:
        """Return the newest events of a bus; see ``LabView.bus_events``."""
        with self._lock:
            self._catch_up()
            return self._view.bus_events(bus)

    def queues(self) -> list[QueueView]:
        """Return how each queue of the lab stands, with its messages; see ``LabView.queues``."""
        with self._lock:
            self._catch_up()
            return self._view.queues()

    def publications(self, topic: str) -> tuple[JsonObject, ...]:
        """Return the newest messages published to a topic; see ``LabView.publications``."""
        with self._lock:
            self._catch_up()
            return self._view.publications(topic)

    def object_events(self, bucket: str) -> tuple[JsonObject, ...]:
        """Return the newest changes in a bucket; see ``LabView.object_events``."""
        with self._lock:
            self._catch_up()
            return self._view.object_events(bucket)

    def firings(self, schedule: str) -> tuple[JsonObject, ...]:
        """Return the newest runs of a schedule; see ``LabView.firings``."""
        with self._lock:
            self._catch_up()
            return self._view.firings(schedule)

    def message_body(self, queue: str, message: str) -> tuple[str, bool] | None:
        """Return a message's body as far as facts keep it, and whether that is all of it."""
        with self._lock:
            self._catch_up()
            return self._view.message_body(queue, message)

    def tell(self, name: str, *, tab: str = "", value: str | None = None) -> None:
        """Let every other page of this lab know that what ``name`` names is another now."""
        self._notices.tell(name, tab=tab, value=value)
        self.log.wake()

    def wait_beyond(
        self, cursor: Cursor, *, timeout: float, unless: Callable[[], bool] = lambda: False
    ) -> bool:
        """Block the calling thread until there may be something after ``cursor``.

        Return whether there is, or ``unless`` says so.
        """

        def told() -> bool:
            return self._notices.count > cursor.notice or unless()

        return self.log.wait_beyond(cursor.sequence, timeout=timeout, unless=told) or told()

    # -- folding

    def _begin(self) -> None:
        lab = self._lesson.lab
        self._view = LabView(
            functions=lab.function_names,
            queues=lab.queue_names,
            buses=lab.bus_names,
            topics=lab.topic_names,
            receivers=lab.receivers,
            buckets=lab.bucket_names,
            schedules=lab.schedule_names,
            lab=lab.slug,
        )
        self._judgement.begin()
        self._to_judge = False
        self._seen.sequence = 0

    def _go_on(self, kept: Any) -> None:
        """Go on from a snapshot, if there is one that the log has come to."""
        if kept is None or kept["seen"].sequence > self.log.last_sequence:
            return
        self._view.restore(kept["view"])
        self._judgement.restore(kept["judgement"])
        self._seen = kept["seen"]
        self._to_judge = True

    def _catch_up(self) -> None:
        if self._kept_at is None:
            self._go_on(self._snapshots.read())
            self._kept_at = self._seen.sequence
        while (undone := self._fold()) is not None:
            self._seen.undone.add(undone[0])
            self._seen.begun_at = undone[1]
            self._begin()
        if self._to_judge:
            self._to_judge = False
            self._judgement.judge(segment_of=self._view.segment_of, sequence=self._seen.sequence)
        if self._seen.sequence >= self._kept_at + KEPT_EVERY:
            self._keep()

    def _keep(self) -> None:
        self._kept_at = self._seen.sequence
        kept = {
            "view": self._view.kept(),
            "judgement": self._judgement.kept(),
            "seen": self._seen,
        }
        self._snapshots.keep(kept, sequence=self._seen.sequence)

    def _fold(self) -> tuple[int, int] | None:
        """Fold what is new. Stop where a reset was undone: return its sequence and the undo's."""
        for entry in self._new_entries():
            if (reset := self._undoes(entry.fact)) is not None:
                return reset, entry.sequence
            if entry.sequence not in self._seen.undone:
                self._view.apply(entry)
                self._judge(entry)
            self._note(entry)
            self._seen.sequence = entry.sequence
        return None

    def _judge(self, entry: Entry) -> None:
        if starts_anew(entry, lab=self._lesson.lab):
            self._judgement.begin()
        elif concerns(entry, lab=self._lesson.lab):
            self._judgement.take(entry)
        else:
            return
        self._to_judge = True

    def _undoes(self, fact: Fact) -> int | None:
        """Return the reset of the whole lab that this fact undoes, if it still counts."""
        if not isinstance(fact, ResetUndone) or fact.lab != self._lesson.slug:
            return None
        return fact.reset if fact.reset in self._seen.resets - self._seen.undone else None

    def _note(self, entry: Entry) -> None:
        fact, slug = entry.fact, self._lesson.slug
        if isinstance(fact, TaskPassed) and fact.lab == slug:
            self._seen.recorded.add(fact.task)
        if isinstance(fact, LabReset) and fact.lab == slug and fact.scope == "lab":
            self._seen.resets.add(entry.sequence)
        if isinstance(fact, FunctionChanged) and fact.function in self._lesson.lab.function_names:
            self._seen.knobs_at = entry.sequence
        if isinstance(fact, _OF_PUBLISHED) and fact.function in self._lesson.lab.function_names:
            self._seen.published_at = entry.sequence
        for board in boards_of(fact, self._lesson.lab):
            self._seen.sources_at[board] = entry.sequence

    def _new_entries(self) -> Iterator[Entry]:
        while self._seen.sequence + 1 < self.log.oldest_in_memory:
            page = self._older.entries(self._workspace, after=self._seen.sequence, limit=_PAGE)
            yield from page
            if len(page) < _PAGE:
                break
        if self._seen.sequence + 1 < self.log.oldest_in_memory:
            return  # what memory has forgotten is still on its way to the store
        yield from self.log.since(self._seen.sequence)

    def _tell_passed(self, task: Task, verdict: Verdict) -> None:
        # A crash can come between the fact and the progress: then only that is missing.
        self._on_passed(task, verdict, task.id in self._seen.recorded)

    # -- rows

    def _rows(self, known: Cursor | None, newest: Cursor) -> str:
        """Return the rows as JSON, encoded once for all who wait at the same place (rule 18)."""
        if known is None or not self._follows(known, newest):
            rows = {"missed": self._missed(known), **self._view.snapshot()}
            return _json({**rows, "ghosts": self._judgement.ghosts, "refresh": [], "told": {}})
        key = (known, newest)
        if self._encoded is None or self._encoded[0] != key:
            self._encoded = (key, _json(self._delta(known)))
        return self._encoded[1]

    def _follows(self, known: Cursor, newest: Cursor) -> bool:
        """Whether what came after ``known`` can be told; not when the fold has begun anew since."""
        if known.epoch != newest.epoch or known.notice > newest.notice:
            return False
        return self._seen.begun_at <= known.sequence <= newest.sequence

    def _delta(self, known: Cursor) -> dict[str, Any]:
        knobs = dict.fromkeys(("configuration", "faults"), self._seen.knobs_at)
        changed = {
            **self._judgement.changed_at,
            **knobs,
            **self._seen.sources_at,
            "asynchronous": max(self._seen.knobs_at, self._seen.published_at),
            "published": self._seen.published_at,
        }
        refresh = [name for name, sequence in changed.items() if sequence > known.sequence]
        rows = {"missed": 0, **self._view.rows_since(known.sequence)}
        if rows["reset"] or any(name.startswith("prediction-") for name in refresh):
            rows["ghosts"] = self._judgement.ghosts
        return {**rows, "refresh": refresh, "told": self._notices.since(known.notice)}

    def _missed(self, known: Cursor | None) -> int:
        """Count the facts that were shown once and are gone: a crash lost them (rule 15)."""
        if known is None or known.epoch == self._epoch:
            return 0
        return max(0, known.sequence - self._seen.sequence)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
