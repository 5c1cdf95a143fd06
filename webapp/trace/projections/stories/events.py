"""The stories of events of asynchronous calls: sent, in line, tried, recorded."""

from webapp.trace.events import (
    DeliveryFailed,
    InvocationAbandoned,
    InvocationFinished,
    RecordDelivered,
)
from webapp.trace.projections import event_phrases, formats, phrases, rules
from webapp.trace.projections.stories.calls import RECURSIVE, rule_of_refusal
from webapp.trace.projections.stories.scene import Scene
from webapp.trace.projections.stories.telling import Teller, Telling


def _sends(scene: Scene, _length: float | None) -> Telling:
    what = event_phrases.sent(scene.events, scene.took)
    if scene.failed:
        return Telling("The event was refused and is not in the queue.", "", rules.EVENT, "error")
    badge = "accepted" if scene.took else "running"
    return Telling(what, event_phrases.SENT, rules.EVENT, badge)


def _line(scene: Scene, length: float | None) -> Telling:
    what = f"Event {scene.event} stood in line for {formats.duration(length or 0.0)}."
    return Telling(what, event_phrases.IN_LINE, rules.EVENT, "queued")


def _attempt(scene: Scene, length: float | None) -> Telling:
    if length is None:
        what = "The queue called the function and waits for it. Nobody else does."
        return Telling(what, scene.why, rules.EVENT, "running")
    finish = scene.finish
    if isinstance(finish, InvocationFinished):
        place = scene.ran_on or "an environment"
        said = phrases.handler_what(finish, place=place, reached=scene.reached)
        what = f"{said} {phrases.start_said(scene.start, finish)}".strip()
        rule = rules.EVENT if finish.status == "ok" else rules.RETRY
        rule = rules.AT_LEAST_ONCE if scene.again else rule
        return Telling(what, scene.why, rule, "ok" if finish.status == "ok" else "error")
    if isinstance(finish, InvocationAbandoned):
        what = f"The queue could not run the function: {finish.code}."
        return Telling(what, _why_refused(scene, finish), rule_of_refusal(scene), "error")
    return Telling("The attempt had no answer.", scene.why, rules.BACK_OFF, "error")


def _why_refused(scene: Scene, finish: InvocationAbandoned) -> str:
    return scene.why if finish.code == RECURSIVE else finish.reason


def _record(scene: Scene, _length: float | None) -> Telling:
    fact = scene.begin
    number = scene.event or 0
    if isinstance(fact, DeliveryFailed):
        what = event_phrases.not_delivered(fact, number=number)
        return Telling(what, event_phrases.REFUSED, rules.RECORD, "error")
    assert isinstance(fact, RecordDelivered)
    rule = rules.DEAD_LETTER if fact.kind == "dead-letter queue" else rules.RECORD
    what = event_phrases.delivered(fact, number=number)
    return Telling(what, scene.why, rule, "failed event" if scene.failed else "ok")


TELLERS: dict[str, Teller] = {
    "sends": _sends,
    "line": _line,
    "attempt": _attempt,
    "record": _record,
}
