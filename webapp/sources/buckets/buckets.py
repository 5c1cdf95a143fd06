"""The buckets of one region: created, found, listed, set otherwise, deleted. Loop thread only."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from webapp.sources.buckets.errors import (
    BucketAlreadyOwned,
    BucketNotEmpty,
    NoSuchBucket,
    OperationAborted,
    TooManyBuckets,
)
from webapp.sources.buckets.live_bucket import LiveBucket
from webapp.sources.buckets.names import check_bucket_name, check_tags
from webapp.sources.buckets.notification import Rules, document
from webapp.sources.buckets.notifying import Notifier
from webapp.sources.buckets.ports import (
    Bodies,
    BucketChanges,
    BucketRecord,
    BucketStore,
    Destinations,
    KeptBucket,
)
from webapp.sources.buckets.room import Room
from webapp.sources.buckets.surroundings import Asking, Surroundings
from webapp.sources.errors import SourceError
from webapp.sources.ports import Recorder
from webapp.trace.events import BucketChange, BucketChanged

MOST_BUCKETS = 100


class Buckets:
    """Creates, changes, finds and deletes buckets; a change is on disk before its answer."""

    def __init__(
        self,
        *,
        region: str,
        store: BucketStore,
        bodies: Bodies,
        recorder: Recorder,
        destinations: Destinations,
        most_bytes: int,
        kept: Sequence[KeptBucket] = (),
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._notifier = Notifier(region=region, recorder=recorder, destinations=destinations)
        self._surroundings = Surroundings(
            store=store,
            bodies=bodies,
            recorder=recorder,
            tell=self._notifier.tell,
            room=Room(most_bytes=most_bytes, used=self._used),
        )
        self._buckets = {one.record.name: self._live(one) for one in kept}
        self._deleted: set[str] = set()

    def __contains__(self, name: object) -> bool:
        return name in self._buckets

    def was_deleted(self, name: str) -> bool:
        """Tell whether somebody deleted a bucket of this name since the start, and made none."""
        return name in self._deleted

    def find(self, name: str) -> LiveBucket:
        """Return a bucket. Raises ``NoSuchBucket``."""
        if name not in self._buckets:
            raise NoSuchBucket(BucketName=name[:255])
        return self._buckets[name]

    def all(self) -> list[LiveBucket]:
        """Return every bucket, by name."""
        return [self._buckets[name] for name in sorted(self._buckets)]

    async def create(self, name: str, *, tags: Mapping[str, str], run: str) -> LiveBucket:
        """Create a bucket. Raises a ``SourceError``."""
        check_bucket_name(name)
        check_tags(tags, most=50)
        if name in self._buckets:
            raise BucketAlreadyOwned(BucketName=name)
        if len(self._buckets) >= MOST_BUCKETS:
            raise TooManyBuckets
        record = BucketRecord(name=name, created=self._recorder.now(), tags=dict(tags))
        live = self._buckets[name] = self._live(KeptBucket(record=record))
        self._tell(name, "created", run=run)
        try:
            await self._store.write(BucketChanges(bucket=name, record=record))
        except SourceError:
            del self._buckets[name]
            raise
        self._deleted.discard(name)
        return live

    async def delete(self, name: str, *, run: str) -> None:
        """Delete an empty bucket. Raises ``BucketNotEmpty``."""
        live = self.find(name)
        async with live.exclusive():
            if self._buckets.get(name) is not live:
                raise NoSuchBucket(BucketName=name)
            if live.contents.count:
                raise BucketNotEmpty(BucketName=name)
            self._tell(name, "deleted", run=run)
            await live.remove()
            del self._buckets[name]
        self._deleted.add(name)

    async def drop(self, name: str, *, run: str) -> None:
        """Delete a bucket, if it is there, with all that is in it, as a reset does."""
        live = self._buckets.get(name)
        if live is None:
            return
        async with live.exclusive():
            if self._buckets.get(name) is not live:
                return
            self._tell(name, "deleted", run=run)
            await live.remove()
            del self._buckets[name]
        live.release(list(live.contents.all()))
        await self._notifier.destinations.forget(live.arn)

    async def set_versioning(self, name: str, status: str, *, run: str) -> None:
        """Keep versions (``Enabled``) or keep no new ones (``Suspended``) from now on."""
        live = self.find(name)
        self._tell(name, "versioning", run=run)
        await live.change(lambda record: replace(record, versioning=status))

    async def set_tags(self, name: str, tags: Mapping[str, str], *, run: str) -> None:
        """Give a bucket these tags and no other."""
        check_tags(tags, most=50)
        self._tell(name, "tags", run=run)
        await self.find(name).change(lambda record: replace(record, tags=dict(tags)))

    async def set_rules(
        self,
        name: str,
        rules: Rules,
        *,
        asking: Asking,
        check: bool,
        instead_of: Rules | None = None,
    ) -> None:
        """Tell these destinations from now on, and no other; ``check`` them first.

        Raises ``OperationAborted`` where others than ``instead_of`` are told by then.
        """
        live = self.find(name)

        def settled(record: BucketRecord) -> BucketRecord:
            if instead_of is not None and live.rules != instead_of:
                raise OperationAborted
            self._tell(name, "notifications", run=asking.run)
            return replace(record, notifications=document(rules))

        await self._notifier.check(live, rules, asking, destinations=check)
        await live.change(settled)

    # -- inside

    def _live(self, kept: KeptBucket) -> LiveBucket:
        return LiveBucket(kept, surroundings=self._surroundings)

    def _used(self) -> int:
        return sum(live.size_bytes for live in self._buckets.values())

    def _tell(self, name: str, change: BucketChange, *, run: str) -> None:
        self._recorder.record(BucketChanged(bucket=name, change=change), run=run)
