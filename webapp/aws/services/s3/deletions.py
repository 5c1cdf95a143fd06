"""Objects deleted, one or many at a time."""

from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.s3.places import asking, bucket_of
from webapp.sources.buckets.errors import BucketError, MalformedXml
from webapp.sources.buckets.names import check_key
from webapp.sources.buckets.surroundings import Deletion

_MOST = 1000


async def delete_object(call: Call, request: Request) -> Result:
    named = [(request["Key"], request.get("VersionId", ""))]
    bucket = bucket_of(call, request)
    was_marker = _is_marker(call, request, *named[0])
    [deletion] = await bucket.deleting.delete(named, asking=asking(call), reason="DeleteObject")
    if deletion.marker:
        return {"DeleteMarker": True, "VersionId": deletion.marker}
    if not named[0][1]:
        return {}
    return {"VersionId": deletion.version, "DeleteMarker": True if was_marker else None}


async def delete_objects(call: Call, request: Request) -> Result:
    bucket = bucket_of(call, request)
    asked = request["Delete"]["Objects"]
    if not 0 < len(asked) <= _MOST:
        raise MalformedXml
    named, errors = [], []
    for one in asked:
        try:
            check_key(one["Key"])
        except BucketError as error:
            errors.append({"Key": one["Key"], "Code": error.code, "Message": error.message})
        else:
            named.append((one["Key"], one.get("VersionId", "")))
    markers = {one for one in named if one[1] and _is_marker(call, request, *one)}
    deletions = await bucket.deleting.delete(named, asking=asking(call), reason="DeleteObjects")
    told = [
        _shape(deletion, version, was_marker=(key, version) in markers)
        for deletion, (key, version) in zip(deletions, named, strict=True)
    ]
    quiet = request["Delete"].get("Quiet", False)
    return {"Deleted": [] if quiet else told, "Errors": errors}


def _shape(deletion: Deletion, version: str, *, was_marker: bool) -> dict[str, Any]:
    if deletion.marker:
        return {
            "Key": deletion.key,
            "DeleteMarker": True,
            "DeleteMarkerVersionId": deletion.marker,
        }
    shape: dict[str, Any] = {"Key": deletion.key}
    if version:
        shape["VersionId"] = version
    if was_marker:
        shape |= {"DeleteMarker": True, "DeleteMarkerVersionId": version}
    return shape


def _is_marker(call: Call, request: Request, key: str, version: str) -> bool:
    found = bucket_of(call, request).contents.version(key, version)
    return found is not None and found.is_marker


OPERATIONS: dict[str, Implementation] = {
    "DeleteObject": delete_object,
    "DeleteObjects": delete_objects,
}
