"""What the facts about an environment do to its lane (lambda-behaviour 2)."""

from webapp.trace.events import (
    CodeFetched,
    EnvironmentCreated,
    EnvironmentFrozen,
    EnvironmentRequested,
    EnvironmentReset,
    EnvironmentRetired,
    EnvironmentThawed,
    InitFinished,
    InitStarted,
)
from webapp.trace.projections import phrases
from webapp.trace.projections.board import Board
from webapp.trace.projections.call_fold import give_up
from webapp.trace.projections.lanes import Environment, State
from webapp.trace.projections.log_fold import settle_lines
from webapp.trace.projections.segments import Kind, Segment
from webapp.trace.projections.stories.scene import Scene


def requested(board: Board, environment: Environment, fact: EnvironmentRequested) -> None:
    occupied = [
        other
        for other in board.alive.values()
        if other.function == fact.function
        and other.version == fact.version
        and other.occupied
        and other is not environment
    ]
    environment.version = fact.version
    environment.memory_mb = fact.memory_mb
    environment.request_id = fact.request_id
    environment.why = phrases.requested(
        fact, busy=len(occupied), changed=board.last_change.get(fact.function)
    )
    environment.birth = board.tell(environment.why)
    _become(board, environment, "starting")


def code_fetched(board: Board, environment: Environment, fact: CodeFetched) -> None:
    scene = Scene(place=environment.title, why=environment.why, begin=fact)
    _measured(board, environment, "download", seconds=fact.seconds, scene=scene)


def created(board: Board, environment: Environment, fact: EnvironmentCreated) -> None:
    why = environment.resets or environment.why
    environment.interpreter = fact.interpreter if fact.stands_in_for else ""
    scene = Scene(place=environment.title, why=why, begin=fact, again=bool(environment.resets))
    _measured(board, environment, "start", seconds=fact.seconds, scene=scene)


def init_started(board: Board, environment: Environment, fact: InitStarted) -> None:
    environment.stop_resting(board.entry.time, sequence=board.entry.sequence)
    environment.stop_working(board.entry.time, sequence=board.entry.sequence)
    scene = Scene(place=environment.title, why=environment.why, begin=fact)
    if fact.phase == "invoke":
        scene.why = environment.resets
    segment = _draw(board, environment, "init", scene=scene, start=board.entry.time)
    _open_init(board, environment, segment)


def init_finished(board: Board, environment: Environment, fact: InitFinished) -> None:
    segment = environment.busy
    if segment is None or segment.kind != "init":
        scene = Scene(place=environment.title, why=environment.why)
        start = board.entry.time - fact.seconds
        segment = _draw(board, environment, "init", scene=scene, start=start)
        _open_init(board, environment, segment)
    segment.kind = "init" if fact.status == "success" else "init-failed"
    segment.close(board.entry.time, finish=fact)
    segment.touch(board.entry.sequence)
    environment.busy = None
    board.link(segment)
    board.tell(phrases.init_what(fact, place=environment.title), segment=segment)


def frozen(board: Board, environment: Environment, fact: EnvironmentFrozen) -> None:
    _rest(board, environment, "frozen", scene=Scene(place=environment.title, begin=fact))
    environment.resets = ""
    environment.idle_since = board.entry.time


def thawed(board: Board, environment: Environment, fact: EnvironmentThawed) -> None:
    if environment.resting is not None:
        board.link(environment.resting)
    environment.stop_resting(board.entry.time, sequence=board.entry.sequence)
    _become(board, environment, "running")


def reset(board: Board, environment: Environment, fact: EnvironmentReset) -> None:
    segment = _rest(board, environment, "reset", scene=Scene(place=environment.title, begin=fact))
    environment.resets = phrases.reset_why(fact)
    board.tell(phrases.reset(fact, place=environment.title), segment=segment)


def retired(board: Board, environment: Environment, fact: EnvironmentRetired) -> None:
    if fact.reason == "failed":
        give_up(board, environment.request_id)
    scene = Scene(place=environment.title, begin=fact)
    segment = end(board, environment, scene=scene, time=board.entry.time)
    board.tell(phrases.retired(fact, place=environment.title), segment=segment)


def end(board: Board, environment: Environment, *, scene: Scene, time: float) -> Segment:
    """Close what is open on a lane and put a stop across it."""
    environment.stop_working(time, sequence=board.entry.sequence)
    environment.stop_resting(time, sequence=board.entry.sequence)
    segment = _draw(board, environment, "ended", scene=scene, start=time, end=time)
    environment.lines.clear()
    board.alive.pop(environment.identifier, None)
    _become(board, environment, "ended")
    return segment


# -- steps


def _measured(
    board: Board, environment: Environment, kind: Kind, *, seconds: float, scene: Scene
) -> None:
    start = board.entry.time - max(0.0, seconds)
    environment.stop_resting(start, sequence=board.entry.sequence)
    _draw(board, environment, kind, scene=scene, start=start, end=board.entry.time)
    _become(board, environment, "starting")


def _draw(
    board: Board,
    environment: Environment,
    kind: Kind,
    *,
    scene: Scene,
    start: float,
    end: float | None = None,
) -> Segment:
    segment = board.draw(kind, lane=environment, scene=scene, start=start, end=end)
    segment.request_id = environment.request_id
    call = board.call(environment.request_id) if environment.request_id else None
    scene.call = call.number if call else None
    scene.event = call.event if call else None
    if kind in ("start", "init") and environment.request_id is None:
        environment.unclaimed.append(segment)
    _point_birth(board, environment, segment)
    return segment


def _point_birth(board: Board, environment: Environment, segment: Segment) -> None:
    """Let the sentence that told of the request point to the first segment."""
    birth, environment.birth = environment.birth, None
    if birth is not None and birth.point_to(segment):
        birth.touch(board.entry.sequence)
        board.link(segment, sequence=int(birth.key))


def _open_init(board: Board, environment: Environment, segment: Segment) -> None:
    environment.init = environment.busy = segment
    settle_lines(board, environment, segment, request_id=None)
    _become(board, environment, "init")


def _rest(board: Board, environment: Environment, kind: State, *, scene: Scene) -> Segment:
    environment.stop_resting(board.entry.time, sequence=board.entry.sequence)
    environment.stop_working(board.entry.time, sequence=board.entry.sequence)
    environment.request_id = None
    environment.unclaimed.clear()
    rest: Kind = "frozen" if kind == "frozen" else "reset"
    segment = _draw(board, environment, rest, scene=scene, start=board.entry.time)
    environment.resting = segment
    _become(board, environment, kind)
    return segment


def _become(board: Board, environment: Environment, state: State) -> None:
    environment.state = state
    environment.touch(board.entry.sequence)
