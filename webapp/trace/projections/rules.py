"""The rules behind what is seen, each with its section of ``lambda-behaviour``.

The section is empty where AWS has no such thing and the lab speaks for itself.
"""

from typing import NamedTuple

from webapp.trace.events import RetireReason, Start, Status


class Rule(NamedTuple):
    """One rule in one sentence."""

    text: str
    section: str


DOWNLOAD = Rule("A cold start begins with the code coming to the host.", "2.1")
PROCESS = Rule("Every environment is a process of its own, with its own /tmp.", "2.1")
INIT = Rule("Module code runs once per environment, before the first event, and is billed.", "2.6")
SUPPRESSED_INIT = Rule(
    "After a reset or a failed init, init runs again inside the invoke and counts in Duration.",
    "2.4",
)
ONE_REQUEST = Rule("An environment handles one request at a time.", "2.1")
COLD = Rule("A call that finds every environment busy or none at all starts a new one.", "2.2")
KEPT = Rule("What is in memory is still there at the next call on the same environment.", "2.4")
FROZEN = Rule(
    "Between calls an environment has no CPU: threads and timers stop, and go on with the next.",
    "2.4",
)
RESET = Rule("A timeout or crash costs the globals; the next call on it runs init again.", "2.4")
WAITS = Rule("A function that fails still answers 200; X-Amz-Function-Error says so.", "4.1")
THROTTLED = Rule("A call beyond the concurrency limit is refused with 429; nothing runs.", "4.3")
EVENT = Rule("An event is run from a queue; its caller has 202 and never sees the result.", "5.1")
AT_LEAST_ONCE = Rule("The queue delivers an event at least once, now and then twice.", "5.1")
RECURSION = Rule(
    "A function that has run 16 times in one chain of calls is not run again in it.", "9.3"
)
RETRY = Rule("A function error is retried twice, after one and after two minutes.", "5.1")
BACK_OFF = Rule("What never reached the function backs off from 1 s to 5 min.", "5.1")
RECORD = Rule("When an event ends, its record goes where its function says.", "5.3")
DEAD_LETTER = Rule("A dead letter is the event as it came, with the error beside it.", "5.3")
SHARED = Rule(
    "An alias of two versions chooses by chance, for every call anew; nobody stays with one.", "9.2"
)
FAN_OUT = Rule("A topic gives each subscription whose filter agrees a copy of its own.", "7.10")
DELIVERY_RETRY = Rule(
    "SNS tries an endpoint of AWS 100,015 times over 23 days; what is gone it tries once.", "7.10"
)
MESSAGE = Rule("A queue keeps a message until a consumer deletes it.", "6.3")
INVISIBLE = Rule("A received message is invisible until its visibility timeout is over.", "6.3")
RETURNED = Rule("What is not deleted in time is visible again; its receive count stays.", "6.3")
NOTIFIED = Rule(
    "A bucket tells each destination whose events, prefix and suffix cover a change.", "7.11"
)
SCHEDULED = Rule("EventBridge Scheduler runs its target at the moments of its expression.", "7.12")
ROUTED = Rule("Every enabled rule of a bus looks at every event; several may match.", "7.12")
TARGET_RETRY = Rule("EventBridge tries a target 185 times more within 24 hours.", "7.12")
NOTIFICATION_RETRY = Rule("S3 tries a busy destination again. It names no figures.", "7.11")
RESTART = Rule("Environments, /tmp and calls in flight live only as long as the server.", "")

_PROCESS_LOST = Rule(
    "When the process dies the environment is reset: globals are lost, /tmp is kept.", "2.4"
)
_OF_STATUS: dict[Status, Rule] = {
    "error": Rule("A raised exception keeps the environment and its globals.", "2.4"),
    "timeout": Rule("A timeout resets the environment: globals are lost, /tmp is kept.", "2.4"),
    "memory": _PROCESS_LOST,
    "crash": _PROCESS_LOST,
    "init": Rule("A failed init is tried once more inside the invoke; then the call fails.", "2.4"),
    "stopped": Rule("Stop kills the process, as a crash would: /tmp is kept.", "2.4"),
    "too large": Rule("A response over 6 MB is an error; the environment stays warm.", "2.4"),
}

OF_RETIREMENT: dict[RetireReason, Rule] = {
    "idle": Rule("Idle environments are removed after a while; AWS names no interval.", "2.2"),
    "updated": Rule("A function update retires environments.", "2.2"),
    "deleted": Rule("A deleted function keeps no environment.", "2.2"),
    "stopped": Rule("A removed environment loses its memory and /tmp.", "2.4"),
    "evicted": Rule("A platform may end a free environment at any time.", "2.2"),
    "failed": Rule("An environment that cannot start is given up.", "2.1"),
    "restart": RESTART,
}


def of_call(status: Status, *, start: Start | None) -> Rule:
    """Return the rule that a call's end shows, or how it began if it went well."""
    return _OF_STATUS.get(status, COLD if start == "cold" else KEPT)
