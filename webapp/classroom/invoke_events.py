"""Events to invoke with: the lesson's, those that a learner saved, and templates of AWS's."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from webapp.classroom.drafting import check_text
from webapp.classroom.templates import TITLES, template
from webapp.classroom.workbench import function_of
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import InvalidParameterValue, ResourceNotFound
from webapp.storage.places import Place
from webapp.storage.saved_events import SavedEvents

MOST_SAVED = 10
"""As the console of AWS keeps for each function (lambda-behaviour 1.2)."""
LONGEST_NAME = 25
_NAME = re.compile(rf"[A-Za-z0-9._-]{{1,{LONGEST_NAME}}}")

Kind = Literal["lesson", "saved", "template"]
Tell = Callable[[str, Lesson, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChoice:
    """What a learner can choose from. ``templates`` are titles by name."""

    lesson: tuple[str, ...]
    saved: tuple[str, ...]
    templates: Mapping[str, str]


class InvokeEvents:
    """Events by function of a lab. Raises ``ServiceError``, ``StoreBusy`` and ``StoreFailed``."""

    def __init__(self, saved: SavedEvents, *, tell: Tell) -> None:
        self._saved = saved
        self._tell = tell

    def choice(self, workspace: str, lesson: Lesson, *, function: str = "") -> EventChoice:
        """Return the names of all events that can be chosen."""
        saved = self._saved.read(_place(workspace, lesson, function))
        return EventChoice(
            lesson=tuple(lesson.lab.events),
            saved=tuple(one.name for one in saved),
            templates=TITLES,
        )

    def text(
        self, workspace: str, lesson: Lesson, kind: str, name: str, *, function: str = ""
    ) -> str:
        """Return an event's JSON. Raises ``ResourceNotFound``."""
        texts: Mapping[str, str] = {}
        if kind == "lesson":
            texts = lesson.lab.events
        elif kind == "saved":
            texts = self._texts(workspace, lesson, function)
        elif kind == "template" and name in TITLES:
            return template(name)
        if name not in texts:
            raise ResourceNotFound(f"There is no event '{name[:80]}' any more. Choose another one.")
        return texts[name]

    def named(self, workspace: str, lesson: Lesson, event: str, *, function: str = "") -> str:
        """Return the name of the event that a text is, empty for one of the learner's own."""
        known = {**self._texts(workspace, lesson, function), **lesson.lab.events}
        return next((name for name, text in known.items() if text.strip() == event.strip()), "")

    def save(
        self,
        workspace: str,
        lesson: Lesson,
        name: str,
        *,
        text: str,
        function: str = "",
        tab: str = "",
    ) -> None:
        """Save an event, or replace the one of that name."""
        if not _NAME.fullmatch(name):
            raise InvalidParameterValue(
                f"A name has 1 to {LONGEST_NAME} letters, digits, dots, hyphens and underscores. "
                f"'{ascii(name[:40])[1:-1]}' has not."
            )
        check_text("the event", text)
        place = _place(workspace, lesson, function)
        if not self._saved.save(place, name, text=text, most=MOST_SAVED):
            raise InvalidParameterValue(
                f"{MOST_SAVED} events are saved, the most for a function. Delete one, or replace "
                "one by its name."
            )
        self._tell(workspace, lesson, tab)

    def delete(
        self, workspace: str, lesson: Lesson, name: str, *, function: str = "", tab: str = ""
    ) -> None:
        """Delete a saved event. Raises ``ResourceNotFound``."""
        if not self._saved.delete(_place(workspace, lesson, function), name):
            raise ResourceNotFound(f"There is no saved event '{name[:80]}' any more.")
        self._tell(workspace, lesson, tab)

    def _texts(self, workspace: str, lesson: Lesson, function: str) -> Mapping[str, str]:
        saved = self._saved.read(_place(workspace, lesson, function))
        return {one.name: one.text for one in saved}


def _place(workspace: str, lesson: Lesson, function: str) -> Place:
    return Place(workspace, lesson.slug, function_of(lesson, function).name)
