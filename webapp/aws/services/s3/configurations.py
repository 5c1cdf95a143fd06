"""What clients read of a bucket before they set anything: here it is always as a new one's.

Deployment tools ask for all of it whenever they look at a bucket. Defaults are those of S3's user
guide (Object Ownership, Block Public Access, default encryption), refusals those of its error list.
"""

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.services.s3.places import bucket_of, owner

_POLICY = ("NoSuchBucketPolicy", "The bucket policy does not exist")
_LIFECYCLE = ("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")
_WEBSITE = "The specified bucket does not have a website configuration"
_LOCK = "Object Lock configuration does not exist for this bucket"
ABSENT = {
    "GetBucketPolicy": _POLICY,
    "GetBucketPolicyStatus": _POLICY,
    "GetBucketCors": ("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
    "GetBucketLifecycle": _LIFECYCLE,
    "GetBucketLifecycleConfiguration": _LIFECYCLE,
    "GetBucketWebsite": ("NoSuchWebsiteConfiguration", _WEBSITE),
    "GetBucketReplication": (
        "ReplicationConfigurationNotFoundError",
        "The replication configuration was not found",
    ),
    "GetObjectLockConfiguration": ("ObjectLockConfigurationNotFoundError", _LOCK),
}
"""What S3 refuses to read of a bucket for which it was never set, with code and words."""


async def get_bucket_encryption(call: Call, request: Request) -> Result:
    bucket_of(call, request)
    by_default = {"SSEAlgorithm": "AES256"}
    rule = {"ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": False}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


async def get_public_access_block(call: Call, request: Request) -> Result:
    bucket_of(call, request)
    blocked = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return {"PublicAccessBlockConfiguration": dict.fromkeys(blocked, True)}


async def get_bucket_ownership_controls(call: Call, request: Request) -> Result:
    bucket_of(call, request)
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}


async def get_bucket_acl(call: Call, request: Request) -> Result:
    bucket_of(call, request)
    grantee = {**owner(call), "Type": "CanonicalUser"}
    return {"Owner": owner(call), "Grants": [{"Grantee": grantee, "Permission": "FULL_CONTROL"}]}


async def get_bucket_request_payment(call: Call, request: Request) -> Result:
    bucket_of(call, request)
    return {"Payer": "BucketOwner"}


async def get_nothing(call: Call, request: Request) -> Result:
    """Answer an empty configuration, as S3 does for logging and acceleration."""
    bucket_of(call, request)
    return {}


def _absent(code: str, words: str) -> Implementation:
    """Return an operation that finds the bucket, and nothing set."""

    async def refuse(call: Call, request: Request) -> Result:
        fields = {"BucketName": bucket_of(call, request).name}
        raise AwsError(code, words, status=404, fields=fields)

    return refuse


OPERATIONS: dict[str, Implementation] = {
    **{name: _absent(code, words) for name, (code, words) in ABSENT.items()},
    "GetBucketAccelerateConfiguration": get_nothing,
    "GetBucketAcl": get_bucket_acl,
    "GetBucketEncryption": get_bucket_encryption,
    "GetBucketLogging": get_nothing,
    "GetBucketOwnershipControls": get_bucket_ownership_controls,
    "GetBucketRequestPayment": get_bucket_request_payment,
    "GetPublicAccessBlock": get_public_access_block,
}
