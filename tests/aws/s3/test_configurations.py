"""What deployment tools read of a bucket for which nothing was set, by boto3."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.s3.conftest import refusal

ABSENT = [
    ("get_bucket_policy", "NoSuchBucketPolicy", "The bucket policy does not exist"),
    ("get_bucket_policy_status", "NoSuchBucketPolicy", "The bucket policy does not exist"),
    ("get_bucket_cors", "NoSuchCORSConfiguration", "The CORS configuration does not exist"),
    (
        "get_bucket_lifecycle_configuration",
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
    ),
    (
        "get_bucket_website",
        "NoSuchWebsiteConfiguration",
        "The specified bucket does not have a website configuration",
    ),
    (
        "get_bucket_replication",
        "ReplicationConfigurationNotFoundError",
        "The replication configuration was not found",
    ),
    (
        "get_object_lock_configuration",
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
    ),
]
DEFAULTS = [
    (
        "get_bucket_encryption",
        "ServerSideEncryptionConfiguration",
        {
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                    "BucketKeyEnabled": False,
                }
            ]
        },
    ),
    (
        "get_public_access_block",
        "PublicAccessBlockConfiguration",
        {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    ),
    (
        "get_bucket_ownership_controls",
        "OwnershipControls",
        {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    ),
    ("get_bucket_request_payment", "Payer", "BucketOwner"),
    ("get_bucket_logging", "LoggingEnabled", None),
    ("get_bucket_accelerate_configuration", "Status", None),
]


@pytest.mark.parametrize(("operation", "code", "words"), ABSENT)
def test_what_was_never_set_is_refused_in_s3s_words(
    s3: Any, bucket: str, operation: str, code: str, words: str
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(s3, operation)(Bucket=bucket)
    error = refused.value.response["Error"]
    assert refusal(refused)[:2] == (404, code)
    assert (error["Message"], error["BucketName"]) == (words, bucket)


@pytest.mark.parametrize(("operation", "member", "value"), DEFAULTS)
def test_what_s3_sets_for_a_new_bucket_is_answered(
    s3: Any, bucket: str, operation: str, member: str, value: Any
) -> None:
    assert getattr(s3, operation)(Bucket=bucket).get(member) == value


def test_the_owner_alone_may_do_everything_with_a_bucket(s3: Any, bucket: str) -> None:
    answer = s3.get_bucket_acl(Bucket=bucket)
    [grant] = answer["Grants"]
    assert grant["Permission"] == "FULL_CONTROL"
    assert grant["Grantee"] == {**answer["Owner"], "Type": "CanonicalUser"}
    assert answer["Owner"] == s3.list_buckets()["Owner"]


@pytest.mark.parametrize("operation", [*(one[0] for one in (*ABSENT, *DEFAULTS)), "get_bucket_acl"])
def test_of_a_bucket_that_is_not_there_nothing_can_be_read(s3: Any, operation: str) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(s3, operation)(Bucket="nobody-has-this")
    assert refusal(refused)[:2] == (404, "NoSuchBucket")
