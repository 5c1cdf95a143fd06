"""What a story is told from."""

from dataclasses import dataclass, field

from webapp.trace.events import Fact, Start


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
