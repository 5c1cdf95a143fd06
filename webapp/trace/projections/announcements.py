"""Sentences about what concerns the whole lab: changes, the clock, the server, the trace."""

from webapp.trace.events import Change, ClockChanged, FunctionChanged, TraceTrimmed
from webapp.trace.projections import formats

CHANGED: dict[Change, str] = {
    "created": "function",
    "code": "code",
    "configuration": "configuration",
    "faults": "faults",
    "tags": "tags",
    "permissions": "permissions",
    "events": "event configuration",
    "recursion": "recursive loop detection",
    "concurrency": "reserved concurrency",
    "url": "URL",
    "version": "versions",
    "alias": "aliases",
    "deleted": "function",
}
"""What a change is about, in a word."""
ANNOTATIONS: frozenset[Change] = frozenset(
    {"tags", "permissions", "url", "events", "recursion", "concurrency", "version", "alias"}
)
"""Changes that environments do not notice."""


def changed(fact: FunctionChanged) -> str:
    """Tell a change of a function, once it is settled."""
    if fact.state == "Failed":
        said = f"The {CHANGED[fact.change]} of {fact.function} could not be changed."
        return f"{said} {fact.detail}".strip()
    if fact.change == "created":
        return f"{fact.function} was created."
    if fact.change == "deleted":
        return f"{fact.function} was deleted."
    if fact.change == "faults":
        now = f" Now on: {fact.detail}." if fact.detail else ""
        return f"The faults of {fact.function} were changed.{now}"
    if fact.change == "concurrency" and (fact.detail == "none" or fact.detail.isdecimal()):
        return _reserved(fact)
    said = f"The {CHANGED[fact.change]} of {fact.function} changed."
    if fact.change in ANNOTATIONS:
        return said
    return f"{said} The next call needs a new environment."


def _reserved(fact: FunctionChanged) -> str:
    match fact.detail:
        case "none":
            return f"{fact.function} runs on the concurrency that nobody has reserved."
        case "0":
            return f"No concurrency is reserved for {fact.function}: it may not run at all."
    calls = formats.count(int(fact.detail), "call")
    return f"{calls} of {fact.function} may run at once: so much is reserved, and no more."


def skipped(seconds: float) -> str:
    """Tell a jump of the clock."""
    return f"{formats.duration(seconds)} of quiet were skipped."


def clock(fact: ClockChanged) -> str:
    """Tell a choice of the learner's."""
    if fact.paused:
        return "The clock was paused."
    return "Waits are skipped." if fact.rate == "max" else f"Quiet time runs at {fact.rate}×."


def restarted(*, environments: int, calls: int) -> str:
    """Tell what went with the server (rule 15)."""
    lost = [formats.count(environments, "environment")] if environments else []
    lost += [f"{formats.count(calls, 'call')} in flight"] if calls else []
    what = f" {' and '.join(lost)} went with it." if lost else ""
    return f"The server stopped and started again.{what} The last facts before it may be missing."


def trimmed(fact: TraceTrimmed) -> str:
    """Tell what was dropped to keep within the limit (rule 4)."""
    runs, facts = formats.count(fact.runs, "run"), formats.count(fact.facts, "fact")
    return f"The oldest {runs} with {facts} were dropped to keep within the limit."


def mark(fact: FunctionChanged) -> str:
    """Return the label of a change's dotted line."""
    verb = "deleted" if fact.change == "deleted" else "updated"
    verb = "update failed" if fact.state == "Failed" else verb
    return f"{CHANGED[fact.change].capitalize()} {verb}"
