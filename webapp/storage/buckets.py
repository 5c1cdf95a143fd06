"""Buckets in the store: objects, uploads and their parts; what they hold lies in ``bodies``."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlmodel import Session, col

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
from webapp.storage.rows import put, put_all
from webapp.storage.tables.buckets import BucketRow, ObjectRow, UploadPartRow, UploadRow

_OF_BUCKET = (ObjectRow, UploadRow, UploadPartRow)


def save_bucket(
    connection: Connection, *, workspace: str, region: str, changes: BucketChanges
) -> None:
    """Write what changed together in a bucket."""
    bucket = {"workspace": workspace, "region": region, "bucket": changes.bucket}
    if changes.record is not None:
        put(connection, _bucket_row(workspace, region, changes.record))
    if changes.deleted:
        _delete_bucket(connection, bucket)
    for key, version in changes.deleted_objects:
        connection.execute(delete(ObjectRow).filter_by(**bucket, key=key, version=version))
    put_all(connection, ObjectRow, [_object_row(bucket, one) for one in changes.objects])
    put_all(connection, UploadRow, [_upload_row(bucket, one) for one in changes.uploads])
    put_all(connection, UploadPartRow, [_part_row(bucket, one) for one in changes.parts])
    for identifier in changes.deleted_uploads:
        connection.execute(delete(UploadPartRow).filter_by(**bucket, upload=identifier))
        connection.execute(delete(UploadRow).filter_by(**bucket, id=identifier))


def read_buckets(connection: Connection, workspace: str) -> dict[str, list[KeptBucket]]:
    """Return what is kept of a workspace's buckets, by region."""
    objects: dict[tuple[str, str], list[ObjectRecord]] = defaultdict(list)
    uploads: dict[tuple[str, str], list[UploadRecord]] = defaultdict(list)
    parts: dict[tuple[str, str], list[PartRecord]] = defaultdict(list)
    found: dict[str, list[KeptBucket]] = defaultdict(list)
    with Session(connection) as session:
        for row in session.scalars(_of(ObjectRow, workspace)):
            objects[row.region, row.bucket].append(_object(row))
        for row in session.scalars(_of(UploadRow, workspace)):
            uploads[row.region, row.bucket].append(_upload(row))
        for row in session.scalars(_of(UploadPartRow, workspace)):
            parts[row.region, row.bucket].append(_part(row))
        for row in session.scalars(_of(BucketRow, workspace)):
            place = row.region, row.name
            kept = KeptBucket(
                record=BucketRecord(name=row.name, **row.document),
                objects=objects[place],
                uploads=uploads[place],
                parts=parts[place],
            )
            found[row.region].append(kept)
    return found


def delete_buckets(connection: Connection, workspace: str) -> None:
    """Delete what is in every bucket of a workspace; the buckets go with the workspace.

    What the objects held goes at the next start.
    """
    for table in _OF_BUCKET:
        connection.execute(delete(table).where(col(table.workspace) == workspace))


# -- writing


def _delete_bucket(connection: Connection, bucket: Mapping[str, str]) -> None:
    for table in _OF_BUCKET:
        connection.execute(delete(table).filter_by(**bucket))
    name = bucket["bucket"]
    place = {key: value for key, value in bucket.items() if key != "bucket"}
    connection.execute(delete(BucketRow).filter_by(**place, name=name))


def _bucket_row(workspace: str, region: str, record: BucketRecord) -> BucketRow:
    document = _without(asdict(record), ("name",))
    return BucketRow(workspace=workspace, region=region, name=record.name, document=document)


def _object_row(bucket: Mapping[str, str], record: ObjectRecord) -> dict[str, Any]:
    own = ("key", "version", "order", "body")
    return {
        **bucket,
        "key": record.key,
        "version": record.version,
        "order": record.order,
        "body": record.body,
        "document": _json(_without(asdict(record), own)),
    }


def _upload_row(bucket: Mapping[str, str], record: UploadRecord) -> dict[str, Any]:
    document = _json(_without(asdict(record), ("identifier",)))
    return {**bucket, "id": record.identifier, "document": document}


def _part_row(bucket: Mapping[str, str], record: PartRecord) -> dict[str, Any]:
    document = {"modified": record.modified, **_without(asdict(record.body), ("identifier",))}
    return {
        **bucket,
        "upload": record.upload,
        "number": record.number,
        "body": record.body.identifier,
        "document": _json(document),
    }


def _without(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


# -- reading


def _of(table: type[Any], workspace: str) -> Any:
    return select(table).where(col(table.workspace) == workspace)


def _object(row: ObjectRow) -> ObjectRecord:
    document = json.loads(row.document)
    about = Description(**document.pop("about"))
    return ObjectRecord(
        key=row.key, version=row.version, order=row.order, body=row.body, about=about, **document
    )


def _upload(row: UploadRow) -> UploadRecord:
    document = json.loads(row.document)
    about = Description(**document.pop("about"))
    return UploadRecord(identifier=row.id, about=about, **document)


def _part(row: UploadPartRow) -> PartRecord:
    document = json.loads(row.document)
    modified = document.pop("modified")
    body = Body(identifier=row.body, **document)
    return PartRecord(upload=row.upload, number=row.number, modified=modified, body=body)
