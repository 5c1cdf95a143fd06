"""What is in a bucket, page by page."""

import base64
import binascii
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.s3.places import bucket_of, owner
from webapp.aws.services.s3.shapes import etag
from webapp.sources.buckets.errors import InvalidArgument
from webapp.sources.buckets.listing import Query
from webapp.sources.buckets.ports import ObjectRecord

_MOST = 1000
Text = Callable[[str], str]


async def list_objects(call: Call, request: Request) -> Result:
    query = _query(request, after=request.get("Marker", ""))
    page = bucket_of(call, request).contents.page(query)
    text = text_of(request)
    answer = _common(request, query, page.prefixes, text, more=page.more)
    following = text(page.last) if page.more and query.delimiter else None
    return {
        **answer,
        "Marker": text(request.get("Marker", "")),
        "NextMarker": following,
        "Contents": [{**_object(one, text), "Owner": owner(call)} for one in page.objects],
    }


async def list_objects_v2(call: Call, request: Request) -> Result:
    token = request.get("ContinuationToken")
    after = request.get("StartAfter", "") if token is None else _opened(token)
    query = _query(request, after=after)
    page = bucket_of(call, request).contents.page(query)
    text = text_of(request)
    owned = {"Owner": owner(call)} if request.get("FetchOwner") else {}
    start = request.get("StartAfter")
    return {
        **_common(request, query, page.prefixes, text, more=page.more),
        "KeyCount": len(page),
        "ContinuationToken": token,
        "NextContinuationToken": _closed(page.last) if page.more else None,
        "StartAfter": None if start is None else text(start),
        "Contents": [{**_object(one, text), **owned} for one in page.objects],
    }


async def list_object_versions(call: Call, request: Request) -> Result:
    marker, version = request.get("KeyMarker", ""), request.get("VersionIdMarker", "")
    if version and not marker:
        raise InvalidArgument(
            "A version-id marker cannot be specified without a key marker.",
            ArgumentName="version-id-marker",
            ArgumentValue=version[:200],
        )
    query = _query(request, after=marker, after_version=version)
    bucket = bucket_of(call, request)
    page = bucket.contents.page_of_versions(query)
    text = text_of(request)
    shown = [
        (
            one,
            {
                "Key": text(one.key),
                "VersionId": one.version,
                "IsLatest": one is bucket.contents.current(one.key),
                "LastModified": one.modified,
                "Owner": owner(call),
            },
        )
        for one in page.objects
    ]
    following = {}
    if page.more:
        following = {
            "NextKeyMarker": text(page.last),
            "NextVersionIdMarker": page.last_version or None,
        }
    return {
        **_common(request, query, page.prefixes, text, more=page.more),
        **following,
        "KeyMarker": text(marker),
        "VersionIdMarker": version,
        "Versions": [{**_object(one, text), **shape} for one, shape in shown if not one.is_marker],
        "DeleteMarkers": [shape for one, shape in shown if one.is_marker],
    }


def _query(request: Request, *, after: str, after_version: str = "") -> Query:
    most = request.get("MaxKeys", _MOST)
    if most < 0:
        raise InvalidArgument(
            "Argument max-keys must be an integer between 0 and 2147483647",
            ArgumentName="max-keys",
            ArgumentValue=str(most),
        )
    return Query(
        prefix=request.get("Prefix", ""),
        delimiter=request.get("Delimiter", ""),
        after=after,
        after_version=after_version,
        most=min(most, _MOST),
    )


def _common(
    request: Request, query: Query, prefixes: list[str], text: Text, *, more: bool
) -> dict[str, Any]:
    return {
        "Name": request["Bucket"],
        "Prefix": text(query.prefix),
        "Delimiter": text(query.delimiter) or None,
        "MaxKeys": request.get("MaxKeys", _MOST),
        "EncodingType": request.get("EncodingType"),
        "IsTruncated": more,
        "CommonPrefixes": [{"Prefix": text(one)} for one in prefixes],
    }


def _object(found: ObjectRecord, text: Text) -> dict[str, Any]:
    return {
        "Key": text(found.key),
        "LastModified": found.modified,
        "ETag": etag(found),
        "ChecksumAlgorithm": list(found.checksums) or None,
        "ChecksumType": found.checksum_type if found.checksums else None,
        "Size": found.size_bytes,
        "StorageClass": "STANDARD",
    }


def text_of(request: Request) -> Text:
    """Return what writes a key: as it is, or as clients ask for what XML cannot hold."""
    asked = request.get("EncodingType")
    if asked not in (None, "url"):
        raise InvalidArgument(
            "Invalid Encoding Method specified in Request",
            ArgumentName="encoding-type",
            ArgumentValue=str(asked)[:40],
        )
    return (lambda key: quote(key, safe="/")) if asked else str


def _closed(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _opened(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token.encode("ascii")).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidArgument(
            "The continuation token provided is incorrect",
            ArgumentName="continuation-token",
        ) from error


OPERATIONS: dict[str, Implementation] = {
    "ListObjects": list_objects,
    "ListObjectsV2": list_objects_v2,
    "ListObjectVersions": list_object_versions,
}
