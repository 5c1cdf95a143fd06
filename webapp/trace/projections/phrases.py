"""The words: sentences about facts, in plain English and AWS's own terms (look 6)."""

from webapp.trace.events import (
    Change,
    EnvironmentRequested,
    EnvironmentReset,
    EnvironmentRetired,
    Fact,
    HttpAnswered,
    InitFinished,
    InvocationFinished,
    InvocationThrottled,
    RecursionStopped,
    ResetReason,
    RetireReason,
    Start,
    Status,
)
from webapp.trace.projections import formats, version_phrases
from webapp.trace.projections.announcements import CHANGED

LOST = "It was lost when the server stopped."
RESTARTED = "The server stopped and started again."
FROZEN_WHY = "The runtime asked for the next event, and none was there."
WAITS_WHY = "The call is synchronous: the caller holds the line until the function answers."

_RESET_WHY: dict[ResetReason, str] = {
    "timeout": "Its last call ran into the timeout.",
    "crash": "Its process exited during a call.",
    "memory": "Its process needed more memory than the function has and was killed.",
    "stopped": "Its last call was stopped.",
    "init": "Its init failed.",
}

_THROTTLES = {
    "ReservedFunctionConcurrentInvocationLimitExceeded": "the function's reserved concurrency",
    "ConcurrentInvocationLimitExceeded": "the limit",
}


def requested(fact: EnvironmentRequested, *, busy: int, changed: Change | None) -> str:
    """Say why a call needed a new environment (lambda-behaviour 2.2)."""
    if fact.why == "first call" and fact.version != version_phrases.LATEST:
        return (
            f"No environment of {version_phrases.name(fact.version)} existed: every version has "
            "its own. The first call started one."
        )
    if fact.why == "first call":
        return "No environment existed. The first call started one."
    if fact.why == "concurrency":
        return f"No environment was free{_how_many(busy)}. One more was started."
    if fact.why == "idle":
        return "The last environment had been idle and was removed. A new one was started."
    if fact.why == "update":
        what = CHANGED[changed or "code"]
        return f"The {what} changed, so the old environments were retired. A new one was started."
    return "The last environment was lost after a failure. A new one was started."


def _how_many(busy: int) -> str:
    if busy < 1:
        return ""
    return ": the only one was busy" if busy == 1 else f": all {busy} were busy"


def init_what(finish: Fact | None, *, place: str) -> str:
    """Say how init went, with its two measured parts."""
    if not isinstance(finish, InitFinished):
        return f"{place} initialises: the runtime, then your module code."
    took = formats.duration(finish.seconds)
    if finish.status == "timeout":
        return f"Init of {place} did not end within {took} and was stopped."
    if finish.status == "error":
        return f"Init of {place} failed after {took} with {finish.error_type or 'an error'}."
    parts = f"runtime {formats.duration(finish.runtime_seconds)}"
    parts += f", your module code {formats.duration(finish.function_seconds)}"
    return f"{place} initialised in {took}: {parts}."


def handler_what(
    finish: InvocationFinished, *, place: str, reached: bool, seconds: float | None = None
) -> str:
    """Say how a call ended on its environment; ``reached``: the handler got the event.

    ``seconds`` is set when Duration holds more than the handler: an init inside the invoke.
    """
    if finish.status == "init" or not reached:
        return f"The handler never ran on {place}: {_init_ending(finish)}."
    ran = formats.exact(finish.duration if seconds is None else seconds)
    return f"The handler ran {ran} on {place} and {_ending(finish)}."


def call_finished(
    finish: InvocationFinished, *, name: str, place: str, start: Start | None, reached: bool
) -> str:
    """Tell a call's end in the story."""
    if finish.status == "init" or not reached:
        return f"{name} failed on {place}: {_init_ending(finish)}."
    ran = f"{name} took {formats.exact(finish.duration)} on {place} and {_ending(finish)}."
    return f"{ran} {start_said(start, finish)}".strip()


def _init_ending(finish: InvocationFinished) -> str:
    endings: dict[Status, str] = {
        "timeout": "init ran into the function's timeout",
        "stopped": "it was stopped during init",
        "memory": f"init needed more than the function's {finish.memory_mb:,} MB",
    }
    return endings.get(finish.status, f"init failed with {finish.error_type or 'an error'}")


def _ending(finish: InvocationFinished) -> str:
    endings: dict[Status, str] = {
        "ok": "returned",
        "error": f"raised {finish.error_type or 'an error'}",
        "timeout": "was ended by the timeout",
        "memory": f"was killed: it needed more than its {finish.memory_mb:,} MB",
        "crash": f"its process ended ({finish.error_type or 'Runtime.ExitError'})",
        "stopped": "was stopped",
        "too large": "returned more than 6 MB",
    }
    return endings.get(finish.status, "ended")


def start_said(start: Start | None, finish: InvocationFinished) -> str:
    """Say what the call found: cold, warm, or reset."""
    if start == "warm":
        return "Warm: no init."
    if start == "reset":
        return "After a reset: init ran again inside this call."
    if start == "cold" and finish.init_duration is not None:
        return f"Cold: init took {formats.exact(finish.init_duration)} before it."
    return "Cold: a new environment." if start == "cold" else ""


def warm_why(place: str, *, idle: float | None) -> str:
    """Say why a call was warm."""
    waited = "" if idle is None else f" It had been frozen for {formats.duration(idle)}."
    return f"{place} was free.{waited}"


def reset_start_why(place: str, *, reason: str) -> str:
    """Say why a call found a reset environment."""
    return f"{place} was free, but had been reset. {reason}".strip()


def reset_why(fact: Fact | None) -> str:
    """Say what cost an environment its process."""
    return _RESET_WHY[fact.reason] if isinstance(fact, EnvironmentReset) else ""


def reset(fact: EnvironmentReset, *, place: str) -> str:
    """Tell a reset."""
    return f"{reset_why(fact)} {place} was reset: globals are gone, /tmp is kept."


def retired(fact: EnvironmentRetired, *, place: str) -> str:
    """Tell why an environment ended."""
    if fact.reason == "idle":
        return f"{place} had been idle for {formats.duration(fact.idle_seconds)} and was removed."
    said: dict[RetireReason, str] = {
        "updated": "was made for the function before the update and was retired.",
        "deleted": "was removed with its function.",
        "stopped": "was stopped.",
        "evicted": "was removed to make room.",
        "failed": "could not be started.",
        "restart": "ended with the server.",
    }
    return f"{place} {said.get(fact.reason, 'ended.')}"


def recursion_stopped(fact: RecursionStopped) -> str:
    """Say why a function is not run again in a chain of calls."""
    return f"{fact.function} ran {formats.count(fact.runs, 'time')} in one chain of calls: a loop."


def throttled_why(fact: InvocationThrottled) -> str:
    """Say which limit was reached, with AWS's own reason."""
    if fact.injected:
        return f"The lab's fault knob refuses the first attempts of every event ({fact.reason})."
    if fact.limit == 0:
        return f"The function has no concurrency reserved: it may not run at all ({fact.reason})."
    limit = _THROTTLES.get(fact.reason, "the limit")
    calls = formats.count(fact.limit, "call")
    return f"{calls} at once is {limit}, and all were in use ({fact.reason})."


def answered_by_http(fact: HttpAnswered, *, number: int) -> str:
    """Say what a caller by HTTP got."""
    hidden = " and no word of why: that is in the log" if fact.status == 502 else ""
    return f"The HTTP caller of call {number} got {fact.status}{hidden}."
