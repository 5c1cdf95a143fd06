"""The story of one segment: what, why then, which rule (with the fact sheet's section).

Every sentence is made of facts that never change, so the same segment always tells the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from webapp.trace.events import (
    CodeFetched,
    DeliveryFailed,
    EnvironmentCreated,
    EnvironmentRetired,
    EventPut,
    Fact,
    InitFinished,
    InvocationAbandoned,
    InvocationFinished,
    InvocationStarted,
    InvocationThrottled,
    MessagePublished,
    MessageReturned,
    NotificationRefused,
    ObjectDeleted,
    ObjectPut,
    RecordDelivered,
    RetryScheduled,
    ScheduleFired,
    Start,
    TargetRetryScheduled,
)
from webapp.trace.projections import (
    bucket_phrases,
    bus_phrases,
    event_phrases,
    formats,
    phrases,
    queue_phrases,
    rules,
    schedule_phrases,
    topic_phrases,
    version_phrases,
)
from webapp.trace.projections.rules import Rule


@dataclass(slots=True, kw_only=True)
class Scene:
    """What a story is told from. ``place`` names the lane.

    ``call`` numbers the invocation, or the attempt of ``event``. ``ran_on`` is where an attempt
    ran. ``events`` were sent by one press, and had their 202 after ``took`` seconds each.
    ``message`` numbers a message of a queue; ``until`` is when it is visible, or visible again.
    ``again``: a process started anew after a reset, or an event delivered once more.
    ``reached``: the handler got the event. ``init_inside``: the call's Duration holds an init too.
    ``says`` stands beside a point of a bus; ``unheard``: no rule matches it.
    """

    place: str
    why: str = ""
    call: int | None = None
    event: int | None = None
    ran_on: str = ""
    events: list[int] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    start: Start | None = None
    message: int | None = None
    until: float = 0.0
    begin: Fact | None = None
    finish: Fact | None = None
    failed: bool = False
    lost: bool = False
    again: bool = False
    reached: bool = True
    init_inside: bool = False
    says: str = ""
    unheard: bool = False


class Telling(NamedTuple):
    """One story, as ``Segment`` gives it to the page."""

    what: str
    why: str
    rule: Rule
    badge: str


RECURSIVE = "RecursiveInvocationException"

TITLES = {
    "download": "Download",
    "start": "Environment start",
    "init": "Init",
    "init-failed": "Init failed",
    "frozen": "Frozen",
    "reset": "Reset",
    "ended": "Ended",
    "throttled": "Throttled",
    "line": "In line",
}

WITHOUT_FOLLOWER = {
    "frozen": "The next call finds it warm, unless it is removed first.",
    "reset": "The next call on it runs init again.",
    "ended": "The next call needs another environment.",
    "throttled": "The caller may try again.",
    "record": "Whoever reads the target finds it there.",
    "bus-event": "Nothing: a bus keeps no event for rules that come later.",
    "object": "Each notification that matches tells its destination.",
    "firing": "Its target gets what the schedule says.",
    "sends": "Nothing: no answer and no error reach the caller.",
}


_NOUNS = {
    "bus-event": "Event",
    "publication": "Notification",
    "object": "Change",
    "firing": "Firing",
}
"""What spreads, by kind: each is told by its number."""


def title(kind: str, scene: Scene) -> str:
    """Return the heading: ``Init``, ``Call 3``, ``Caller of call 3``."""
    if kind in TITLES:
        return TITLES[kind]
    if kind in _NOUNS:
        return f"{_NOUNS[kind]} {scene.message}"
    if scene.message is not None:
        return f"Message {scene.message}"
    if kind in _NAMED:
        return _NAMED[kind](scene)
    if scene.call is None:
        return "Caller" if kind == "waits" else "Call"
    name = call_name(scene.call, event=scene.event)
    return f"Caller of {name.lower()}" if kind == "waits" else name


def call_name(number: int, *, event: int | None) -> str:
    """Return what a call is called: ``Call 3``, ``Attempt 2 of event 1``."""
    return f"Call {number}" if event is None else f"Attempt {number} of event {event}"


def attempt_name(scene: Scene) -> str:
    """Return what an attempt is called where its event is known: ``Attempt 2``."""
    return f"Attempt {scene.call}"


def sent_label(scene: Scene) -> str:
    """Return the label of those who sent events."""
    return event_phrases.sent_shortly(scene.events, scene.took)


def _sends_title(scene: Scene) -> str:
    if len(scene.events) > 1:
        return f"Callers of {len(scene.events)} events"
    return f"Caller of event {scene.events[0]}"


def _wait_title(scene: Scene) -> str:
    return f"Wait for attempt {getattr(scene.begin, 'attempt', '')}"


def _record_title(scene: Scene) -> str:
    return f"{event_phrases.record_noun(getattr(scene.begin, 'kind', ''))} in {scene.place}"


_NAMED: dict[str, Callable[[Scene], str]] = {
    "sends": _sends_title,
    "wait": _wait_title,
    "record": _record_title,
}


def message_label(kind: str, scene: Scene, *, start: float) -> str:
    """Return the label of a message on its queue's lane: ``message 3``, ``invisible 30 s``."""
    if kind == "message":
        return f"message {scene.message}"
    return f"invisible {formats.duration(max(0.0, scene.until - start))}"


