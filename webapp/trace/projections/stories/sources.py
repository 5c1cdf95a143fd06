"""The stories of what stands around functions: queues, topics, buses, buckets, schedules."""

from webapp.trace.events import (
    EventPut,
    MessagePublished,
    MessageReturned,
    ObjectDeleted,
    ObjectPut,
    ScheduleFired,
)
from webapp.trace.projections import (
    bucket_phrases,
    bus_phrases,
    queue_phrases,
    rules,
    schedule_phrases,
    topic_phrases,
)
from webapp.trace.projections.stories.scene import Scene
from webapp.trace.projections.stories.telling import Teller, Telling


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


def _visibility(scene: Scene, length: float | None) -> Telling:
    what = queue_phrases.hidden(scene.begin, scene.finish, number=scene.message or 0, length=length)
    return Telling(what, queue_phrases.HIDDEN_WHY, rules.INVISIBLE, "in flight")


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


TELLERS: dict[str, Teller] = {
    "publication": _publication,
    "message": _message,
    "visibility": _visibility,
    "bus-event": _bus_event,
    "object": _object,
    "firing": _firing,
}
