"""Objects made of objects that are there."""

from dataclasses import replace
from urllib.parse import unquote

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.s3.places import asking, bucket_of, buckets_of
from webapp.aws.services.s3.shapes import (
    algorithms,
    checksum_shape,
    conditions,
    described,
    etag,
    tags_of,
    version_shape,
)
from webapp.sources.buckets.errors import InvalidArgument, InvalidRequest
from webapp.sources.buckets.live_bucket import LiveBucket
from webapp.sources.buckets.ports import Description, ObjectRecord
from webapp.sources.buckets.ranges import bytes_asked

_ITSELF = (
    "This copy request is illegal because it is trying to copy an object to itself without "
    "changing the object's metadata, storage class, website redirect location or encryption "
    "attributes."
)


async def copy_object(call: Call, request: Request) -> Result:
    bucket = bucket_of(call, request)
    source, found = source_of(call, request)
    replaced = request.get("MetadataDirective") == "REPLACE"
    if not replaced and source is bucket and found is bucket.contents.current(request["Key"]):
        raise InvalidRequest(_ITSELF)
    made = await bucket.copy(
        request["Key"],
        source,
        found,
        about=_about(request, found),
        asking=asking(call),
        algorithms=algorithms(request),
    )
    kept = {"CopySourceVersionId": found.version} if source.record.versioning else {}
    return {
        "CopyObjectResult": {
            "ETag": etag(made),
            "LastModified": made.modified,
            **checksum_shape(made),
        },
        **kept,
        **version_shape(bucket, made),
    }


async def upload_part_copy(call: Call, request: Request) -> Result:
    bucket = bucket_of(call, request)
    upload = bucket.uploads.find(request["UploadId"], key=request["Key"])
    source, found = source_of(call, request)
    text = request.get("CopySourceRange", "")
    asked = bytes_asked(text, found.size_bytes)
    if text and asked is None:
        raise InvalidArgument(
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first "
            "and last are the zero-based offsets of the first and last bytes to copy",
            ArgumentName="x-amz-copy-source-range",
            ArgumentValue=text[:100],
        )
    start, end = asked or (0, found.size_bytes)
    part = await bucket.uploading.copy_part(
        upload, request["PartNumber"], source, found, start=start, end=end
    )
    made = {"ETag": f'"{part.body.md5}"', "LastModified": part.modified}
    sums = {f"Checksum{name}": value for name, value in part.body.checksums.items()}
    return {"CopyPartResult": {**made, **sums}}


def source_of(call: Call, request: Request) -> tuple[LiveBucket, ObjectRecord]:
    """Return the object that is copied. Raises what reading it would."""
    text, _, version = str(request["CopySource"]).partition("?versionId=")
    name, _, key = unquote(text).removeprefix("/").partition("/")
    if not name or not key:
        raise InvalidArgument(
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
            ArgumentName="x-amz-copy-source",
            ArgumentValue=text[:400],
        )
    bucket = buckets_of(call).find(name)
    found = bucket.contents.find(key, unquote(version))
    conditions(request, prefix="CopySource").check_copy(found)
    return bucket, found


def _about(request: Request, found: ObjectRecord) -> Description:
    replaced = request.get("MetadataDirective") == "REPLACE"
    about = described(request) if replaced else found.about
    other_tags = request.get("TaggingDirective") == "REPLACE"
    tags = tags_of(request.get("Tagging", "")) if other_tags else found.about.tags
    return replace(about, tags=tags)


OPERATIONS: dict[str, Implementation] = {
    "CopyObject": copy_object,
    "UploadPartCopy": upload_part_copy,
}
