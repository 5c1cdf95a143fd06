"""The event buses of a lab as a page shows and works them, for web threads: every method blocks."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.classroom.sources.bus_work import BusWork, LookedAtBus
from webapp.classroom.sources.lab_boards import LabBoards
from webapp.curriculum.model import Lesson
from webapp.curriculum.sources.bus import LabRule
from webapp.sources.buses.event import BusEvent
from webapp.trace.projections.rows import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class BusBoard:
    """A bus: ``now`` is as it is, ``events`` what was told of those put on it, as rows."""

    now: LookedAtBus
    events: tuple[JsonObject, ...]


class BusBoards(LabBoards[BusBoard, BusWork]):
    """Puts events and changes rules."""

    noun = "bus"

    def boards(self, workspace: str, lesson: Lesson) -> list[BusBoard]:
        """Return every bus of the lab, in the lesson's order."""
        if not lesson.lab.buses:
            return []
        live = self._live(workspace, lesson)
        return [
            BusBoard(now=now, events=live.bus_events(now.name))
            for now in self._call(self._work.look(workspace, lesson))
        ]

    def put(
        self, workspace: str, lesson: Lesson, bus: str, entry: Mapping[str, str]
    ) -> tuple[str, BusEvent]:
        """Put an event, an entry of PutEvents; return the run, and the event."""
        run, events = self._drafts.with_code(
            workspace, lesson, lambda code: self._work.put(workspace, lesson, bus, entry, code=code)
        )
        return run, events[0]

    def add_rule(
        self, workspace: str, lesson: Lesson, bus: str, rule: LabRule, *, pattern: str
    ) -> str:
        """Make a rule with what was typed; return the run."""
        return self._drafts.with_code(
            workspace,
            lesson,
            lambda code: self._work.add_rule(
                workspace, lesson, bus, rule, pattern=pattern, code=code
            ),
        )

    def delete_rule(self, workspace: str, lesson: Lesson, bus: str, rule: str) -> str:
        """Delete a rule; return the run."""
        return self._call(self._work.delete_rule(workspace, lesson, bus, rule))

    def set_pattern(self, workspace: str, lesson: Lesson, bus: str, rule: str, pattern: str) -> str:
        """Give a rule another pattern; return the run."""
        return self._call(self._work.set_pattern(workspace, lesson, bus, rule, pattern))

    def switch(self, workspace: str, lesson: Lesson, bus: str, rule: str, *, enabled: bool) -> str:
        """Enable or disable a rule; return the run."""
        return self._call(self._work.switch(workspace, lesson, bus, rule, enabled=enabled))
