"""Where the code of a request comes from: sent along, or an object in a bucket of its region."""

from collections.abc import Mapping
from typing import Any

from webapp.aws.call import Call
from webapp.aws.services.s3.places import buckets_of
from webapp.runtime.errors import InvalidParameterValue, RequestEntityTooLarge
from webapp.sources.buckets.errors import BucketError

_OTHERS = ("S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri")


async def code_of(call: Call, source: Mapping[str, Any]) -> bytes:
    """Return the zip that a request sends or names.

    Raises ``InvalidParameterValue`` for none, for two, and in S3's words for an object that cannot
    be read; ``RequestEntityTooLarge`` for an object that no function may have as its code.
    """
    archive: bytes | None = source.get("ZipFile")
    others = [name for name in _OTHERS if source.get(name)]
    if archive is not None and others:
        raise InvalidParameterValue(
            "Please do not provide other FunctionCode parameters when providing a ZipFile."
        )
    if archive is not None:
        return archive
    if "ImageUri" in others:
        raise InvalidParameterValue(
            "Coldstart runs zip archives only, no container images. "
            "Use PackageType Zip and send ZipFile or name an object in S3."
        )
    if "S3Bucket" in others and "S3Key" in others:
        return await _object(call, source)
    raise InvalidParameterValue("Please provide a source for function code.")


async def _object(call: Call, source: Mapping[str, Any]) -> bytes:
    """Read an object whole; one over the limit is not read at all."""
    try:
        bucket = buckets_of(call).find(source["S3Bucket"])
        found = bucket.contents.find(source["S3Key"], source.get("S3ObjectVersion", ""))
        most = call.platform.limits.zipped_bytes
        if found.size_bytes > most:
            raise RequestEntityTooLarge(f"Zipped size must be smaller than {most} bytes")
        pieces = [piece async for piece in bucket.pieces(found, start=0, end=found.size_bytes)]
    except BucketError as error:
        raise InvalidParameterValue(
            f"Error occurred while GetObject. S3 Error Code: {error.code}. "
            f"S3 Error Message: {error.message}"
        ) from error
    return b"".join(pieces)
