"""Buckets created, found, set otherwise, deleted."""

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.services.s3.places import bucket_of, buckets_of, owner
from webapp.aws.services.s3.shapes import tag_set
from webapp.sources.buckets.errors import InvalidArgument, MalformedXml

_HOME = "us-east-1"


async def create_bucket(call: Call, request: Request) -> Result:
    configuration = request.get("CreateBucketConfiguration", {})
    wanted = configuration.get("LocationConstraint", "")
    if wanted and wanted != call.region:
        raise AwsError(
            "IllegalLocationConstraintException",
            f"The {wanted:.40} location constraint is incompatible for the region specific "
            "endpoint this request was sent to.",
            status=400,
        )
    tags = {one["Key"]: one["Value"] for one in configuration.get("Tags", [])}
    name = request["Bucket"]
    if name in buckets_of(call) and call.region == _HOME:
        return {"Location": f"/{name}"}  # as AWS does there, for older clients
    await buckets_of(call).create(name, tags=tags, run=call.run)
    return {"Location": f"/{name}"}


async def delete_bucket(call: Call, request: Request) -> None:
    await buckets_of(call).delete(request["Bucket"], run=call.run)


async def head_bucket(call: Call, request: Request) -> Result:
    bucket_of(call, request)
    return {"BucketRegion": call.region, "AccessPointAlias": False}


async def list_buckets(call: Call, request: Request) -> Result:
    prefix = request.get("Prefix", "")
    found = [live for live in buckets_of(call).all() if live.name.startswith(prefix)]
    return {
        "Buckets": [
            {
                "Name": live.name,
                "CreationDate": live.record.created,
                "BucketRegion": call.region,
            }
            for live in found
        ],
        "Owner": owner(call),
    }


async def get_bucket_location(call: Call, request: Request) -> Result:
    bucket_of(call, request)
    return {"LocationConstraint": None if call.region == _HOME else call.region}


async def put_bucket_versioning(call: Call, request: Request) -> None:
    status = request["VersioningConfiguration"].get("Status", "")
    if status not in ("Enabled", "Suspended"):
        raise MalformedXml
    await buckets_of(call).set_versioning(request["Bucket"], status, run=call.run)


async def get_bucket_versioning(call: Call, request: Request) -> Result:
    return {"Status": bucket_of(call, request).record.versioning or None}


async def put_bucket_tagging(call: Call, request: Request) -> None:
    pairs = [(one["Key"], one["Value"]) for one in request["Tagging"]["TagSet"]]
    if len(dict(pairs)) < len(pairs):
        raise InvalidArgument("Cannot provide multiple Tags with the same key")
    await buckets_of(call).set_tags(request["Bucket"], dict(pairs), run=call.run)


async def get_bucket_tagging(call: Call, request: Request) -> Result:
    tags = bucket_of(call, request).record.tags
    if not tags:
        raise AwsError("NoSuchTagSet", "The TagSet does not exist", status=404)
    return {"TagSet": tag_set(tags)}


async def delete_bucket_tagging(call: Call, request: Request) -> None:
    bucket_of(call, request)
    await buckets_of(call).set_tags(request["Bucket"], {}, run=call.run)


OPERATIONS: dict[str, Implementation] = {
    "CreateBucket": create_bucket,
    "DeleteBucket": delete_bucket,
    "HeadBucket": head_bucket,
    "ListBuckets": list_buckets,
    "GetBucketLocation": get_bucket_location,
    "PutBucketVersioning": put_bucket_versioning,
    "GetBucketVersioning": get_bucket_versioning,
    "PutBucketTagging": put_bucket_tagging,
    "GetBucketTagging": get_bucket_tagging,
    "DeleteBucketTagging": delete_bucket_tagging,
}
