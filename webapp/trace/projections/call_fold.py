"""What the facts about invocations do to the rows (lambda-behaviour 4)."""

from webapp.trace.events import (
    HttpAnswered,
    InitStarted,
    InvocationAbandoned,
    InvocationAccepted,
    InvocationFact,
    InvocationFinished,
    InvocationStarted,
    InvocationThrottled,
    RecursionStopped,
    Status,
)
from webapp.trace.projections import event_fold, phrases, version_phrases
from webapp.trace.projections.board import Board
from webapp.trace.projections.invocations import ABANDONED, LOST, THROTTLED, Call
from webapp.trace.projections.lanes import Environment
from webapp.trace.projections.log_fold import settle_lines
from webapp.trace.projections.segments import CALLING, Kind, Segment
from webapp.trace.projections.stories.scene import Scene

KINDS: dict[Status, Kind] = {
    "ok": "handler",
    "timeout": "timeout",
    "memory": "memory",
    "stopped": "stopped",
}


def accepted(board: Board, fact: InvocationAccepted) -> None:
    if fact.model == "asynchronous":
        event_fold.tried(board, fact)
        return
    if board.invocations.get(fact.request_id) is not None:
        return
    call = _call(board, fact)
    call.payload, call.payload_size_bytes = fact.payload, fact.payload_size_bytes
    scene = Scene(place="Caller", call=call.number, begin=fact)
    call.waits = board.draw("waits", lane=board.caller(), scene=scene, start=board.entry.time)
    call.waits.request_id = fact.request_id
    caller = board.segment_of.get(board.entry.cause or 0)
    if caller is not None and caller.kind == "running":
        call.waits.cause, call.caused = caller, True
        call.touch(board.entry.sequence)


def throttled(board: Board, fact: InvocationThrottled) -> None:
    call = _call(board, fact)
    if not call.open:
        return
    segment = call.waits
    if segment is None:
        scene = Scene(place="Caller")
        segment = board.draw("waits", lane=board.caller(), scene=scene, start=board.entry.time)
        segment.request_id = fact.request_id
    segment.kind = "throttled"
    segment.scene.begin = fact
    segment.scene.call, segment.scene.event = call.number, call.event
    segment.close(segment.start)
    segment.touch(board.entry.sequence)
    board.link(segment)
    call.waits, call.refused = segment, fact
    board.tell(f"{call.name} got 429. {phrases.throttled_why(fact)}", segment=segment)
    _answered(board, call, status=THROTTLED)


def started(board: Board, environment: Environment, fact: InvocationStarted) -> None:
    call = _call(board, fact)
    if not call.open or call.handler is not None:
        return
    environment.stop_resting(board.entry.time, sequence=board.entry.sequence)
    environment.stop_working(board.entry.time, sequence=board.entry.sequence)
    scene = _scene_of_start(board, environment, call, fact)
    start = board.entry.time
    segment = board.draw("running", lane=environment, scene=scene, start=start)
    segment.request_id = fact.request_id
    call.handler, call.begun, call.environment = segment, fact, environment.title
    call.touch(board.entry.sequence)
    _lead_caller(board, call, segment)
    segment.leads_elsewhere = call.event is not None
    _claim(board, environment, call)
    environment.busy, environment.state = segment, "running"
    environment.request_id = fact.request_id
    settle_lines(board, environment, segment, request_id=fact.request_id)
    environment.touch(board.entry.sequence)
    if fact.start != "cold":
        board.tell(f"{call.name}: {scene.why}", segment=segment)
    if call.event is not None and call.waits is not None:
        scene.why = f"{call.waits.scene.why} {scene.why}".strip()


def finished(board: Board, environment: Environment | None, fact: InvocationFinished) -> None:
    call = _call(board, fact)
    if not call.open:
        return
    segment = call.handler or _unseen_start(board, environment, call, fact)
    if segment is not None:
        segment.kind = KINDS.get(fact.status, "error")
        segment.close(board.entry.time, finish=fact)
        segment.touch(board.entry.sequence)
        board.link(segment)
    call.handler, call.finish = segment, fact
    board.tell(_said_at_end(call, fact), segment=segment or call.waits)
    _answered(board, call, status=fact.status, failed=fact.status != "ok")
    if environment is not None:
        environment.busy = None if environment.busy is segment else environment.busy
        environment.memory_mb = environment.memory_mb or fact.memory_mb
        environment.touch(board.entry.sequence)


def recursion_stopped(board: Board, fact: RecursionStopped) -> None:
    """The call ends here; ``InvocationAbandoned`` follows and says what its caller got."""
    call = _call(board, fact)
    if call.waits is not None:
        call.waits.scene.why = phrases.recursion_stopped(fact)
        call.waits.touch(board.entry.sequence)
    said = f"{call.name} was stopped. {phrases.recursion_stopped(fact)}"
    board.tell(said, segment=call.waits)


def abandoned(board: Board, fact: InvocationAbandoned) -> None:
    """The caller gets the platform's own error; what the call had begun ends with it."""
    call = _call(board, fact)
    if not call.open:
        return
    call.abandoned = fact
    if call.waits is not None:
        call.waits.scene.failed = True
        call.waits.close(board.entry.time, finish=fact)
        call.waits.touch(board.entry.sequence)
        board.link(call.waits)
    board.tell(f"{call.name} could not be run. {fact.reason}", segment=call.waits)
    _answered(board, call, status=ABANDONED, failed=True)


