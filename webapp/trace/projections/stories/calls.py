"""The stories of calls: what the handler did, and what its caller had of it."""

from webapp.trace.events import (
    InvocationAbandoned,
    InvocationFinished,
    InvocationStarted,
    InvocationThrottled,
    Start,
)
from webapp.trace.projections import formats, phrases, rules, version_phrases
from webapp.trace.projections.rules import Rule
from webapp.trace.projections.stories.scene import Scene
from webapp.trace.projections.stories.telling import Teller, Telling
from webapp.trace.projections.stories.titles import call_name

RECURSIVE = "RecursiveInvocationException"


def handler(scene: Scene, length: float | None) -> Telling:
    """Tell what the handler did: the story of every kind in which it ran."""
    finish = scene.finish
    if not isinstance(finish, InvocationFinished):
        what = f"The handler {'ran' if length is not None else 'is running'} on {scene.place}."
        return Telling(what, scene.why, rules.ONE_REQUEST, scene.start or "running")
    inside = length if scene.init_inside else None
    said = phrases.handler_what(finish, place=scene.place, reached=scene.reached, seconds=inside)
    what = f"{said} {phrases.start_said(scene.start, finish)}"
    if inside is not None:
        what = f"{what} Duration counts that init too: {formats.exact(finish.duration)}."
    if isinstance(scene.begin, InvocationStarted):
        what = f"{what.strip()} {version_phrases.routed(scene.begin)}".strip()
        if scene.begin.injected:
            what = f"{what} The lab's fault knobs are on: {scene.begin.injected}."
    rule = _rule_of_call(scene, finish)
    return Telling(what.strip(), scene.why, rule, _handler_badge(finish, scene.start))


def _rule_of_call(scene: Scene, finish: InvocationFinished) -> Rule:
    """Return what the call shows best: that chance chose a version, if all went well."""
    shared = isinstance(scene.begin, InvocationStarted) and scene.begin.weight > 0.0
    if shared and finish.status == "ok":
        return rules.SHARED
    return rules.of_call(finish.status, start=scene.start)


def _handler_badge(finish: InvocationFinished, start: Start | None) -> str:
    if finish.status == "ok":
        return start or "ok"
    return finish.status if finish.status in ("timeout", "memory", "stopped") else "error"


def _waits(scene: Scene, length: float | None) -> Telling:
    what = "The caller waits for the answer."
    badge = "running"
    finish = scene.finish
    if isinstance(finish, InvocationAbandoned):
        what = f"The caller waited {formats.duration(length or 0.0)} and got {finish.code}."
        return Telling(what, scene.why or finish.reason, rule_of_refusal(scene), "error")
    if length is not None:
        badge = "error" if scene.failed else "ok"
        answer = "for an answer that tells of a failure" if scene.failed else "for the answer"
        what = f"The caller waited {formats.duration(length)} {answer}."
    return Telling(what, phrases.WAITS_WHY, rules.WAITS, badge)


def rule_of_refusal(scene: Scene) -> Rule:
    """Return the rule by which a call was not run."""
    looped = getattr(scene.finish, "code", "") == RECURSIVE
    return rules.RECURSION if looped else rules.WAITS


def _throttled(scene: Scene, length: float | None) -> Telling:
    fact = scene.begin
    what = why = "The call got 429. Nothing ran."
    if isinstance(fact, InvocationThrottled):
        what = f"{call_name(scene.call or 0, event=scene.event)} got 429. Nothing ran."
        why = phrases.throttled_why(fact)
    return Telling(what, why, rules.THROTTLED, "throttled")


TELLERS: dict[str, Teller] = {"waits": _waits, "throttled": _throttled}
