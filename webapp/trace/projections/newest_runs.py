"""Which rows a page gets first, of a lab that has more than anybody looks at."""

from typing import Any

from webapp.trace.projections.board import Board
from webapp.trace.projections.events import Event
from webapp.trace.projections.invocations import Call
from webapp.trace.projections.lanes import Lane
from webapp.trace.projections.messages import Message
from webapp.trace.projections.rows import JsonObject, Row, Table
from webapp.trace.projections.runs import Run
from webapp.trace.projections.segments import Segment

MOST_LINES = 1_000
"""So many log lines and sentences a page shows, and no message that its board does not hold."""


def newest_runs(board: Board, *, segments: int) -> tuple[set[str], int]:
    """Return the newest runs that have so many segments, at least one, and how many others are."""
    chosen: set[str] = set()
    for run in reversed(board.known_runs.values()):
        if segments <= 0:
            break
        chosen.add(str(run.key))
        segments -= sum(isinstance(row, Segment) for row in run.members)
    return chosen, len(board.known_runs) - len(chosen)


def rows_of(table: Table[Any], runs: set[str]) -> list[JsonObject]:
    """Return the rows that belong to these runs or to none, or that last, by birth."""
    found = [row for row in table.rows() if _is_of(row, runs)]
    return [row.json() for row in sorted(found, key=lambda row: row.born)]


def with_newest_lines(rows: JsonObject) -> JsonObject:
    """Return rows without the older ones of what one run alone may have very many of."""
    return rows | {name: rows[name][-MOST_LINES:] for name in ("logs", "story", "messages")}


def add_places(rows: JsonObject, *, runs: Table[Run], lanes: Table[Lane]) -> None:
    """Let each segment's run and lane be among the rows."""
    _add(rows["runs"], runs, {row["run"] for row in rows["segments"]})
    _add(rows["lanes"], lanes, {row["lane"] for row in rows["segments"]})


def _add(rows: list[JsonObject], table: Table[Any], keys: set[str]) -> None:
    there = {row["id"] for row in rows}
    missing = [table.get(key) for key in sorted(keys - there)]
    rows += [row.json() for row in missing if row is not None]


def _is_of(row: Row, runs: set[str]) -> bool:
    if isinstance(row, Run):
        return row.key in runs
    return not row.run or row.run in runs or _lasts(row)


def _lasts(row: Row) -> bool:
    """Tell whether a row is about something that is not over."""
    match row:
        case Segment(end=None):
            return True
        case Message(state=state):
            return state != "gone"
        case Call() | Event():
            return row.open
    return False