def answered_by_http(board: Board, fact: HttpAnswered) -> None:
    """The caller sees a status, and nothing else of how the call ended."""
    call = board.invocations.get(fact.request_id)
    if call is None:
        return
    call.http_status = fact.status
    call.touch(board.entry.sequence)
    segment = call.waits or call.handler
    if segment is not None:
        board.link(segment)
    board.tell(phrases.answered_by_http(fact, number=call.number), segment=segment)


def give_up(board: Board, request_id: str | None) -> None:
    """A call whose environment could not be started gets an error instead of an answer.

    Traces that were written before ``InvocationAbandoned`` have no other sign of it.
    """
    call = board.waiting.get(request_id) if request_id else None
    if call is not None and call.handler is None:
        _answered(board, call, status="error", failed=True)


def lose(board: Board, call: Call, *, time: float) -> None:
    """The server stopped while this call ran: nobody will ever get its answer."""
    for segment in (call.handler, call.waits):
        if segment is not None and segment.end is None:
            segment.scene.lost = segment.scene.failed = True
            segment.kind = segment.kind if segment.kind in CALLING else "stopped"
            segment.close(time)
            segment.touch(board.entry.sequence)
    _answered(board, call, status=LOST, failed=True)


# -- steps


def _call(board: Board, fact: InvocationFact) -> Call:
    """Return the call of a request; one never heard of begins here."""
    call = board.waiting.get(fact.request_id) or board.invocations.get(fact.request_id)
    if call is not None:
        return call
    call = Call(
        key=fact.request_id,
        number=board.next_number("call"),
        time=board.entry.time,
        function=fact.function,
        prefix=board.prefix(fact.function),
    )
    run = board.reach(waiting=1)
    board.show(run, counts=True)
    board.own(call, run)
    board.invocations.add(call, board.entry.sequence)
    board.waiting[fact.request_id] = call
    return call


def _answered(board: Board, call: Call, *, status: str, failed: bool = False) -> None:
    call.status = status
    call.touch(board.entry.sequence)
    board.waiting.pop(str(call.key).partition("#")[0], None)
    waits = call.waits
    if waits is not None and waits.end is None:
        waits.scene.failed = failed
        waits.close(board.entry.time, finish=call.finish if call.event is not None else None)
        waits.touch(board.entry.sequence)
    _release(board, call)


def _release(board: Board, call: Call) -> None:
    run = board.known_runs.get(call.run)
    if run is not None:
        run.waiting -= 1
        if run.key == board.entry.run:
            run.last = max(run.last, board.entry.time)
        run.touch(board.entry.sequence)


def _scene_of_start(
    board: Board, environment: Environment, call: Call, fact: InvocationStarted
) -> Scene:
    why = environment.why
    if fact.start == "warm":
        since = environment.idle_since
        idle = None if since is None else max(0.0, board.entry.time - since)
        why = phrases.warm_why(environment.title, idle=idle)
    elif fact.start == "reset":
        why = phrases.reset_start_why(environment.title, reason=environment.resets)
    newest = environment.newest
    reached = newest is None or newest.kind != "init-failed"
    return Scene(
        place=environment.title,
        why=why,
        call=call.number,
        event=call.event,
        start=fact.start,
        begin=fact,
        reached=reached,
        init_inside=reached and newest is environment.init and _inside_invoke(newest),
    )


def _inside_invoke(init: Segment | None) -> bool:
    begin = init.scene.begin if init else None
    return isinstance(begin, InitStarted) and begin.phase == "invoke"


def _said_at_end(call: Call, fact: InvocationFinished) -> str:
    scene = call.handler.scene if call.handler else None
    said = phrases.call_finished(
        fact,
        name=call.name,
        place=scene.place if scene else "an environment",
        start=call.start,
        reached=scene is None or scene.reached,
    )
    begin = scene.begin if scene else None
    routed = version_phrases.routed(begin) if isinstance(begin, InvocationStarted) else ""
    return f"{said} {routed}".strip()


def _lead_caller(board: Board, call: Call, segment: Segment) -> None:
    """Let the caller lead to the handler; an attempt knows who runs it, and leads to the next."""
    waits = call.waits
    if waits is None:
        return
    if call.event is None:
        waits.lead_to(segment)
    waits.scene.ran_on, waits.scene.start = segment.scene.place, call.start
    waits.scene.reached = segment.scene.reached
    waits.touch(board.entry.sequence)


def _claim(board: Board, environment: Environment, call: Call) -> None:
    """Say for which call an init inside an invoke was, now that it is known."""
    for segment in environment.unclaimed:
        segment.request_id = str(call.key)
        segment.scene.call, segment.scene.event = call.number, call.event
        segment.touch(board.entry.sequence)
    environment.unclaimed.clear()


def _unseen_start(
    board: Board, environment: Environment | None, call: Call, fact: InvocationFinished
) -> Segment | None:
    """Draw a call of whose start nothing is known."""
    if environment is None:
        return None
    environment.stop_resting(board.entry.time, sequence=board.entry.sequence)
    start = board.entry.time - max(0.0, fact.duration)
    environment.stop_working(start, sequence=board.entry.sequence)
    scene = Scene(place=environment.title, call=call.number, event=call.event)
    segment = board.draw("running", lane=environment, scene=scene, start=start)
    segment.request_id = fact.request_id
    call.environment = environment.title
    return segment
