"""Objects of a bucket deleted: for good, or hidden by a marker. Loop thread only."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from webapp.sources.buckets.contents import new_version
from webapp.sources.buckets.event_record import Happening
from webapp.sources.buckets.names import check_key
from webapp.sources.buckets.ports import NULL, ObjectRecord
from webapp.sources.buckets.surroundings import Asking, Deletion
from webapp.trace.events import ObjectDeleted

if TYPE_CHECKING:
    from webapp.sources.buckets.live_bucket import LiveBucket


class Deleting:
    """Deletes what is in one bucket."""

    def __init__(self, bucket: "LiveBucket") -> None:
        self._bucket = bucket

    async def delete(
        self, named: Sequence[tuple[str, str]], *, asking: Asking, reason: str
    ) -> list[Deletion]:
        """Delete versions for good, or without a version put a marker where versions are kept."""
        async with self._bucket.alone():
            deletions = [self._deletion(key, version) for key, version in named]
            markers = [self._marker(one) for one in deletions if one.marker]
            found = {
                (one.key, one.version): self._bucket.contents.version(one.key, one.version)
                for one in deletions
                if one.version
            }
            gone = [one for one in found.values() if one is not None]
            told = [self._happened(one, reason, asking) for one in (*gone, *markers)]
            removed = [(one.key, one.version) for one in gone]
            await self._bucket.write(objects=markers, deleted_objects=removed)
            for key, version in removed:
                self._bucket.contents.remove(key, version)
            replaced = [self._bucket.contents.put(one) for one in markers]
        self._bucket.release([*gone, *(one for one in replaced if one)])
        for happening, fact in told:
            await self._bucket.around.tell(self._bucket, happening, asking, fact)
        return deletions

    def _deletion(self, key: str, version: str) -> Deletion:
        check_key(key)
        versioning = self._bucket.record.versioning
        if version or not versioning:
            return Deletion(key=key, version=version or NULL)
        return Deletion(key=key, marker=new_version(versioning))

    def _marker(self, deletion: Deletion) -> ObjectRecord:
        now = self._bucket.around.recorder.now()
        return ObjectRecord(
            key=deletion.key,
            version=deletion.marker,
            order=self._bucket.contents.next_order(now),
            modified=now,
        )

    def _happened(self, record: ObjectRecord, reason: str, asking: Asking) -> tuple[Happening, int]:
        """Record the fact of a deletion; return what is told of it, and the fact."""
        now = self._bucket.around.recorder.now()
        there = self._bucket.contents.version(record.key, record.version)
        marker = record.is_marker and there is not record
        fact = ObjectDeleted(
            bucket=self._bucket.name, key=record.key, version=record.version, marker=marker
        )
        number = self._bucket.record_fact(fact, asking)
        kind = "DeleteMarkerCreated" if marker else "Delete"
        told = replace(record, order=self._bucket.contents.next_order(now))
        happening = Happening(event=f"ObjectRemoved:{kind}", reason=reason, record=told, at=now)
        return happening, number
