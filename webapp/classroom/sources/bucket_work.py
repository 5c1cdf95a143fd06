"""What a learner does to the buckets of a lab. Loop thread only."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from webapp.classroom.operations import Code, LabOperations
from webapp.classroom.sources import lab_buckets
from webapp.classroom.sources.notification_work import NotificationWork
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import DeleteObject, Press, PutObject
from webapp.runtime.workspace import Workspace
from webapp.sources.buckets.conditions import Conditions
from webapp.sources.buckets.integrity import Integrity
from webapp.sources.buckets.live_bucket import LiveBucket
from webapp.sources.buckets.notification import Rules
from webapp.sources.buckets.ports import Description, ObjectRecord

MOST_LISTED = 200
"""Versions that a board shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An object as a learner puts it. ``content_type`` is what its reader is told it is."""

    key: str
    data: bytes
    content_type: str = lab_buckets.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAtBucket:
    """A bucket at one moment. Without ``exists`` it was deleted.

    ``objects`` are every version and marker, by key and the newest first; a long list is cut, and
    ``more`` is how many are left out. ``targets`` are the ARNs of what it could tell, by name.
    """

    name: str
    exists: bool
    versioning: str = ""
    rules: Rules = field(default_factory=Rules)
    objects: Sequence[ObjectRecord] = ()
    more: int = 0
    size_bytes: int = 0
    targets: Mapping[str, str] = field(default_factory=dict)


class BucketWork:
    """Puts, reads and deletes objects. Raises ``ServiceError`` and ``SourceError``."""

    def __init__(self, operations: LabOperations) -> None:
        self._operations = operations
        self.notifications = NotificationWork(operations)

    async def press(
        self,
        workspace: str,
        lesson: Lesson,
        action: PutObject | DeleteObject,
        press: Press,
        *,
        code: Code,
    ) -> str:
        """Do what a button of the lesson says; return the run."""
        if isinstance(action, DeleteObject):
            return await self.delete(
                workspace, lesson, action.bucket, action.key, code=code, press=press
            )
        uploads = [Upload(key=key, data=action.body.encode()) for key in action.keys]
        done = self.put(workspace, lesson, action.bucket, uploads, code=code, press=press)
        return (await done)[0]

    async def put(
        self,
        workspace: str,
        lesson: Lesson,
        bucket: str,
        uploads: Sequence[Upload],
        *,
        code: Code,
        press: Press | None = None,
    ) -> tuple[str, list[ObjectRecord]]:
        """Deploy what was edited (rule 8), then put objects one after the other.

        Return the run and what is on disk now. Each is told to whom the bucket tells.
        """
        what = uploads[0].key[:60] if len(uploads) == 1 else f"{len(uploads)} objects"
        label = press.label if press else f"Put {what} into {bucket}"
        opened, live, run = await self._begin(workspace, lesson, bucket, label, press)
        await self._operations.deploy_all(opened, lesson, code, run)
        who = lab_buckets.asking(opened, run=run)
        put = [
            await live.put(
                one.key,
                one.data,
                about=Description(headers={"ContentType": one.content_type}),
                asking=who,
                conditions=Conditions(),
                integrity=Integrity(),
            )
            for one in uploads
        ]
        return run, put

    async def delete(
        self,
        workspace: str,
        lesson: Lesson,
        bucket: str,
        key: str,
        *,
        code: Code,
        version: str = "",
        press: Press | None = None,
    ) -> str:
        """Delete an object, or a version of it for good; return the run."""
        label = press.label if press else f"Delete {key[:60]} of {bucket}"
        opened, live, run = await self._begin(workspace, lesson, bucket, label, press)
        await self._operations.deploy_all(opened, lesson, code, run)
        who = lab_buckets.asking(opened, run=run)
        await live.deleting.delete([(key, version)], asking=who, reason="DeleteObject")
        return run

    async def read(
        self, workspace: str, lesson: Lesson, bucket: str, key: str, version: str
    ) -> tuple[ObjectRecord, AsyncIterator[bytes]]:
        """Return an object, or a version of it, and its bytes piece by piece."""
        live = _live(await self._operations.opened(workspace), lesson, bucket)
        found = live.contents.find(key, version)
        return found, live.pieces(found, start=0, end=found.size_bytes)

    async def restore(self, workspace: str, lesson: Lesson, bucket: str) -> None:
        """Create a bucket of the lab again that somebody deleted."""
        opened, run = await self._operations.begin(workspace, lesson, f"Create {bucket}", None)
        lab_buckets.check_mine(lesson.lab, bucket)
        await lab_buckets.ensure(opened, lesson.lab, run=run, deleted_too=True)

    async def look(self, workspace: str, lesson: Lesson) -> list[LookedAtBucket]:
        """Return every bucket of the lab, in the lesson's order."""
        opened = await self._operations.opened(workspace)
        buckets = lab_buckets.buckets_of(opened)
        targets = lab_buckets.arns_of_targets(lesson.lab, opened.address)
        return [
            _looked_at(buckets.find(one.name), targets)
            if one.name in buckets
            else LookedAtBucket(name=one.name, exists=False)
            for one in lesson.lab.buckets
        ]

    async def _begin(
        self, workspace: str, lesson: Lesson, bucket: str, label: str, press: Press | None
    ) -> tuple[Workspace, LiveBucket, str]:
        opened, run = await self._operations.begin(workspace, lesson, label, press)
        return opened, _live(opened, lesson, bucket), run


def _looked_at(live: LiveBucket, targets: Mapping[str, str]) -> LookedAtBucket:
    found = sorted(live.contents.all(), key=lambda one: (one.key, -one.order))
    return LookedAtBucket(
        name=live.name,
        exists=True,
        versioning=live.record.versioning,
        rules=live.rules,
        objects=found[:MOST_LISTED],
        more=max(0, len(found) - MOST_LISTED),
        size_bytes=live.size_bytes,
        targets=targets,
    )


def _live(opened: Workspace, lesson: Lesson, bucket: str) -> LiveBucket:
    lab_buckets.check_mine(lesson.lab, bucket)
    return lab_buckets.buckets_of(opened).find(bucket)
