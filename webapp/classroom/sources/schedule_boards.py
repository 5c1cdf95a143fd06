"""The schedules of a lab as a page shows and works them, for web threads: every method blocks."""

from dataclasses import dataclass

from webapp.classroom.sources.lab_boards import LabBoards
from webapp.classroom.sources.schedule_work import LookedAtSchedule, ScheduleWork
from webapp.curriculum.model import Lesson
from webapp.trace.projections.rows import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleBoard:
    """A schedule: ``now`` is as it is, ``firings`` what was told of its runs, as rows."""

    now: LookedAtSchedule
    firings: tuple[JsonObject, ...]


class ScheduleBoards(LabBoards[ScheduleBoard, ScheduleWork]):
    """Enables, disables and changes schedules, and lets time pass to their next run."""

    noun = "schedule"

    def boards(self, workspace: str, lesson: Lesson) -> list[ScheduleBoard]:
        """Return every schedule of the lab, in the lesson's order."""
        if not lesson.lab.schedules:
            return []
        live = self._live(workspace, lesson)
        return [
            ScheduleBoard(now=now, firings=live.firings(now.name))
            for now in self._call(self._work.look(workspace, lesson))
        ]

    def switch(self, workspace: str, lesson: Lesson, schedule: str, *, enabled: bool) -> str:
        """Enable or disable a schedule; return the run."""
        return self._drafts.with_code(
            workspace,
            lesson,
            lambda code: self._work.switch(workspace, lesson, schedule, enabled=enabled, code=code),
        )

    def set_expression(
        self, workspace: str, lesson: Lesson, schedule: str, *, expression: str, zone: str
    ) -> str:
        """Give a schedule another expression; return the run."""
        return self._call(
            self._work.set_expression(workspace, lesson, schedule, expression=expression, zone=zone)
        )

    def foresee(
        self, workspace: str, lesson: Lesson, schedule: str, *, expression: str, zone: str
    ) -> LookedAtSchedule:
        """Return a schedule as it would be with another expression; nothing is changed."""
        return self._call(
            self._work.foresee(workspace, lesson, schedule, expression=expression, zone=zone)
        )

    def skip(self, workspace: str, lesson: Lesson, schedule: str) -> str:
        """Let lab time pass to a schedule's next run, its function deployed; return the run."""
        return self._drafts.with_code(
            workspace,
            lesson,
            lambda code: self._work.skip(workspace, lesson, schedule, code=code),
        )
