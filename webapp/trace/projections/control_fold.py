"""What the facts about functions, the clock and the server do to the rows."""

from webapp.trace.events import (
    ClockChanged,
    FunctionChanged,
    LabReset,
    ResetUndone,
    RunStarted,
    ServerRestarted,
    TimeSkipped,
    TraceTrimmed,
)
from webapp.trace.projections import announcements
from webapp.trace.projections.board import Board
from webapp.trace.projections.call_fold import lose
from webapp.trace.projections.environment_fold import end
from webapp.trace.projections.runs import Run
from webapp.trace.projections.stories.scene import Scene

SETTLED = frozenset({"Active", "Successful", "Failed", "Deleted"})


def run_started(board: Board, fact: RunStarted) -> None:
    """Name a press of this lab. One of no lab is named once it touches something of this one."""
    if not fact.lab:
        board.remember_label(fact.label)
        return
    run = board.run()
    run.label = fact.label
    run.touch(board.entry.sequence)


def function_changed(board: Board, fact: FunctionChanged) -> None:
    annotates = fact.change in announcements.ANNOTATIONS
    if not annotates:
        board.last_change[fact.function] = fact.change
    run = board.reach()
    if board.entry.run:
        board.show(run, counts=True)
    if fact.state not in SETTLED:
        return
    board.tell(announcements.changed(fact))
    if fact.change != "created" and not annotates:
        board.mark("update", text=announcements.mark(fact))


def lab_reset(board: Board, fact: LabReset) -> None:
    """Tell of the reset of a part. That of the whole lab begins a new board."""
    board.tell(f"The {fact.scope} was reset to the lesson's.")


def reset_undone(board: Board, fact: ResetUndone) -> None:
    board.tell("The reset was undone.")


def time_skipped(board: Board, fact: TimeSkipped) -> None:
    run = board.known_runs.get(board.entry.run)
    if run is not None and run.label:
        board.reach()
        board.show(run, counts=False)
    run = run or board.newest_run()
    if run is not None and not _skips_on(board, run, fact):
        sentence = board.tell(announcements.skipped(fact.seconds), run=run)
        board.skipped = (sentence, fact.seconds)


def _skips_on(board: Board, run: Run, fact: TimeSkipped) -> bool:
    """Let one sentence tell of jumps that follow each other: a wait goes from due to due."""
    if board.skipped is None or board.skipped[0] is not board.told_last:
        return False
    sentence, seconds = board.skipped
    if sentence.run != run.key or sentence.table is None:
        return False
    board.skipped = (sentence, seconds + fact.seconds)
    sentence.text = announcements.skipped(seconds + fact.seconds)
    sentence.touch(board.entry.sequence)
    return True


def clock_changed(board: Board, fact: ClockChanged) -> None:
    run = board.known_runs.get(board.entry.run) or board.newest_run()
    if run is not None:
        board.tell(announcements.clock(fact), run=run)


def server_restarted(board: Board, fact: ServerRestarted) -> None:
    """End what lived in the server, at the last moment of which there is a fact."""
    run = board.newest_run()
    if run is None:
        return
    lost, ended = list(board.waiting.values()), list(board.alive.values())
    for call in lost:
        lose(board, call, time=board.previous)
    for environment in ended:
        end(board, environment, scene=Scene(place=environment.title), time=board.previous)
    board.tell(announcements.restarted(environments=len(ended), calls=len(lost)), run=run)
    board.mark("restart", text="Server restarted", run=run)


def trace_trimmed(board: Board, fact: TraceTrimmed) -> None:
    run = board.newest_run()
    if run is not None:
        board.tell(announcements.trimmed(fact), run=run)
