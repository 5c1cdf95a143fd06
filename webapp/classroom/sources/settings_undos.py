"""The last change of each queue's settings, so that it can be taken back, for web threads."""

import secrets
from collections.abc import Callable, Mapping

from webapp.classroom.resets import UNDO_SECONDS
from webapp.clock import real_now
from webapp.curriculum.model import Lesson
from webapp.storage.undos import KeptUndo, UndoBook


class SettingsUndos:
    """Kept as the undo of a reset is: on disk, for as long. Every method blocks."""

    def __init__(self, undos: UndoBook, *, now: Callable[[], float] = real_now) -> None:
        self._undos = undos
        self._now = now

    def keep(
        self,
        workspace: str,
        lesson: Lesson,
        queue: str,
        *,
        before: Mapping[str, str],
        after: Mapping[str, str],
    ) -> None:
        """Keep what a change took away, as fields of the form, in place of an earlier one."""
        self._undos.keep(
            workspace,
            lab=_place(lesson, queue),
            id=secrets.token_hex(8),
            document={"before": dict(before), "after": dict(after)},
        )

    def forget(self, workspace: str, lesson: Lesson, queue: str) -> None:
        """Forget it: it was taken back."""
        place = _place(lesson, queue)
        kept = self._undos.read(workspace, lab=place)
        if kept is not None:
            self._undos.take(workspace, lab=place, id=kept.id)

    def before(
        self, workspace: str, lesson: Lesson, now: Mapping[str, Mapping[str, str]]
    ) -> dict[str, Mapping[str, str]]:
        """Return what to go back to, by queue; ``now`` is how each is set.

        What was set otherwise since, by a client or a reset, has no way back.
        """
        kept = self._undos.read_within(workspace, prefix=_place(lesson, ""))
        found = {queue: kept.get(_place(lesson, queue)) for queue in now}
        return {
            queue: undo.document["before"]
            for queue, undo in found.items()
            if undo is not None and self._counts(undo, now[queue])
        }

    def _counts(self, kept: KeptUndo, now: Mapping[str, str]) -> bool:
        is_young = self._now() - kept.made <= UNDO_SECONDS
        return is_young and kept.document["after"] == dict(now)


def _place(lesson: Lesson, queue: str) -> str:
    """Return where it is kept, beside the undo of the lab's last reset: no slug has this sign."""
    return f"{lesson.slug}#{queue}"
