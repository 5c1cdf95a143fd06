"""Callers of a function as data: what each is, when it calls, and how its event is known."""

from dataclasses import dataclass
from typing import Literal, get_args

from webapp.curriculum.content import Html
from webapp.curriculum.press import Press

CallModel = Literal["synchronous", "asynchronous", "polling"]
CALL_MODELS: tuple[CallModel, ...] = get_args(CallModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventField:
    """A field of an event, by its path in it, and what it says."""

    path: str
    says: Html


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A service that calls functions, as a card of a gallery shows it.

    ``source`` is how the source of its events begins in the facts (``topic`` for ``topic news``);
    ``presses`` let it call. Without presses it is only told of. ``stands_in``: a press sends what
    the service would; the service itself does not run here. ``lesson`` is the slug of the lesson
    that teaches it.
    """

    id: str
    name: str
    model: CallModel
    says: Html
    known_by: Html
    source: str = ""
    presses: tuple[Press, ...] = ()
    fields: tuple[EventField, ...] = ()
    stands_in: bool = False
    lesson: str = ""

    def sent(self, source: str) -> bool:
        """Whether an event of this source is one of its."""
        return bool(self.source) and (source == self.source or source.startswith(f"{self.source} "))