def wait_length(scene: Scene) -> str:
    """Return how long a wait for the next attempt is: ``1 min``."""
    fact = scene.begin
    if isinstance(fact, RetryScheduled | TargetRetryScheduled):
        return formats.duration(fact.wait_seconds)
    return ""


def measured(fact: Fact | None, *, default: float) -> float:
    """Return the seconds that a fact measured, else ``default``."""
    if isinstance(fact, CodeFetched | EnvironmentCreated | InitFinished):
        return fact.seconds
    return fact.duration if isinstance(fact, InvocationFinished) else default


def short_error(finish: Fact | None) -> str:
    """Return the first word of a failed init: its error type, else its status."""
    if not isinstance(finish, InitFinished):
        return "lost"
    return (finish.error_type or finish.status).removeprefix("Runtime.")


def tell(kind: str, scene: Scene, *, length: float | None) -> Telling:
    """Return the story of a segment of that kind; ``length`` is none while it lasts."""
    if scene.lost:
        return Telling(phrases.LOST, phrases.RESTARTED, rules.RESTART, "stopped")
    return _TELLERS.get(kind, _handler)(scene, length)


def _download(scene: Scene, length: float | None) -> Telling:
    fact = scene.begin
    took = formats.duration(length or 0.0)
    what = f"The code was fetched and unpacked in {took}."
    if isinstance(fact, CodeFetched):
        amount = formats.size(fact.size_bytes)
        what = f"{amount} of code were fetched and unpacked in {took}."
        if fact.cached:
            what = f"The code ({amount}) was already on this host; finding it took {took}."
    return Telling(what, scene.why, rules.DOWNLOAD, "cold")


def _start(scene: Scene, length: float | None) -> Telling:
    took = formats.duration(length or 0.0)
    what = f"The process of {scene.place} stood behind its walls after {took}."
    fact = scene.finish
    if isinstance(fact, EnvironmentCreated) and fact.stands_in_for:
        what += (
            f" This host has no {fact.stands_in_for}: {fact.interpreter} runs the function instead."
        )
    if scene.again:
        return Telling(what, scene.why, rules.RESET, "reset")
    return Telling(what, scene.why, rules.PROCESS, "cold")


def _init(scene: Scene, length: float | None) -> Telling:
    suppressed = getattr(scene.finish or scene.begin, "phase", "init") == "invoke"
    what = phrases.init_what(scene.finish, place=scene.place)
    if suppressed:
        return Telling(what, scene.why, rules.SUPPRESSED_INIT, _init_badge(scene))
    return Telling(what, scene.why, rules.INIT, _init_badge(scene))


def _init_badge(scene: Scene) -> str:
    finish = scene.finish
    if isinstance(finish, InitFinished) and finish.status != "success":
        return "timeout" if finish.status == "timeout" else "error"
    return "reset" if getattr(scene.begin, "phase", "init") == "invoke" else "cold"


def _handler(scene: Scene, length: float | None) -> Telling:
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


def _frozen(scene: Scene, length: float | None) -> Telling:
    what = f"{scene.place} stands still: kept in memory, not billed."
    if length is not None:
        stood = formats.duration(length)
        what = f"{scene.place} stood still for {stood}: kept in memory, not billed."
    return Telling(what, phrases.FROZEN_WHY, rules.FROZEN, "frozen")


def _reset(scene: Scene, length: float | None) -> Telling:
    what = f"The process of {scene.place} is gone, and its globals with it. /tmp is kept."
    return Telling(what, phrases.reset_why(scene.begin), rules.RESET, "reset")


def _ended(scene: Scene, length: float | None) -> Telling:
    fact = scene.begin
    if not isinstance(fact, EnvironmentRetired):
        return Telling(phrases.LOST, phrases.RESTARTED, rules.RESTART, "ended")
    rule = rules.OF_RETIREMENT[fact.reason]
    what = f"{scene.place} ended: memory and /tmp are gone."
    return Telling(what, phrases.retired(fact, place=scene.place), rule, "ended")


def _waits(scene: Scene, length: float | None) -> Telling:
    what = "The caller waits for the answer."
    badge = "running"
    finish = scene.finish
    if isinstance(finish, InvocationAbandoned):
        what = f"The caller waited {formats.duration(length or 0.0)} and got {finish.code}."
        return Telling(what, scene.why or finish.reason, _rule_of_refusal(scene), "error")
    if length is not None:
        badge = "error" if scene.failed else "ok"
        answer = "for an answer that tells of a failure" if scene.failed else "for the answer"
        what = f"The caller waited {formats.duration(length)} {answer}."
    return Telling(what, phrases.WAITS_WHY, rules.WAITS, badge)


def _rule_of_refusal(scene: Scene) -> Rule:
    looped = getattr(scene.finish, "code", "") == RECURSIVE
    return rules.RECURSION if looped else rules.WAITS


