"""Objects as requests and responses write them: headers, conditions, checksums, tags."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from webapp.aws.call import Request
from webapp.sources.buckets.checksums import ALGORITHMS
from webapp.sources.buckets.conditions import Conditions
from webapp.sources.buckets.errors import InvalidArgument, InvalidRequest
from webapp.sources.buckets.integrity import Integrity
from webapp.sources.buckets.live_bucket import LiveBucket
from webapp.sources.buckets.ports import Description, ObjectRecord

_HEADERS = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
)
ANY_TYPE = "binary/octet-stream"


def described(request: Request) -> Description:
    """Return what a request says of the object that it puts."""
    headers = {name: str(request[name]) for name in _HEADERS if request.get(name)}
    encodings = [one.strip() for one in headers.pop("ContentEncoding", "").split(",")]
    if kept := ",".join(one for one in encodings if one and one != "aws-chunked"):
        headers["ContentEncoding"] = kept
    if "Expires" in request:
        headers["Expires"] = str(request["Expires"].timestamp())
    return Description(
        headers={"ContentType": ANY_TYPE, **headers},
        metadata=dict(request.get("Metadata", {})),
        tags=tags_of(request.get("Tagging", "")),
    )


def tags_of(text: str) -> dict[str, str]:
    """Return tags that are written as a query. Raises ``InvalidArgument``."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text))
    except ValueError as error:
        raise InvalidArgument(
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
            "parameters without tag name duplicates.",
            ArgumentName="x-amz-tagging",
            ArgumentValue=text[:200],
        ) from error
    if len(dict(pairs)) < len(pairs):
        raise InvalidArgument(
            "The header 'x-amz-tagging' has a tag name twice.", ArgumentName="x-amz-tagging"
        )
    return dict(pairs)


def conditions(request: Request, *, prefix: str = "") -> Conditions:
    """Return the conditions of a request; ``prefix`` is ``CopySource`` for those of a copy."""
    return Conditions(
        match=request.get(f"{prefix}IfMatch", ""),
        none_match=request.get(f"{prefix}IfNoneMatch", ""),
        modified_since=_seconds(request.get(f"{prefix}IfModifiedSince")),
        unmodified_since=_seconds(request.get(f"{prefix}IfUnmodifiedSince")),
    )


def integrity(request: Request) -> Integrity:
    """Return how a request's body is checked."""
    told = {name: request[f"Checksum{name}"] for name in ALGORITHMS if f"Checksum{name}" in request}
    if len(told) > 1:
        raise InvalidRequest("Expecting a single x-amz-checksum- header.")
    return Integrity(md5=request.get("ContentMD5", ""), checksums=told, wanted=algorithms(request))


def algorithms(request: Request) -> tuple[str, ...]:
    """Return the checksum that a request wants kept. Raises ``InvalidRequest``."""
    asked = request.get("ChecksumAlgorithm", "")
    if asked and asked not in ALGORITHMS:
        raise InvalidRequest("Checksum algorithm provided is unsupported.")
    return (asked,) if asked else ()


def object_shape(bucket: LiveBucket, found: ObjectRecord, *, checksums: bool) -> dict[str, Any]:
    """Return the members that tell of an object; ``checksums`` with those that are kept."""
    headers: dict[str, Any] = dict(found.about.headers)
    if "Expires" in headers:
        headers["Expires"] = datetime.fromtimestamp(float(headers["Expires"]), UTC)
    return {
        **headers,
        **version_shape(bucket, found),
        **(checksum_shape(found) if checksums else {}),
        "AcceptRanges": "bytes",
        "ETag": etag(found),
        "LastModified": found.modified,
        "Metadata": found.about.metadata,
        "TagCount": len(found.about.tags) or None,
    }


def version_shape(bucket: LiveBucket, found: ObjectRecord) -> dict[str, Any]:
    """Return which version it is, where the bucket has ever kept versions."""
    return {"VersionId": found.version} if bucket.record.versioning else {}


def checksum_shape(found: ObjectRecord) -> dict[str, Any]:
    shape = {f"Checksum{name}": value for name, value in found.checksums.items()}
    return {**shape, "ChecksumType": found.checksum_type} if shape else {}


def etag(found: ObjectRecord) -> str:
    return f'"{found.etag}"'


def tag_set(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": name, "Value": value} for name, value in tags.items()]


def _seconds(moment: Any) -> float | None:
    return None if moment is None else float(moment.timestamp())
