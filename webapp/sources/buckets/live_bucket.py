"""A bucket at work: what is asked of it is on disk before anybody hears of it. Loop thread only."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from webapp.sources.buckets.conditions import Conditions
from webapp.sources.buckets.contents import Contents, new_version
from webapp.sources.buckets.deleting import Deleting
from webapp.sources.buckets.errors import NoSuchBucket
from webapp.sources.buckets.event_record import Happening, bucket_arn
from webapp.sources.buckets.integrity import Integrity
from webapp.sources.buckets.live_uploads import LiveUploads
from webapp.sources.buckets.names import check_object, check_tags
from webapp.sources.buckets.notification import Rules, read_rules
from webapp.sources.buckets.ports import (
    Body,
    BucketChanges,
    BucketRecord,
    Description,
    KeptBucket,
    ObjectRecord,
)
from webapp.sources.buckets.surroundings import Asking, Surroundings
from webapp.sources.buckets.uploads import Upload, Uploads, made_of
from webapp.sources.errors import SourceError
from webapp.trace.events import Fact, ObjectPut


class LiveBucket:
    """One bucket. Changes of it happen one after the other; times are lab time."""

    def __init__(self, kept: KeptBucket, *, surroundings: Surroundings) -> None:
        self.record = kept.record
        self.contents = Contents(kept.objects)
        self.uploads = Uploads(kept.uploads, kept.parts)
        self.around = surroundings
        self._changes = asyncio.Lock()
        self.rules: Rules = read_rules(kept.record.notifications)
        self.gone = False
        self.deleting = Deleting(self)
        self.uploading = LiveUploads(self)

    @property
    def name(self) -> str:
        return self.record.name

    @property
    def arn(self) -> str:
        return bucket_arn(self.name)

    @property
    def size_bytes(self) -> int:
        """What the objects and the parts of uploads take together."""
        return self.contents.size_bytes + self.uploads.size_bytes

    def pieces(self, found: ObjectRecord, *, start: int, end: int) -> AsyncIterator[bytes]:
        return self.around.bodies.pieces(found.body, start=start, end=end)

    # -- objects

    async def put(
        self,
        key: str,
        data: bytes,
        *,
        about: Description,
        asking: Asking,
        conditions: Conditions,
        integrity: Integrity,
    ) -> ObjectRecord:
        """Put an object. Raises a ``SourceError``; nothing was put then."""
        check_object(key, about)
        conditions.check_write(self.contents.current(key))
        with self.around.room.held(len(data)):
            body = await self.kept(data, integrity)
            made = made_of(key, body, about)
            return await self.publish(
                made, asking, conditions, event="ObjectCreated:Put", reason="PutObject"
            )

    async def fill(self, given: Sequence[tuple[str, bytes, Description]]) -> None:
        """Let objects be in it that nobody is told of, as at a lab's start.

        They come by key, bytes and what comes with them. Raises a ``SourceError``.
        """
        with self.around.room.held(sum(len(data) for _, data, _ in given)):
            for key, data, about in given:
                check_object(key, about)
                made = made_of(key, await self.kept(data, Integrity()), about)
                async with self.alone():
                    record = self._on_top(made)
                    await self.write(objects=[record])
                    replaced = self.contents.put(record)
                self.release([replaced] if replaced else [])

    async def copy(
        self,
        key: str,
        source: "LiveBucket",
        found: ObjectRecord,
        *,
        about: Description,
        asking: Asking,
        algorithms: Sequence[str] = (),
    ) -> ObjectRecord:
        """Put an object that holds what another one does."""
        check_object(key, about)
        with self.around.room.held(found.size_bytes):
            body = await source.copied(found, start=0, end=found.size_bytes, algorithms=algorithms)
            made = made_of(key, body, about)
            if not algorithms:
                made = replace(made, checksums=found.checksums, checksum_type=found.checksum_type)
            return await self.publish(
                made, asking, Conditions(), event="ObjectCreated:Copy", reason="CopyObject"
            )

    async def copied(
        self, found: ObjectRecord, *, start: int, end: int, algorithms: Sequence[str] = ()
    ) -> Body:
        """Keep some of an object's bytes once more."""
        return await self.around.bodies.copy(
            found.body, start=start, end=end, algorithms=algorithms
        )

    async def tag(self, found: ObjectRecord, tags: Mapping[str, str]) -> None:
        """Give a version other tags."""
        check_tags(tags)
        async with self.alone():
            current = self.contents.find(found.key, found.version)
            changed = replace(current, about=replace(current.about, tags=dict(tags)))
            await self.write(objects=[changed])
            self.contents.replace(changed)

    # -- the bucket itself

    async def change(self, make: Callable[[BucketRecord], BucketRecord]) -> None:
        """Let the bucket be set otherwise from now on."""
        async with self.alone():
            record = make(self.record)
            await self.write(record=record)
            self.record, self.rules = record, read_rules(record.notifications)

    async def remove(self) -> None:
        """Delete the bucket from disk; it is empty."""
        await self.write(deleted=True)
        self.gone = True
        for upload in self.uploads.all():
            self.around.bodies.release([part.body.identifier for part in upload.parts.values()])

    def exclusive(self) -> asyncio.Lock:
        """Return what changes of this bucket wait for."""
        return self._changes

    # -- what changes are made of

    async def kept(self, data: bytes, integrity: Integrity) -> Body:
        """Keep bytes that came as they were sent."""
        body = await self.around.bodies.keep(data, algorithms=integrity.algorithms)
        try:
            integrity.check(body)
        except SourceError:
            self.around.bodies.release([body.identifier])
            raise
        return body

    async def publish(
        self,
        made: ObjectRecord,
        asking: Asking,
        conditions: Conditions,
        *,
        event: str,
        reason: str,
        completes: Upload | None = None,
    ) -> ObjectRecord:
        """Let an object be seen whose body is kept, and tell of it."""
        try:
            async with self.alone():
                record, replaced, fact = await self._commit(made, asking, conditions, completes)
        except Exception:
            self.around.bodies.release([made.body])
            raise
        self.release([replaced] if replaced else [])
        if completes is not None:
            gone = [part.body.identifier for part in completes.parts.values()]
            self.around.bodies.release(gone)
        happening = Happening(event=event, reason=reason, record=record, at=record.modified)
        await self.around.tell(self, happening, asking, fact)
        return record

    async def _commit(
        self,
        made: ObjectRecord,
        asking: Asking,
        conditions: Conditions,
        completes: Upload | None,
    ) -> tuple[ObjectRecord, ObjectRecord | None, int]:
        conditions.check_write(self.contents.current(made.key))
        identifier = completes.record.identifier if completes else ""
        if completes is not None:
            self.uploads.find(identifier, key=made.key)
        record = self._on_top(made)
        fact = self.record_fact(
            ObjectPut(
                bucket=self.name,
                key=record.key,
                version=record.version,
                size_bytes=record.size_bytes,
                etag=record.etag,
            ),
            asking,
        )
        await self.write(objects=[record], deleted_uploads=[identifier] if identifier else [])
        replaced = self.contents.put(record)
        self.uploads.remove(identifier)
        return record, replaced, fact

    def _on_top(self, made: ObjectRecord) -> ObjectRecord:
        """Return what is put now, as the newest version of its key."""
        now = self.around.recorder.now()
        return replace(
            made,
            version=new_version(self.record.versioning),
            order=self.contents.next_order(now),
            modified=now,
        )

    def record_fact(self, fact: Fact, asking: Asking) -> int:
        """Record a fact of a change; return its number."""
        return self.around.recorder.record(fact, run=asking.run)

    def release(self, records: Sequence[ObjectRecord]) -> None:
        """Let go of what versions held that are gone."""
        self.around.bodies.release([one.body for one in records if one.body])

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Change the bucket while nobody else does. Raises ``NoSuchBucket`` if it is deleted."""
        async with self._changes:
            if self.gone:
                raise NoSuchBucket(BucketName=self.name)
            yield

    async def write(self, **changes: Any) -> None:
        """Write what changes of this bucket together (``ports.BucketChanges``)."""
        await self.around.store.write(BucketChanges(bucket=self.name, **changes))