def _throttled(scene: Scene, length: float | None) -> Telling:
    fact = scene.begin
    what = why = "The call got 429. Nothing ran."
    if isinstance(fact, InvocationThrottled):
        what = f"{call_name(scene.call or 0, event=scene.event)} got 429. Nothing ran."
        why = phrases.throttled_why(fact)
    return Telling(what, why, rules.THROTTLED, "throttled")


def _sends(scene: Scene, _length: float | None) -> Telling:
    what = event_phrases.sent(scene.events, scene.took)
    if scene.failed:
        return Telling("The event was refused and is not in the queue.", "", rules.EVENT, "error")
    badge = "accepted" if scene.took else "running"
    return Telling(what, event_phrases.SENT, rules.EVENT, badge)


def _line(scene: Scene, length: float | None) -> Telling:
    what = f"Event {scene.event} stood in line for {formats.duration(length or 0.0)}."
    return Telling(what, event_phrases.IN_LINE, rules.EVENT, "frozen")


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
        return Telling(what, _why_refused(scene, finish), _rule_of_refusal(scene), "error")
    return Telling("The attempt had no answer.", scene.why, rules.BACK_OFF, "error")


def _why_refused(scene: Scene, finish: InvocationAbandoned) -> str:
    return scene.why if finish.code == RECURSIVE else finish.reason


def _wait(scene: Scene, length: float | None) -> Telling:
    fact = scene.begin
    if isinstance(fact, TargetRetryScheduled):
        carried = bus_phrases.carried(fact, number=scene.message or 0)
        what = f"A delivery of {carried} waits for attempt {fact.attempt}."
        return Telling(what, bus_phrases.wait_why(fact), rules.TARGET_RETRY, "waits")
    if isinstance(fact, NotificationRefused):
        what = f"A delivery of notification {scene.message} waits for its next attempt."
        return Telling(what, topic_phrases.wait_why(fact), rules.DELIVERY_RETRY, "frozen")
    if not isinstance(fact, RetryScheduled):
        return Telling("The event waits.", "", rules.RETRY, "waits")
    verb = "waits" if length is None else "waited"
    what = (
        f"Event {scene.event} {verb} {wait_length(scene)} in the queue for attempt {fact.attempt}."
    )
    rule = rules.BACK_OFF if fact.rule == "back-off" else rules.RETRY
    return Telling(what, scene.why, rule, "waits")


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


def _publication(scene: Scene, _length: float | None) -> Telling:
    fact, number = scene.begin, scene.message or 0
    assert isinstance(fact, MessagePublished)
    what = topic_phrases.published(fact, number=number)
    why = topic_phrases.WHY if fact.deliveries else topic_phrases.NO_READER_WHY
    return Telling(what, why, rules.FAN_OUT, "error" if scene.failed else "ok")


def _message(scene: Scene, length: float | None) -> Telling:
    what = queue_phrases.waits(scene.place, scene.message or 0, length=length)
    why = queue_phrases.why_waits(scene.begin)
    rule = rules.RETURNED if isinstance(scene.begin, MessageReturned) else rules.MESSAGE
    return Telling(what, why, rule, "waits")


def _bus_event(scene: Scene, _length: float | None) -> Telling:
    fact, number = scene.begin, scene.message or 0
    assert isinstance(fact, EventPut)
    what = bus_phrases.put(fact, number=number)
    badge = "error" if scene.failed else "unheard" if scene.unheard else "ok"
    return Telling(what, scene.why or bus_phrases.WHY, rules.ROUTED, badge)


def _object(scene: Scene, _length: float | None) -> Telling:
    fact, number, badge = scene.begin, scene.message or 0, "error" if scene.failed else "ok"
    if isinstance(fact, ObjectDeleted):
        what = bucket_phrases.deleted(fact, number=number)
    else:
        assert isinstance(fact, ObjectPut)
        what = bucket_phrases.put(fact, number=number)
    return Telling(what, bucket_phrases.WHY, rules.NOTIFIED, badge)


def _firing(scene: Scene, _length: float | None) -> Telling:
    fact = scene.begin
    assert isinstance(fact, ScheduleFired)
    what = schedule_phrases.fired(fact, number=scene.message or 0, now=scene.until)
    badge = "error" if scene.failed else "ok"
    return Telling(what, schedule_phrases.WHY, rules.SCHEDULED, badge)


def _visibility(scene: Scene, length: float | None) -> Telling:
    what = queue_phrases.hidden(scene.begin, scene.finish, number=scene.message or 0, length=length)
    return Telling(what, queue_phrases.HIDDEN_WHY, rules.INVISIBLE, "in flight")


_TELLERS: dict[str, Callable[[Scene, float | None], Telling]] = {
    "download": _download,
    "start": _start,
    "init": _init,
    "init-failed": _init,
    "frozen": _frozen,
    "reset": _reset,
    "ended": _ended,
    "waits": _waits,
    "throttled": _throttled,
    "sends": _sends,
    "line": _line,
    "attempt": _attempt,
    "wait": _wait,
    "record": _record,
    "publication": _publication,
    "message": _message,
    "visibility": _visibility,
    "bus-event": _bus_event,
    "object": _object,
    "firing": _firing,
}
