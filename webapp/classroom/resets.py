"""Putting a lab back to its start, and taking that back, for web threads: every method blocks."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from webapp.classroom.live import LiveLab
from webapp.classroom.model import ResetScope, Undo, UndoScope
from webapp.classroom.operations import Knobs, LabOperations, lab_function
from webapp.classroom.requests import EVENT_FILE
from webapp.clock import real_now
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.loop import LoopThread
from webapp.runtime.model import Faults
from webapp.storage.drafts import Draft, Drafts
from webapp.storage.functions import configuration_of
from webapp.storage.undos import KeptUndo, UndoBook

UNDO_SECONDS = 600.0
"""Real time for which a reset can be taken back."""
_OF_KNOBS = ("configuration", "lab")
GONE = "This reset can no longer be undone: 10 minutes have passed, or it was undone already."


class Resets:
    """Resets of code, configuration or the whole lab; the last one of a lab can be undone."""

    def __init__(
        self,
        *,
        loop: LoopThread,
        operations: LabOperations,
        drafts: Drafts,
        undos: UndoBook,
        live: Callable[[str, Lesson], LiveLab],
        now: Callable[[], float] = real_now,
    ) -> None:
        self._loop = loop
        self._operations = operations
        self._drafts = drafts
        self._undos = undos
        self._live = live
        self._now = now

    def reset(self, workspace: str, lesson: Lesson, *, scope: ResetScope, tab: str = "") -> Undo:
        """Put code, configuration or the whole lab back to the lesson's start.

        What goes is on disk before anything is changed: a crash in between loses nothing.
        """
        undo = Undo(secrets.token_hex(8), scope)
        lost = self._lost(workspace, lesson, scope)
        self._keep(workspace, lesson, undo, {**lost, "reset": 0})
        if scope != "configuration":
            self._drafts.delete(workspace, lab=lesson.slug)
        reset = self._loop.call(self._operations.reset(workspace, lesson, scope=scope))
        self._keep(workspace, lesson, undo, {**lost, "reset": reset})
        self._tell(workspace, lesson, tab=tab)
        return undo

    def take_solution(self, workspace: str, lesson: Lesson, *, tab: str = "") -> Undo:
        """Let the lesson's solution take the place of the learner's code."""
        undo, function = Undo(secrets.token_hex(8), "solution"), lab_function(lesson)
        lost = self._lost(workspace, lesson, undo.scope)
        self._keep(workspace, lesson, undo, {**lost, "reset": 0})
        for file, text in function.solution.items():
            self._drafts.save(
                workspace, lab=lesson.slug, file=file, text=text, lesson_version=lesson.version
            )
        self._tell(workspace, lesson, tab=tab)
        return undo

    def undoable(self, workspace: str, lesson: Lesson) -> Undo | None:
        """Return the reset that can be taken back now, if there is one."""
        kept = self._undos.read(workspace, lab=lesson.slug)
        return Undo(kept.id, kept.document["scope"]) if kept and self._counts(kept) else None

    def undo(self, workspace: str, lesson: Lesson, *, id: str, tab: str = "") -> None:
        """Bring back what a reset took. Raises ``ResourceNotFound`` when it is too late."""
        kept = self._undos.take(workspace, lab=lesson.slug, id=id)
        if kept is None or not self._counts(kept):
            raise ResourceNotFound(GONE)
        document = kept.document
        if document["drafts"] is not None:
            self._drafts.delete(workspace, lab=lesson.slug)
            for draft in document["drafts"]:
                self._drafts.save(workspace, lab=lesson.slug, **draft)
        if document["scope"] != "solution":
            self._loop.call(
                self._operations.undo(
                    workspace,
                    lesson,
                    reset=document["reset"],
                    knobs=_knobs(document["knobs"]),
                    files=self._files(workspace, lesson),
                )
            )
        self._tell(workspace, lesson, tab=tab)

    def _lost(self, workspace: str, lesson: Lesson, scope: UndoScope) -> dict[str, Any]:
        """Return what this takes away, as JSON values; ``None`` for what it leaves alone."""
        drafts = self._drafts.read(workspace, lab=lesson.slug)
        knobs = self._loop.call(self._operations.knobs(workspace, lesson))
        return {
            "scope": scope,
            "drafts": None if scope == "configuration" else [_document(one) for one in drafts],
            "knobs": [asdict(one) for one in knobs] if knobs and scope in _OF_KNOBS else None,
        }

    def _files(self, workspace: str, lesson: Lesson) -> dict[str, str]:
        drafts = self._drafts.read(workspace, lab=lesson.slug)
        files = {draft.file: draft.text for draft in drafts if draft.file != EVENT_FILE}
        return files or dict(lab_function(lesson).start)

    def _keep(
        self, workspace: str, lesson: Lesson, undo: Undo, document: Mapping[str, Any]
    ) -> None:
        self._undos.keep(workspace, lab=lesson.slug, id=undo.id, document=document)

    def _counts(self, kept: KeptUndo) -> bool:
        return self._now() - kept.made <= UNDO_SECONDS

    def _tell(self, workspace: str, lesson: Lesson, *, tab: str) -> None:
        live = self._live(workspace, lesson)
        live.tell("draft", tab=tab)
        live.tell("undo", tab="")


def _document(draft: Draft) -> dict[str, Any]:
    return {"file": draft.file, "text": draft.text, "lesson_version": draft.lesson_version}


def _knobs(document: list[dict[str, Any]] | None) -> Knobs | None:
    if document is None:
        return None
    configuration, faults = document
    return configuration_of(configuration), Faults(**faults)
