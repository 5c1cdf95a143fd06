"""Whether what a run began still goes on: calls, events on their way to their first attempt."""

from collections.abc import Iterable

from webapp.trace.events import (
    EventDropped,
    EventQueued,
    Fact,
    InvocationAbandoned,
    InvocationAccepted,
    InvocationFinished,
    InvocationThrottled,
    RuleMatched,
    TargetFact,
    TargetGivenUp,
    TargetReached,
    TargetRetryScheduled,
)

_ENDS = InvocationFinished | InvocationThrottled | InvocationAbandoned | EventDropped


def is_underway(facts: Iterable[Fact]) -> bool:
    """Tell whether a call runs, an event waits for its first attempt, or one is on its way there.

    What waits for a later attempt does not count: that may be a day. Who caused a call or an
    event may have left it long before.
    """
    calls: set[str] = set()
    deliveries = 0
    for fact in facts:
        if isinstance(fact, InvocationAccepted | EventQueued):
            calls.add(fact.request_id)
        elif isinstance(fact, _ENDS):
            calls.discard(fact.request_id)
        elif isinstance(fact, RuleMatched):
            deliveries += fact.targets
        elif isinstance(fact, TargetFact) and not fact.bus:
            continue  # no rule matched: what a schedule or a bucket sends was never counted
        elif isinstance(fact, TargetReached | TargetGivenUp):
            deliveries -= _is_first(
                fact.attempt if isinstance(fact, TargetReached) else fact.attempts
            )
        elif isinstance(fact, TargetRetryScheduled):
            deliveries -= _is_first(fact.attempt - 1)
    return bool(calls) or deliveries > 0


def _is_first(attempt: int) -> bool:
    """Tell whether no attempt before this one has said what came of the delivery."""
    return attempt <= 1
