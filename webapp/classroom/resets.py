"""Putting a lab back to its start, and taking that back, for web threads: every method blocks."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from webapp.classroom.kept_versions import digests_of
from webapp.classroom.knobs import kept_knobs, knobs_document, knobs_of
from webapp.classroom.live import LiveLab
from webapp.classroom.model import ResetScope, Undo, UndoScope
from webapp.classroom.operations import LabOperations
from webapp.classroom.reset_work import ResetWork
from webapp.classroom.sources import lab_queues
from webapp.classroom.workbench import Desk, Workbench
from webapp.clock import real_now
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.loop import LoopThread
from webapp.storage.undos import KeptUndo, UndoBook

UNDO_SECONDS = 600.0
"""Real time for which a reset can be taken back."""
_OF_KNOBS = ("configuration", "lab")
_WHYS: Mapping[UndoScope, str] = {"code": "reset", "lab": "reset", "solution": "solution"}
GONE = "This reset can no longer be undone: 10 minutes have passed, or it was undone already."


class Resets:
    """Resets of code, configuration or the whole lab; the last one of a lab can be undone."""

    def __init__(
        self,
        *,
        loop: LoopThread,
        operations: LabOperations,
        bench: Workbench,
        undos: UndoBook,
        live: Callable[[str, Lesson], LiveLab],
        now: Callable[[], float] = real_now,
    ) -> None:
        self._loop = loop
        self._operations = operations
        self._work = ResetWork(operations)
        self._bench = bench
        self._undos = undos
        self._live = live
        self._now = now

    def reset(self, workspace: str, lesson: Lesson, *, scope: ResetScope, tab: str = "") -> Undo:
        """Put code, configuration or the whole lab back to the lesson's start.

        What goes is on disk before anything is changed: a crash in between loses nothing.
        """
        desks = self._desks(workspace, lesson, tab=tab)
        lost = self._lost(desks, scope)
        if scope == "lab":
            lost |= self._loop.call(self._work.sources(workspace, lesson))
        undo = _undo(secrets.token_hex(8), lost)
        self._keep(workspace, lesson, undo, {**lost, "reset": 0})
        if scope != "configuration":
            for desk in desks:
                desk.take_start(why="reset")
        reset = self._loop.call(self._work.reset(workspace, lesson, scope=scope))
        self._keep(workspace, lesson, undo, {**lost, "reset": reset})
        self._tell(workspace, lesson, tab=tab)
        return undo

    def take_solution(self, workspace: str, lesson: Lesson, *, tab: str = "") -> Undo:
        """Let the lesson's solution take the place of the learner's code."""
        undo = Undo(secrets.token_hex(8), "solution")
        desks = self._desks(workspace, lesson, tab=tab)
        self._keep(workspace, lesson, undo, {**self._lost(desks, undo.scope), "reset": 0})
        for desk in desks:
            desk.put(desk.function.solution, why="solution")
        self._tell(workspace, lesson, tab=tab)
        return undo

    def undoable(self, workspace: str, lesson: Lesson) -> Undo | None:
        """Return the reset that can be taken back now, if there is one."""
        kept = self._undos.read(workspace, lab=lesson.slug)
        return _undo(kept.id, kept.document) if kept and self._counts(kept) else None

    def would_lose(self, workspace: str, lesson: Lesson) -> dict[str, int]:
        """Return how many messages a reset of the lab would take for good, by queue."""
        sources = self._loop.call(self._work.sources(workspace, lesson))
        return lab_queues.lost(sources["queues"])

    def undo(self, workspace: str, lesson: Lesson, *, id: str, tab: str = "") -> None:
        """Bring back what a reset took. Raises ``ResourceNotFound`` when it is too late."""
        kept = self._undos.take(workspace, lab=lesson.slug, id=id)
        if kept is None or not self._counts(kept):
            raise ResourceNotFound(GONE)
        functions: Mapping[str, Any] = kept.document["functions"]
        desks = self._desks(workspace, lesson, tab=tab)
        for desk in desks:
            _bring_back(desk, functions.get(desk.function.name, {}).get("version"))
        if kept.document["scope"] != "solution":
            self._bring_back_knobs(workspace, lesson, desks, kept.document)
        self._tell(workspace, lesson, tab=tab)

    def _bring_back_knobs(
        self, workspace: str, lesson: Lesson, desks: Sequence[Desk], document: Mapping[str, Any]
    ) -> None:
        functions: Mapping[str, Any] = document["functions"]
        self._loop.call(
            self._work.undo(
                workspace,
                lesson,
                reset=document["reset"],
                knobs={
                    name: kept_knobs(one["knobs"])
                    for name, one in functions.items()
                    if one["knobs"]
                },
                published={name: one.get("published", {}) for name, one in functions.items()},
                code={desk.function.name: desk.look().draft.files for desk in desks},
                sources=document,
            )
        )

    def _desks(self, workspace: str, lesson: Lesson, *, tab: str) -> list[Desk]:
        return [
            self._bench.desk(workspace, lesson, function=one.name, tab=tab)
            for one in lesson.lab.functions
        ]

    def _lost(self, desks: Sequence[Desk], scope: UndoScope) -> dict[str, Any]:
        """Return what this takes away, as JSON values, by function."""
        functions = {desk.function.name: self._lost_of(desk, scope) for desk in desks}
        return {"scope": scope, "functions": functions}

    def _lost_of(self, desk: Desk, scope: UndoScope) -> dict[str, Any]:
        """``version`` is that of the draft, 0 for the lesson's; ``None`` where the draft stays."""
        record = self._loop.call(self._operations.record(desk.workspace, desk.function))
        knobs = [] if record is None else knobs_document(knobs_of(record))
        return {
            "version": None if scope == "configuration" else desk.mark(why=_WHYS[scope]),
            "knobs": knobs if scope in _OF_KNOBS else [],
            "published": self._published(desk) if scope == "lab" else {},
        }

    def _published(self, desk: Desk) -> dict[str, Any]:
        return self._loop.call(self._work.published(desk.workspace, desk.function))

    def _keep(
        self, workspace: str, lesson: Lesson, undo: Undo, document: Mapping[str, Any]
    ) -> None:
        functions: Mapping[str, Any] = document["functions"]
        archives = {
            digest for one in functions.values() for digest in digests_of(one.get("published", {}))
        }
        self._undos.keep(
            workspace, lab=lesson.slug, id=undo.id, document=document, archives=archives
        )

    def _counts(self, kept: KeptUndo) -> bool:
        return self._now() - kept.made <= UNDO_SECONDS

    def _tell(self, workspace: str, lesson: Lesson, *, tab: str) -> None:
        live = self._live(workspace, lesson)
        live.tell("draft", tab=tab)
        live.tell("undo", tab="")


def _undo(id: str, document: Mapping[str, Any]) -> Undo:
    return Undo(id, document["scope"], lab_queues.lost(document.get("queues", {})))


def _bring_back(desk: Desk, version: int | None) -> None:
    if version:
        desk.restore(version, why="undone")
    elif version == 0:
        desk.take_start(why="undone")
