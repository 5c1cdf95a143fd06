"""Uploads in parts at work: each step is on disk before anybody hears of it. Loop thread only."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from webapp.sources.buckets.checksums import checksum_of
from webapp.sources.buckets.conditions import Conditions
from webapp.sources.buckets.errors import InvalidPart, NoSuchKey
from webapp.sources.buckets.integrity import Integrity
from webapp.sources.buckets.names import check_object
from webapp.sources.buckets.ports import (
    Body,
    Description,
    ObjectRecord,
    PartRecord,
    UploadRecord,
)
from webapp.sources.buckets.surroundings import Asking
from webapp.sources.buckets.uploads import (
    NamedPart,
    Upload,
    check_part_number,
    checksums_of,
    etag_of,
    made_of,
)

if TYPE_CHECKING:
    from webapp.sources.buckets.live_bucket import LiveBucket


class LiveUploads:
    """The uploads of one bucket."""

    def __init__(self, bucket: "LiveBucket") -> None:
        self._bucket = bucket

    async def begin(self, key: str, *, about: Description, algorithm: str) -> UploadRecord:
        """Begin an upload; nothing is seen of it until it is completed."""
        check_object(key, about)
        begun = self._bucket.around.recorder.now()
        record = UploadRecord(
            identifier=secrets.token_urlsafe(48),
            key=key,
            begun=begun,
            algorithm=algorithm,
            about=about,
        )
        async with self._bucket.alone():
            await self._bucket.write(uploads=[record])
            self._bucket.uploads.add(record)
        return record

    async def put_part(
        self, upload: Upload, number: int, data: bytes, *, integrity: Integrity
    ) -> PartRecord:
        """Put a part in the place of one with its number."""
        check_part_number(number)
        with self._bucket.around.room.held(len(data)):
            body = await self._bucket.kept(data, integrity.also(upload.algorithms))
            return await self._put_part(upload, number, body)

    async def copy_part(
        self,
        upload: Upload,
        number: int,
        source: "LiveBucket",
        found: ObjectRecord,
        *,
        start: int,
        end: int,
    ) -> PartRecord:
        """Put a part that holds what an object does from ``start`` up to ``end``."""
        check_part_number(number)
        with self._bucket.around.room.held(end - start):
            body = await source.copied(found, start=start, end=end, algorithms=upload.algorithms)
            return await self._put_part(upload, number, body)

    async def complete(
        self,
        upload: Upload,
        named: Sequence[NamedPart],
        *,
        asking: Asking,
        conditions: Conditions,
    ) -> ObjectRecord:
        """Make the object of its parts. Raises what S3 refuses a wrong list with."""
        parts = upload.chosen(named)
        conditions.check_write(self._bucket.contents.current(upload.record.key))
        body = await self._joined(upload, parts)
        checksums = {
            name: f"{checksum_of(together, name)}-{len(parts)}"
            for name, together in checksums_of(parts, upload.record.algorithm).items()
        }
        made = replace(
            made_of(upload.record.key, body, upload.record.about),
            etag=etag_of(parts),
            checksums=checksums,
            checksum_type="COMPOSITE",
        )
        return await self._bucket.publish(
            made,
            asking,
            conditions,
            event="ObjectCreated:CompleteMultipartUpload",
            reason="CompleteMultipartUpload",
            completes=upload,
        )

    async def abort(self, upload: Upload) -> None:
        """Forget an upload and its parts."""
        async with self._bucket.alone():
            self._bucket.uploads.find(upload.record.identifier, key=upload.record.key)
            await self._bucket.write(deleted_uploads=[upload.record.identifier])
            self._bucket.uploads.remove(upload.record.identifier)
        self._bucket.around.bodies.release([part.body.identifier for part in upload.parts.values()])

    async def _put_part(self, upload: Upload, number: int, body: Body) -> PartRecord:
        part = PartRecord(
            upload=upload.record.identifier,
            number=number,
            modified=self._bucket.around.recorder.now(),
            body=body,
        )
        try:
            async with self._bucket.alone():
                current = self._bucket.uploads.find(upload.record.identifier, key=upload.record.key)
                await self._bucket.write(parts=[part])
                replaced = current.parts.get(number)
                current.parts[number] = part
        except Exception:
            self._bucket.around.bodies.release([body.identifier])
            raise
        if replaced is not None:
            self._bucket.around.bodies.release([replaced.body.identifier])
        return part

    async def _joined(self, upload: Upload, parts: Sequence[PartRecord]) -> Body:
        try:
            return await self._bucket.around.bodies.join([part.body.identifier for part in parts])
        except NoSuchKey as error:  # completed, aborted or filled otherwise meanwhile
            self._bucket.uploads.find(upload.record.identifier, key=upload.record.key)
            raise InvalidPart from error
