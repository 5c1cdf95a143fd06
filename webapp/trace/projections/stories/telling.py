"""One story."""

from collections.abc import Callable
from typing import NamedTuple

from webapp.trace.projections.rules import Rule
from webapp.trace.projections.stories.scene import Scene


class Telling(NamedTuple):
    """One story, as ``Segment`` gives it to the page."""

    what: str
    why: str
    rule: Rule
    badge: str


Teller = Callable[[Scene, float | None], Telling]
"""Tells a segment of some kind; the seconds that it lasted are none while it lasts."""
