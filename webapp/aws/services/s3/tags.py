"""Tags of objects."""

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.s3.places import bucket_of
from webapp.aws.services.s3.shapes import tag_set, version_shape
from webapp.sources.buckets.errors import InvalidTag


async def put_object_tagging(call: Call, request: Request) -> Result:
    pairs = [(one["Key"], one["Value"]) for one in request["Tagging"]["TagSet"]]
    if len(dict(pairs)) < len(pairs):
        raise InvalidTag("Cannot provide multiple Tags with the same key")
    return await _set(call, request, dict(pairs))


async def get_object_tagging(call: Call, request: Request) -> Result:
    bucket = bucket_of(call, request)
    found = bucket.contents.find(request["Key"], request.get("VersionId", ""))
    return {"TagSet": tag_set(found.about.tags), **version_shape(bucket, found)}


async def delete_object_tagging(call: Call, request: Request) -> Result:
    return await _set(call, request, {})


async def _set(call: Call, request: Request, tags: dict[str, str]) -> Result:
    bucket = bucket_of(call, request)
    found = bucket.contents.find(request["Key"], request.get("VersionId", ""))
    await bucket.tag(found, tags)
    return version_shape(bucket, found)


OPERATIONS: dict[str, Implementation] = {
    "PutObjectTagging": put_object_tagging,
    "GetObjectTagging": get_object_tagging,
    "DeleteObjectTagging": delete_object_tagging,
}
