"""The story of one segment: what, why then, which rule (with the fact sheet's section).

Every sentence is made of facts that never change, so the same segment always tells the same.
"""

from webapp.trace.projections import phrases, rules
from webapp.trace.projections.stories import calls, environments, events, sources, waits
from webapp.trace.projections.stories.scene import Scene
from webapp.trace.projections.stories.telling import Telling

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


def tell(kind: str, scene: Scene, *, length: float | None) -> Telling:
    """Return the story of a segment of that kind; ``length`` is none while it lasts."""
    if scene.lost:
        return Telling(phrases.LOST, phrases.RESTARTED, rules.RESTART, "stopped")
    return _TELLERS.get(kind, calls.handler)(scene, length)


_TELLERS = environments.TELLERS | calls.TELLERS | events.TELLERS | waits.TELLERS | sources.TELLERS
