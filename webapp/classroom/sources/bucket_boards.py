"""The buckets of a lab as a page shows and works them, for web threads: every method blocks."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from webapp.classroom.sources.bucket_work import BucketWork, LookedAtBucket, Upload
from webapp.classroom.sources.lab_boards import LabBoards
from webapp.curriculum.model import Lesson
from webapp.curriculum.sources.bucket import LabNotification
from webapp.sources.buckets.ports import ObjectRecord
from webapp.trace.projections.rows import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketBoard:
    """A bucket: ``now`` is as it is, ``changes`` what was told of its objects, as rows."""

    now: LookedAtBucket
    changes: tuple[JsonObject, ...]


class BucketBoards(LabBoards[BucketBoard, BucketWork]):
    """Puts, opens and deletes objects."""

    noun = "bucket"

    def boards(self, workspace: str, lesson: Lesson) -> list[BucketBoard]:
        """Return every bucket of the lab, in the lesson's order."""
        if not lesson.lab.buckets:
            return []
        live = self._live(workspace, lesson)
        return [
            BucketBoard(now=now, changes=live.object_events(now.name))
            for now in self._call(self._work.look(workspace, lesson))
        ]

    def put(
        self, workspace: str, lesson: Lesson, bucket: str, uploads: Sequence[Upload]
    ) -> tuple[str, list[ObjectRecord]]:
        """Put objects, which are on disk then and told of; return the run and the objects."""
        return self._drafts.with_code(
            workspace,
            lesson,
            lambda code: self._work.put(workspace, lesson, bucket, uploads, code=code),
        )

    def delete(self, workspace: str, lesson: Lesson, bucket: str, key: str, *, version: str) -> str:
        """Delete an object, or a version of it for good; return the run."""
        return self._drafts.with_code(
            workspace,
            lesson,
            lambda code: self._work.delete(
                workspace, lesson, bucket, key, code=code, version=version
            ),
        )

    def read(
        self, workspace: str, lesson: Lesson, bucket: str, key: str, *, version: str
    ) -> tuple[ObjectRecord, Iterator[bytes]]:
        """Return an object, or a version of it, and its bytes piece by piece."""
        found, pieces = self._call(self._work.read(workspace, lesson, bucket, key, version))
        return found, self._pieces(pieces)

    def add_notification(
        self, workspace: str, lesson: Lesson, bucket: str, notification: LabNotification
    ) -> str:
        """Let somebody be told of changes; return the run."""
        return self._drafts.with_code(
            workspace,
            lesson,
            lambda code: self._work.notifications.add(
                workspace, lesson, bucket, notification, code=code
            ),
        )

    def change_notification(
        self, workspace: str, lesson: Lesson, bucket: str, notification: LabNotification
    ) -> str:
        """Let the notification of this name be as it is here; return the run."""
        return self._drafts.with_code(
            workspace,
            lesson,
            lambda code: self._work.notifications.change(
                workspace, lesson, bucket, notification, code=code
            ),
        )

    def delete_notification(self, workspace: str, lesson: Lesson, bucket: str, name: str) -> str:
        """Tell somebody no more; return the run."""
        return self._call(self._work.notifications.delete(workspace, lesson, bucket, name))

    def switch_bus(self, workspace: str, lesson: Lesson, bucket: str, *, enabled: bool) -> str:
        """Tell EventBridge of every change, or of none; return the run."""
        return self._call(
            self._work.notifications.switch_bus(workspace, lesson, bucket, enabled=enabled)
        )

    def _pieces(self, pieces: AsyncIterator[bytes]) -> Iterator[bytes]:
        while (piece := self._call(_next(pieces))) is not None:
            yield piece


async def _next(pieces: AsyncIterator[bytes]) -> bytes | None:
    return await anext(pieces, None)
