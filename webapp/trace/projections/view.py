"""The fold of one lab: facts go in one by one, rows come out whole or as what changed."""

from typing import Any

from webapp.trace.events import (
    BusFact,
    Entry,
    EnvironmentRetired,
    Fact,
    InvocationFact,
    LabReset,
    LogWritten,
    ResetUndone,
    RunStarted,
)
from webapp.trace.owned import Owned
from webapp.trace.projections.board import Board
from webapp.trace.projections.bus_events import newest
from webapp.trace.projections.events import Event, Record
from webapp.trace.projections.firings import newest_firings
from webapp.trace.projections.fold_table import OF_ANY_ENVIRONMENT, OF_ENVIRONMENT, OF_LAB
from webapp.trace.projections.invocations import Call
from webapp.trace.projections.lanes import Environment
from webapp.trace.projections.messages import QueueView, message_key, view_of
from webapp.trace.projections.newest_runs import (
    add_places,
    newest_runs,
    rows_of,
    with_newest_lines,
)
from webapp.trace.projections.object_events import newest_changes
from webapp.trace.projections.publications import newest_publications
from webapp.trace.projections.rows import Graves, JsonObject, Key, Table
from webapp.trace.projections.trimming import trim

KEPT_SEGMENTS = 5_000
KEPT_GRAVES = 50_000


