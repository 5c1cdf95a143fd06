"""Buckets come back from the disk as they were."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from webapp.sources.buckets.ports import (
    Body,
    BucketChanges,
    BucketRecord,
    Description,
    KeptBucket,
    ObjectRecord,
    PartRecord,
    UploadRecord,
)
from webapp.storage.bodies import named_bodies
from webapp.storage.kept_sources import KeptSources
from webapp.storage.source_store import RegionBuckets, RegionRows
from webapp.storage.storage import Storage

ABOUT = Description(headers={"ContentType": "x/y"}, metadata={"a": "ü"}, tags={"b": "c"})
RECORD = BucketRecord(name="b", created=1.5, versioning="Enabled", notifications={"bus": True})
OBJECT = ObjectRecord(
    key="../ü\U0001f986",
    version="v1",
    order=2**50,
    modified=3.25,
    body="0" * 32,
    size_bytes=7,
    etag="e-2",
    checksums={"CRC32": "AAAA"},
    checksum_type="COMPOSITE",
    about=ABOUT,
)
MARKER = ObjectRecord(key="k", version="v2", order=5, modified=4.0)
UPLOAD = UploadRecord(identifier="u", key="k", begun=1.0, algorithm="CRC32", about=ABOUT)
PART = PartRecord(
    upload="u",
    number=3,
    modified=2.0,
    body=Body(identifier="1" * 32, size_bytes=5, md5="m", checksums={"CRC32": "x"}),
)


def kept(
    storage: Storage, *changes: BucketChanges, region: str = "us-east-1"
) -> Sequence[KeptBucket]:
    """Write one after the other, and return what a restart would find in the region."""

    async def write() -> Sequence[KeptBucket]:
        await storage.store.open_workspace("w")
        store = RegionBuckets(
            RegionRows(storage.store, workspace="w", region=region, take_facts=list)
        )
        for change in changes:
            await store.write(change)
        found = (await storage.store.open_workspace("w")).sources.get(region)
        assert found is None or isinstance(found, KeptSources)
        return found.buckets if found else ()

    return asyncio.run(write())


def bodies(storage: Storage) -> set[str]:
    with storage.engine.connect() as connection:
        return named_bodies(connection)


FULL = BucketChanges(
    bucket="b", record=RECORD, objects=[OBJECT, MARKER], uploads=[UPLOAD], parts=[PART]
)


def test_everything_comes_back_as_it_was(storage: Storage) -> None:
    [found] = kept(storage, FULL)
    assert found.record == RECORD
    assert sorted(found.objects, key=lambda one: one.key) == [OBJECT, MARKER]
    assert (list(found.uploads), list(found.parts)) == ([UPLOAD], [PART])
    assert bodies(storage) == {"0" * 32, "1" * 32}


def test_an_upload_that_ends_takes_its_parts_along_and_no_other_bucket_is_touched(
    storage: Storage,
) -> None:
    other = BucketChanges(bucket="c", record=replace(RECORD, name="c"), objects=[MARKER])
    ended = BucketChanges(
        bucket="b", deleted_uploads=["u"], deleted_objects=[(MARKER.key, MARKER.version)]
    )
    found = {one.record.name: one for one in kept(storage, FULL, other, ended)}
    assert list(found["b"].objects) == [OBJECT]
    assert (list(found["b"].uploads), list(found["b"].parts)) == ([], [])
    assert list(found["c"].objects) == [MARKER]


def test_a_deleted_bucket_leaves_nothing(storage: Storage) -> None:
    assert list(kept(storage, FULL, BucketChanges(bucket="b", deleted=True))) == []
    assert bodies(storage) == set()


def test_regions_are_apart(storage: Storage) -> None:
    kept(storage, FULL)
    assert list(kept(storage, region="eu-west-1")) == []
