"""The stories of waits for a next attempt: of an event, and of what a source delivers."""

from webapp.trace.events import Fact, NotificationRefused, RetryScheduled, TargetRetryScheduled
from webapp.trace.projections import bus_phrases, formats, rules, topic_phrases
from webapp.trace.projections.stories.scene import Scene
from webapp.trace.projections.stories.telling import Teller, Telling


def next_attempt(fact: Fact | None) -> int | None:
    """Return the number of the attempt that is waited for, if the fact begins such a wait."""
    if isinstance(fact, NotificationRefused):
        return fact.attempt + 1
    return fact.attempt if isinstance(fact, RetryScheduled | TargetRetryScheduled) else None


def wait_length(scene: Scene, *, start: float) -> str:
    """Return how long a wait that began at lab time ``start`` is to be: ``1 min``."""
    fact = scene.begin
    if isinstance(fact, RetryScheduled | TargetRetryScheduled):
        return formats.duration(fact.wait_seconds)
    return formats.duration(fact.due - start) if isinstance(fact, NotificationRefused) else ""


def _wait(scene: Scene, length: float | None) -> Telling:
    verb = "waits" if length is None else "waited"
    fact = scene.begin
    if isinstance(fact, TargetRetryScheduled):
        carried = bus_phrases.carried(fact, number=scene.message or 0)
        what = f"A delivery of {carried} {verb} for attempt {fact.attempt}."
        rule = rules.NOTIFICATION_RETRY if fact.by_bucket else rules.TARGET_RETRY
        return Telling(what, bus_phrases.wait_why(fact), rule, "waits")
    if isinstance(fact, NotificationRefused):
        what = f"A delivery of notification {scene.message} {verb} for attempt {fact.attempt + 1}."
        return Telling(what, topic_phrases.wait_why(fact), rules.DELIVERY_RETRY, "waits")
    assert isinstance(fact, RetryScheduled)
    seconds = formats.duration(fact.wait_seconds)
    what = f"Event {scene.event} {verb} {seconds} in the queue for attempt {fact.attempt}."
    rule = rules.BACK_OFF if fact.rule == "back-off" else rules.RETRY
    return Telling(what, scene.why, rule, "waits")


TELLERS: dict[str, Teller] = {"wait": _wait}
