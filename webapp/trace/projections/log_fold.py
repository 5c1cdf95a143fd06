"""Which segment a log line belongs to; it may begin only after the line (lambda-behaviour 4.4)."""

from webapp.trace.events import LogWritten
from webapp.trace.projections.board import Board
from webapp.trace.projections.lanes import Environment, lane_key
from webapp.trace.projections.logs import Log
from webapp.trace.projections.segments import Segment


def log_written(board: Board, environment: Environment | None, fact: LogWritten) -> None:
    entry = board.entry
    log = Log(
        key=entry.sequence,
        time=entry.time,
        lane=lane_key(fact.environment),
        request_id=fact.request_id,
        text=fact.text,
        kind=fact.kind,
    )
    segment = _segment_of_line(board, environment, fact.request_id)
    board.own(log, board.run())
    board.logs.add(log, entry.sequence)
    if segment is not None and log.point_to(segment):
        board.link(segment)
    elif segment is None and environment is not None:
        environment.lines.append(log)


def settle_lines(
    board: Board, environment: Environment, segment: Segment, *, request_id: str | None
) -> None:
    """Put lines that were written before their segment began into it."""
    early = [log for log in environment.lines if log.request_id == request_id]
    if not early:
        return
    environment.lines = [log for log in environment.lines if log.request_id != request_id]
    for log in early:
        if log.point_to(segment):
            log.touch(board.entry.sequence)
            board.link(segment, sequence=int(log.key))


def _segment_of_line(
    board: Board, environment: Environment | None, request_id: str | None
) -> Segment | None:
    if request_id is not None:
        call = board.call(request_id)
        return call.handler if call else None
    if environment is None or environment.state in ("starting", "reset"):
        return None
    return environment.busy or environment.init
