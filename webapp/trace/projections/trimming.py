"""Dropping the oldest runs whole, so that a timeline stays within its limit (rule 4)."""

from webapp.trace.projections.board import Board
from webapp.trace.projections.events import Event
from webapp.trace.projections.lanes import Environment
from webapp.trace.projections.messages import Message
from webapp.trace.projections.rows import Graves, Row
from webapp.trace.projections.runs import Run
from webapp.trace.projections.segments import Segment

ROWS_PER_SEGMENT = 8
"""A run of many log lines counts as if it had a segment for so many rows."""


def trim(board: Board, *, graves: Graves, kept_segments: int) -> None:
    """Drop runs until the rows fit. A run that is waited for, or the newest, is never dropped."""
    while _too_many(board, kept_segments):
        run = _oldest(board)
        if run is None:
            return
        _drop_run(board, run, graves)


def _too_many(board: Board, kept_segments: int) -> bool:
    return len(board.segments) > kept_segments or board.owned > ROWS_PER_SEGMENT * kept_segments


def _oldest(board: Board) -> Run | None:
    newest = board.newest_run()
    for run in board.known_runs.values():
        if not run.waiting and run is not newest:
            return run
    return None


def _drop_run(board: Board, run: Run, graves: Graves) -> None:
    newest = board.newest_run()
    assert newest is not None, "the oldest run is another"
    del board.known_runs[str(run.key)]
    for row in run.members:
        board.owned -= 1
        if (isinstance(row, Segment) and row.end is None) or _is_present(row):
            board.own(row, newest)
            row.touch(board.entry.sequence)
        else:
            _drop(board, row, graves)
    if run.table is not None:
        _drop(board, run, graves)


def _is_present(row: Row) -> bool:
    """Whether a row is a message that is still in its queue."""
    return isinstance(row, Message) and row.state != "gone"


def _drop(board: Board, row: Row, graves: Graves) -> None:
    assert row.table is not None, "a row is dropped once"
    row.table.drop(row)
    graves.bury(row.key, board.entry.sequence)
    if isinstance(row, Segment):
        _forget_segment(board, row, graves)
    if isinstance(row, Event):
        board.queue(row.function).forget(row.number)


def _forget_segment(board: Board, segment: Segment, graves: Graves) -> None:
    segment.leave(sequence=board.entry.sequence)
    for sequence in segment.facts:
        board.segment_of.pop(sequence, None)
    lane = board.lanes.get(segment.lane)
    if not isinstance(lane, Environment):
        return
    lane.segments -= 1
    if lane.ended and not lane.segments:
        board.short_names.discard(lane.title.removeprefix("env "))
        _drop(board, lane, graves)
