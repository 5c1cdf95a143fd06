"""One lab as everybody who looks at it sees it: the fold over its facts, and what was judged."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Protocol

from webapp.classroom.cursor import Cursor
from webapp.classroom.judgement import Judgement
from webapp.classroom.lab_fold import LabFold
from webapp.classroom.model import ErrorRow, PredictionState, ShownArrival, TaskState
from webapp.classroom.notices import Notices
from webapp.curriculum.checks.verdict import Verdict
from webapp.curriculum.model import Lesson, Task
from webapp.trace.events import Entry
from webapp.trace.log import WorkspaceLog
from webapp.trace.projections.events import Event, Record
from webapp.trace.projections.invocations import Call
from webapp.trace.projections.messages import QueueView
from webapp.trace.projections.rows import JsonObject

_PAGE = 5000
KEPT_EVERY = 20_000
"""Facts after which a snapshot is made: as many as a page at a later start may have to fold."""
MOST_AT_ONCE = 20_000
"""So many facts are folded while somebody waits for the page; where more wait, see ``NEWEST``."""
NEWEST = 5_000
"""What a page shows meanwhile is what so many of the newest facts come to."""
SHOWN_SEGMENTS = 1_000
"""Whoever begins to look, or was away for more than this, gets the newest runs that have so many
segments; the others when he asks for them."""
SLICE = 1_000
"""So many of the older ones are folded at a time while nobody waits: about 50 ms of a processor."""
KEPT_WHILE_READING = 100_000
"""Older facts after which a snapshot is made: that takes as long as to fold some thousand."""
TOLD_EVERY = 20_000
"""Older facts after which pages hear how many are left."""


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


class LiveLab:
    """Folds the log as far as it goes whenever somebody asks. Any thread may ask.

    Nobody waits for more than ``MOST_AT_ONCE`` facts: where more wait to be folded, what is shown
    is what the newest come to, ``on_behind`` is told, and who calls ``read_older`` brings the
    rest. Nothing is judged meanwhile.
    """

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
        on_behind: Callable[["LiveLab"], object],
    ) -> None:
        self.log = log
        self._workspace = workspace
        self._epoch = epoch
        self._older = older
        self._snapshots = snapshots
        self._lesson = lesson
        self._on_passed = on_passed
        self._on_behind = on_behind
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._notices = Notices()
        self._judgement = Judgement(lesson, passed=passed, on_passed=self._tell_passed)
        self._whole = LabFold(lesson, judgement=self._judgement)
        self._newest: LabFold | None = None
        self._begun_notice = 0
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
            cursor = Cursor(self._epoch, self._shown.seen.sequence, self._notices.count)
            rows = self._rows(Cursor.parse(after), cursor)
        head = _json({"cursor": str(cursor), "clock": asdict(clock)})
        return cursor, f"{head[:-1]},{rows[1:]}"

    def whole_message(self, *, clock: ClockView) -> str:
        """Return the JSON of every row there is, where ``message`` begins with the newest runs."""
        with self._lock:
            self._catch_up()
            cursor = Cursor(self._epoch, self._shown.seen.sequence, self._notices.count)
            rows = self._everything(self._shown.view.snapshot() | {"hidden": 0}, None)
        head = _json({"cursor": str(cursor), "clock": asdict(clock)})
        return f"{head[:-1]},{rows[1:]}"

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
            return self._shown.view.call(request_id) or self._shown.view.event(request_id)

    def record(self, key: str) -> Record | None:
        """Return a record that the timeline shows. Its owner is the fold: it is not to be kept."""
        with self._lock:
            self._catch_up()
            return self._shown.view.record(key)

    def bus_events(self, bus: str) -> tuple[JsonObject, ...]:
        """Return the newest events of a bus; see ``LabView.bus_events``."""
        with self._lock:
            self._catch_up()
            return self._shown.view.bus_events(bus)

    def queues(self) -> list[QueueView]:
        """Return how each queue of the lab stands, with its messages; see ``LabView.queues``."""
        with self._lock:
            self._catch_up()
            return self._shown.view.queues()

    def publications(self, topic: str) -> tuple[JsonObject, ...]:
        """Return the newest messages published to a topic; see ``LabView.publications``."""
        with self._lock:
            self._catch_up()
            return self._shown.view.publications(topic)

    def object_events(self, bucket: str) -> tuple[JsonObject, ...]:
        """Return the newest changes in a bucket; see ``LabView.object_events``."""
        with self._lock:
            self._catch_up()
            return self._shown.view.object_events(bucket)

    def firings(self, schedule: str) -> tuple[JsonObject, ...]:
        """Return the newest runs of a schedule; see ``LabView.firings``."""
        with self._lock:
            self._catch_up()
            return self._shown.view.firings(schedule)

    def message_body(self, queue: str, message: str) -> tuple[str, bool] | None:
        """Return a message's body as far as facts keep it, and whether that is all of it."""
        with self._lock:
            self._catch_up()
            return self._shown.view.message_body(queue, message)

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

    def read_older(self) -> bool:
        """Fold a few of the facts that nobody waits for; tell whether there are more.

        Whoever looks at the lab meanwhile does not wait for it.
        """
        with self._reading:
            if self._newest is None:
                return False
            before = self._whole.seen.sequence
            self._whole.take(islice(self._entries_after(self._whole, page=SLICE), SLICE))
            self._keep_every(KEPT_WHILE_READING)
            if self._behind(self._whole) > SLICE:
                if self._whole.seen.sequence // TOLD_EVERY > before // TOLD_EVERY:
                    self.tell("older")
                return True
            with self._lock:
                self._newest = None
                self._show_anew()
            return False

    @property
    def _shown(self) -> LabFold:
        return self._newest or self._whole

    def _catch_up(self) -> None:
        if self._kept_at is None:
            self._go_on(self._snapshots.read())
        self._stay_near()
        while self._shown.take(self._entries_after(self._shown, page=_PAGE)):
            self._stay_near()
        if self._newest is None:
            self._whole.settle()
            self._keep_every(KEPT_EVERY)

    def _go_on(self, kept: Any) -> None:
        """Go on from a snapshot, if there is one that the log has come to."""
        if kept is not None and kept["seen"].sequence <= self.log.last_sequence:
            self._whole.restore(kept)
        self._kept_at = self._whole.seen.sequence

    def _stay_near(self) -> None:
        """Where more facts wait than a page may have folded, show what the newest come to."""
        if self._behind(self._shown) <= MOST_AT_ONCE:
            return
        asks = self._newest is None
        self._newest = LabFold(self._lesson, after=self.log.last_sequence - NEWEST)
        self._show_anew()
        if asks:
            self._on_behind(self)

    def _behind(self, fold: LabFold) -> int:
        return self.log.last_sequence - fold.seen.sequence

    def _show_anew(self) -> None:
        """Give everything to all who look, also to those who have all facts: rows are others."""
        self.tell("older")
        self._begun_notice = self._notices.count

    def _keep_every(self, facts: int) -> None:
        sequence = self._whole.seen.sequence
        if sequence >= (self._kept_at or 0) + facts:
            self._kept_at = sequence
            self._snapshots.keep(self._whole.kept(), sequence=sequence)

    def _entries_after(self, fold: LabFold, *, page: int) -> Iterator[Entry]:
        """Give what a fold has not taken yet, read from the store ``page`` by ``page``."""
        while fold.seen.sequence + 1 < self.log.oldest_in_memory:
            found = self._older.entries(self._workspace, after=fold.seen.sequence, limit=page)
            yield from found
            if len(found) < page:
                break
        if fold.seen.sequence + 1 < self.log.oldest_in_memory:
            return  # what memory has forgotten is still on its way to the store
        yield from self.log.since(fold.seen.sequence)

    def _tell_passed(self, task: Task, verdict: Verdict) -> None:
        # A crash can come between the fact and the progress: then only that is missing.
        self._on_passed(task, verdict, task.id in self._whole.seen.recorded)

    # -- rows

    def _rows(self, known: Cursor | None, newest: Cursor) -> str:
        """Return the rows as JSON, encoded once for all who wait at the same place (rule 18)."""
        if known is None or not self._follows(known, newest):
            view = self._shown.view
            return self._everything(view.newest_runs(segments=SHOWN_SEGMENTS), known)
        key = (known, newest)
        if self._encoded is None or self._encoded[0] != key:
            delta = self._delta(known)
            if len(delta["segments"]) > SHOWN_SEGMENTS:
                newest_runs = self._shown.view.newest_runs(segments=SHOWN_SEGMENTS)
                return self._everything(newest_runs, known)
            self._encoded = (key, _json(delta))
        return self._encoded[1]

    def _everything(self, shown: JsonObject, known: Cursor | None) -> str:
        """Return rows for who begins anew."""
        rest = {"missed": self._missed(known), "older": self._unread, "ghosts": self._ghosts}
        return _json({**shown, **rest, "refresh": [], "told": {}})

    @property
    def _unread(self) -> int:
        """How many facts of the workspace are still to be folded before what is shown."""
        return self._behind(self._whole) if self._newest else 0

    @property
    def _ghosts(self) -> list[dict[str, Any]]:
        """Ghosts are placed by what all facts come to; some of them alone have other segments."""
        return [] if self._newest else self._judgement.ghosts

    def _follows(self, known: Cursor, newest: Cursor) -> bool:
        """Whether what came after ``known`` can be told; not when the fold has begun anew since."""
        if known.epoch != newest.epoch or known.notice > newest.notice:
            return False
        if known.notice < self._begun_notice:
            return False
        return self._shown.seen.begun_at <= known.sequence <= newest.sequence

    def _delta(self, known: Cursor) -> dict[str, Any]:
        knobs = dict.fromkeys(("configuration", "faults"), self._shown.seen.knobs_at)
        changed = {
            **self._judgement.changed_at,
            **knobs,
            **self._shown.seen.sources_at,
            "asynchronous": max(self._shown.seen.knobs_at, self._shown.seen.published_at),
            "published": self._shown.seen.published_at,
        }
        refresh = [name for name, sequence in changed.items() if sequence > known.sequence]
        rows = {"missed": 0, **self._shown.view.rows_since(known.sequence)}
        if rows["reset"] or any(name.startswith("prediction-") for name in refresh):
            rows["ghosts"] = self._ghosts
        rows["older"] = self._unread
        return {**rows, "refresh": refresh, "told": self._notices.since(known.notice)}

    def _missed(self, known: Cursor | None) -> int:
        """Count the facts that were shown once and are gone: a crash lost them (rule 15)."""
        if known is None or known.epoch == self._epoch:
            return 0
        return max(0, known.sequence - self._shown.seen.sequence)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
