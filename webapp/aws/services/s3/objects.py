"""Objects put and read."""

from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.s3.places import asking, bucket_of
from webapp.aws.services.s3.shapes import (
    checksum_shape,
    conditions,
    described,
    etag,
    integrity,
    object_shape,
    version_shape,
)
from webapp.sources.buckets.ranges import bytes_asked

_INSTEAD = {
    "ResponseCacheControl": "CacheControl",
    "ResponseContentDisposition": "ContentDisposition",
    "ResponseContentEncoding": "ContentEncoding",
    "ResponseContentLanguage": "ContentLanguage",
    "ResponseContentType": "ContentType",
    "ResponseExpires": "Expires",
}


async def put_object(call: Call, request: Request) -> Result:
    bucket = bucket_of(call, request)
    put = await bucket.put(
        request["Key"],
        request.get("Body", b""),
        about=described(request),
        asking=asking(call),
        conditions=conditions(request),
        integrity=integrity(request),
    )
    return {"ETag": etag(put), **checksum_shape(put), **version_shape(bucket, put)}


async def get_object(call: Call, request: Request) -> Result:
    answer, start, end = _looked_at(call, request)
    bucket = bucket_of(call, request)
    found = bucket.contents.find(request["Key"], request.get("VersionId", ""))
    body = bucket.pieces(found, start=start, end=end) if end > start else b""
    return {**answer, "Body": body}


async def head_object(call: Call, request: Request) -> Result:
    answer, _, _ = _looked_at(call, request)
    return answer


def _looked_at(call: Call, request: Request) -> tuple[dict[str, Any], int, int]:
    """Return what is told of an object, and which of its bytes are asked for."""
    bucket = bucket_of(call, request)
    found = bucket.contents.find(request["Key"], request.get("VersionId", ""))
    conditions(request).check_read(found)
    asked = bytes_asked(request.get("Range", ""), found.size_bytes)
    start, end = asked or (0, found.size_bytes)
    wanted = request.get("ChecksumMode") == "ENABLED" and asked is None
    instead = {
        name: request[asked_as] for asked_as, name in _INSTEAD.items() if asked_as in request
    }
    answer = {
        **object_shape(bucket, found, checksums=wanted),
        **instead,
        "ContentLength": end - start,
    }
    if asked is not None:
        call.status = 206
        answer["ContentRange"] = f"bytes {start}-{end - 1}/{found.size_bytes}"
    return answer, start, end


OPERATIONS: dict[str, Implementation] = {
    "PutObject": put_object,
    "GetObject": get_object,
    "HeadObject": head_object,
}
