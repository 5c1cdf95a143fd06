"""What segments are called: their headings, labels and lengths."""

from collections.abc import Callable

from webapp.trace.events import (
    CodeFetched,
    EnvironmentCreated,
    Fact,
    InitFinished,
    InvocationFinished,
)
from webapp.trace.projections import event_phrases, formats
from webapp.trace.projections.stories.scene import Scene
from webapp.trace.projections.stories.waits import next_attempt

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


_NOUNS = {
    "bus-event": "Event",
    "publication": "Notification",
    "object": "Change",
    "firing": "Firing",
}


def title(kind: str, scene: Scene) -> str:
    """Return the heading: ``Init``, ``Call 3``, ``Caller of call 3``."""
    if kind in TITLES:
        return TITLES[kind]
    if kind in _NOUNS:
        return f"{_NOUNS[kind]} {scene.message}"
    if kind in _NAMED:
        return _NAMED[kind](scene)
    if scene.message is not None:
        return f"Message {scene.message}"
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
    return f"Wait for attempt {next_attempt(scene.begin)}"


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