class LabView:
    """The timeline, logs, story and invocations of one lab (rules 1 and 4).

    ``apply`` takes the entries of the lab's workspace in order and passes over those of other
    labs. The rows are the same however they are collected: ``snapshot`` at any time equals an
    earlier one with every later ``rows_since`` put upon it. Times are lab time, in seconds since
    the epoch. Belongs to one thread at a time; the rows it gave out never change.
    """

    def __init__(
        self,
        *,
        functions: frozenset[str],
        queues: frozenset[str] = frozenset(),
        buses: frozenset[str] = frozenset(),
        topics: frozenset[str] = frozenset(),
        buckets: frozenset[str] = frozenset(),
        schedules: frozenset[str] = frozenset(),
        receivers: frozenset[str] = frozenset(),
        lab: str,
        kept_segments: int = KEPT_SEGMENTS,
        kept_graves: int = KEPT_GRAVES,
    ) -> None:
        self._owned = Owned(
            functions=functions,
            queues=queues,
            buses=buses,
            topics=topics,
            buckets=buckets,
            schedules=schedules,
        )
        self._receivers = receivers
        self._lab = lab
        self._kept_segments = kept_segments
        self._graves = Graves(limit=kept_graves)
        self._sequence = 0
        self._board = self._empty_board(Entry(0, 0.0, "", None, Fact()))

    def apply(self, entry: Entry) -> None:
        """Fold one entry. One that was folded before has no effect. Never raises."""
        if entry.sequence <= self._sequence:
            return
        self._sequence = entry.sequence
        if self._concerns(entry):
            self._fold(entry)
        elif isinstance(entry.fact, BusFact):
            self._board.carry_on(entry)
        self._board.previous = entry.time

    def kept(self) -> JsonObject:
        """Return all that it knows, for ``trace.graph``; its owner is the fold."""
        return {"board": self._board, "graves": self._graves, "sequence": self._sequence}

    def restore(self, kept: JsonObject) -> None:
        """Go on from what ``kept`` returned of a view of the same lab."""
        self._board, self._graves = kept["board"], kept["graves"]
        self._sequence = kept["sequence"]

    def snapshot(self) -> JsonObject:
        """Return every row; see ``rows_since``. ``reset`` is true."""
        return self._rows(0, removed=[]) | {"reset": True}

    def newest_runs(self, *, segments: int) -> JsonObject:
        """Return the rows of the newest runs, each whole, until they have so many ``segments``.

        With them comes what lasts of older ones. ``hidden`` counts the runs that are left out, 0
        where none is. Of lines, sentences and messages only the newest come: a page shows no more.
        The rest is as with ``snapshot``.
        """
        runs, hidden = newest_runs(self._board, segments=segments)
        if not hidden:
            return with_newest_lines(self.snapshot()) | {"hidden": 0}
        tables = _tables(self._board)
        rows: JsonObject = {name: rows_of(table, runs) for name, table in tables.items()}
        lanes = {row["lane"] for row in rows["segments"]}
        rows["lanes"] = [row for row in rows["lanes"] if row["id"] in lanes or not row["ended"]]
        rows |= {"removed": [], "origin": self._board.origin, "reset": True, "hidden": hidden}
        return with_newest_lines(rows)

    def rows_since(self, sequence: int) -> JsonObject:
        """Return the rows that changed after ``sequence``, and the ids that are ``removed``.

        With a segment come its run and its lane: who got the newest runs alone may lack them.
        Keys: runs, lanes, segments, marks, logs, story, invocations, queues, messages, events,
        records, bus_events, publications, object_events, firings, each a list of rows by birth;
        ``origin``, the lab time that sentences call 0:00; and ``reset``: true when the cursor is so
        old that it is not known what to remove, and these are all rows there are.
        """
        if sequence < self._graves.forgotten:
            return self.snapshot()
        removed = self._graves.since(sequence)
        if removed:
            removed = [key for key in removed if not self._lives(key)]
        rows = self._rows(sequence, removed=removed)
        add_places(rows, runs=self._board.runs, lanes=self._board.lanes)
        return rows

    def segment_of(self, sequence: int) -> str | None:
        """Return the id of the segment that the fact of that sequence made, ended or belongs to."""
        segment = self._board.segment_of.get(sequence)
        return str(segment.key) if segment else None

    def call(self, request_id: str) -> Call | None:
        """Return a call with its event and its whole answer, as far as facts keep them."""
        return self._board.invocations.get(request_id)

    def event(self, request_id: str) -> Event | None:
        """Return an event of an asynchronous call, as far as facts keep it."""
        return self._board.event(request_id)

    def record(self, key: str) -> Record | None:
        """Return a record, or a dead letter, with its body as far as facts keep it."""
        return self._board.records.get(key)

    def queues(self) -> list[QueueView]:
        """Return every queue of the lab by name, with its messages as rows.

        ``messages`` are in it, oldest first; ``left`` were, newest first. Both are cut: a page
        shows no more.
        """
        stands = (self._board.stand(name) for name in sorted(self._owned.queues))
        left = [one for one in reversed(self._board.messages.rows()) if one.state == "gone"]
        return [view_of(stand, left=left) for stand in stands]

    def bus_events(self, bus: str) -> tuple[JsonObject, ...]:
        """Return the newest events of a bus as rows, the newest first; cut."""
        return newest(reversed(self._board.bus_events.rows()), bus)

    def publications(self, topic: str) -> tuple[JsonObject, ...]:
        """Return the newest messages published to a topic as rows, the newest first; cut."""
        return newest_publications(reversed(self._board.publications.rows()), topic)

    def object_events(self, bucket: str) -> tuple[JsonObject, ...]:
        """Return the newest changes of objects in a bucket as rows, the newest first; cut."""
        return newest_changes(reversed(self._board.objects.rows()), bucket)

    def firings(self, schedule: str) -> tuple[JsonObject, ...]:
        """Return the newest runs of a schedule as rows, the newest first; cut."""
        return newest_firings(reversed(self._board.firings.rows()), schedule)

    def message_body(self, queue: str, message: str) -> tuple[str, bool] | None:
        """Return a message's body as far as facts keep it, and whether that is all of it."""
        row = self._board.messages.get(message_key(queue, message))
        return None if row is None else (row.body, len(row.body.encode()) >= row.size_bytes)

    # -- folding

    def _concerns(self, entry: Entry) -> bool:
        about = self._owned.concerns(entry)
        if about is not None:
            return about
        fact = entry.fact
        if isinstance(fact, RunStarted):
            return fact.lab in ("", self._lab)
        if isinstance(fact, LabReset | ResetUndone):
            return fact.lab == self._lab
        return True

    def _fold(self, entry: Entry) -> None:
        fact = entry.fact
        if isinstance(fact, LabReset) and fact.scope == "lab":
            self._start_anew(entry)
            return
        self._board.entry = entry
        self._dispatch(fact)
        trim(self._board, graves=self._graves, kept_segments=self._kept_segments)

    def _dispatch(self, fact: Fact) -> None:
        board, kind = self._board, type(fact)
        if kind in OF_LAB:
            if not _of_the_past(board, fact):
                OF_LAB[kind](board, fact)
        elif kind in OF_ANY_ENVIRONMENT:
            if not _of_the_past(board, fact):
                OF_ANY_ENVIRONMENT[kind](board, _environment(board, fact), fact)
        elif kind in OF_ENVIRONMENT and (environment := _environment(board, fact)) is not None:
            OF_ENVIRONMENT[kind](board, environment, fact)

    def _start_anew(self, entry: Entry) -> None:
        former = self._board
        for key in [key for table in _tables(former).values() for key in table]:
            self._graves.bury(key, entry.sequence)
        self._board = self._empty_board(entry)
        self._board.gone = former.gone | former.alive.keys() | former.waiting.keys()
        self._board.gone |= {event.request_id for event in former.events.rows() if event.open}

    def _empty_board(self, entry: Entry) -> Board:
        return Board(
            several_functions=len(self._owned.functions) > 1,
            entry=entry,
            queues=self._owned.queues,
            receivers=self._receivers,
        )

    # -- rows

    def _rows(self, sequence: int, *, removed: list[Key]) -> JsonObject:
        tables = _tables(self._board)
        rows: JsonObject = {name: table.since(sequence) for name, table in tables.items()}
        return rows | {"removed": removed, "origin": self._board.origin, "reset": False}

    def _lives(self, key: Key) -> bool:
        return any(table.get(key) is not None for table in _tables(self._board).values())


def _tables(board: Board) -> dict[str, Table[Any]]:
    return {
        "runs": board.runs,
        "lanes": board.lanes,
        "segments": board.segments,
        "marks": board.marks,
        "logs": board.logs,
        "story": board.story,
        "invocations": board.invocations,
        "queues": board.stands,
        "messages": board.messages,
        "events": board.events,
        "records": board.records,
        "bus_events": board.bus_events,
        "publications": board.publications,
        "object_events": board.objects,
        "firings": board.firings,
    }


def _environment(board: Board, fact: Any) -> Environment | None:
    """Return the lane of a fact. An end and a log line make none."""
    if isinstance(fact, EnvironmentRetired | LogWritten):
        return board.alive.get(fact.environment)
    return board.environment(fact.environment, function=fact.function)


def _of_the_past(board: Board, fact: Fact) -> bool:
    """Tell whether a fact comes of what was before the lab's reset."""
    if not board.gone or not isinstance(fact, InvocationFact | LogWritten):
        return False
    return fact.request_id in board.gone or getattr(fact, "environment", None) in board.gone
