"""Patterns of a gallery's cards: before a call, tried once, tried again, and only told of."""

import json
from collections.abc import Mapping
from dataclasses import replace

from webapp.classroom.model import ShownArrival, ShownTry
from webapp.curriculum.caller import Caller, EventField
from webapp.curriculum.content import Html
from webapp.curriculum.press import Press
from webapp.pages.patterns.pattern import Pattern, own_ids
from webapp.pages.prose import Look, PageRenderer

_LOGS = {
    "awslogs": {
        "data": (
            "H4sIAAAAAAACA6tWyk0tLk5MTw2pLEhVslJQcnEMcYz3dQ0OdnR3VdJRUMrJT3ctS80rKQZKRlfDVINU"
            "ugYF+Qcp5OUrFCQWpBYp1cbWAgCZomH1TQAAAA=="
        )
    }
}
_EVENT = {
    "version": "0",
    "detail-type": "order",
    "source": "shop",
    "resources": ["arn:aws:s3:::a-bucket-with-a-name-that-is-longer-than-a-card-is-wide"],
    "detail": {"order_id": "C-7", "total": 42},
}


def _arrival(event: Mapping[str, object], *tries: ShownTry) -> ShownArrival:
    text = json.dumps(event)
    return ShownArrival(payload=text, size_bytes=len(text), tries=tries)


_RETURNED = ShownTry(
    state="ok", text='Attempt 1, at 0:00, returned {"caller": "eventbridge"}.', segment="s3"
)
_RAISED = ShownTry(state="failed", text="Attempt 1, at 0:00, raised KeyError.", segment="s3")
_RUNS = ShownTry(state="runs", text="Attempt 2, at 1:00, runs.", segment="s4")
_WAITS = ShownTry(state="waits", text="Attempt 2 comes at 1:00.", segment=None)
_STATES: tuple[tuple[str, ShownArrival | None], ...] = (
    ("Caller: nothing came yet", None),
    ("Caller: an event in line", _arrival(_EVENT)),
    ("Caller: an event that returned", _arrival(_EVENT, _RETURNED)),
    ("Caller: an event that is tried again", _arrival(_EVENT, _RAISED, _WAITS)),
    ("Caller: an event in its second attempt", _arrival(_EVENT, _RAISED, _RUNS)),
    (
        "Caller: an event with something packed into it",
        replace(_arrival(_LOGS, _RETURNED), size_bytes=70_000),
    ),
)


def gallery_patterns(look: Look) -> tuple[Pattern, ...]:
    """Return a card in every state, one that stands in, and some that are only told of."""
    press = next(iter(look.lesson.presses.values()))
    caller = _caller(press)
    stands_in = replace(caller, id="pattern-ses", name="SES", stands_in=True)
    return (
        *(_card(name, look, caller, arrival) for name, arrival in _STATES),
        _card("Caller: it stands in for a service", look, stands_in, None),
        _drawn("Callers: only told of", PageRenderer(look).gallery(_told(look))),
    )


def _told(look: Look) -> tuple[Caller, ...]:
    gateway = Caller(
        id="pattern-gateway",
        name="API Gateway",
        model="synchronous",
        says=Html("It puts addresses of your own in front of functions."),
        known_by=Html("<code>requestContext.apiId</code> is there."),
        lesson=look.lesson.slug,
    )
    kafka = replace(gateway, id="pattern-kafka", name="Kafka", model="polling", lesson="brokers")
    return gateway, kafka


def _caller(press: Press) -> Caller:
    return Caller(
        id="pattern-bus",
        name="EventBridge",
        model="asynchronous",
        says=Html("A bus takes events from anyone. Each rule whose pattern agrees calls."),
        known_by=Html("<code>detail-type</code> and <code>detail</code> are there."),
        source="rule",
        presses=(press,),
        fields=(
            EventField(path="source", says=Html("who put the event")),
            EventField(path="Records[0].s3.object.sequencer", says=Html("which came later")),
        ),
    )


def _card(name: str, look: Look, caller: Caller, arrival: ShownArrival | None) -> Pattern:
    arrivals = {} if arrival is None else {caller.id: arrival}
    shown = replace(look, state=replace(look.state, arrivals=arrivals))
    return _drawn(name, PageRenderer(shown).gallery((caller,)))


def _drawn(name: str, html: str) -> Pattern:
    return Pattern(name=name, html=own_ids(html, name))
