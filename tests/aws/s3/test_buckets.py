"""Buckets by boto3: made, found, versions kept, tagged, deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.clients import Boto
from tests.aws.s3.conftest import refusal


def test_a_bucket_lives(s3: Any) -> None:
    assert s3.create_bucket(Bucket="my-bucket")["Location"] == "/my-bucket"
    assert "my-bucket" in [one["Name"] for one in s3.list_buckets()["Buckets"]]
    assert s3.head_bucket(Bucket="my-bucket")["BucketRegion"] == "us-east-1"
    assert s3.get_bucket_location(Bucket="my-bucket").get("LocationConstraint") is None
    s3.put_object(Bucket="my-bucket", Key="k", Body=b"x")
    with pytest.raises(ClientError) as refused:
        s3.delete_bucket(Bucket="my-bucket")
    assert refusal(refused)[:2] == (409, "BucketNotEmpty")
    s3.delete_object(Bucket="my-bucket", Key="k")
    s3.delete_bucket(Bucket="my-bucket")
    with pytest.raises(ClientError) as refused:
        s3.head_bucket(Bucket="my-bucket")
    assert refusal(refused)[0] == 404


@pytest.mark.parametrize(
    "name",
    ["ab", "Capital", "under_score", "a" * 64, "1.2.3.4", "a..b", "-a-", "xn--abc", "x-s3alias"],
)
def test_a_name_that_s3_gives_nobody_is_refused(s3: Any, name: str) -> None:
    with pytest.raises(ClientError) as refused:
        s3.create_bucket(Bucket=name)
    assert refusal(refused)[:2] == (400, "InvalidBucketName")


def test_elsewhere_a_bucket_says_where_it_is_and_is_made_once(boto: Boto) -> None:
    there = boto("s3", region="eu-west-1")
    place = {"LocationConstraint": "eu-west-1"}
    there.create_bucket(Bucket="over-there", CreateBucketConfiguration=place)
    assert there.get_bucket_location(Bucket="over-there")["LocationConstraint"] == "eu-west-1"
    with pytest.raises(ClientError) as refused:
        there.create_bucket(Bucket="over-there", CreateBucketConfiguration=place)
    assert refusal(refused)[:2] == (409, "BucketAlreadyOwnedByYou")
    with pytest.raises(ClientError) as refused:
        boto("s3").create_bucket(Bucket="wrong-place", CreateBucketConfiguration=place)
    assert refusal(refused)[1] == "IllegalLocationConstraintException"


def test_tags_of_a_bucket(s3: Any, bucket: str) -> None:
    with pytest.raises(ClientError) as refused:
        s3.get_bucket_tagging(Bucket=bucket)
    assert refusal(refused)[:2] == (404, "NoSuchTagSet")
    tags = [{"Key": "team", "Value": "a"}]
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == tags
    s3.delete_bucket_tagging(Bucket=bucket)
    with pytest.raises(ClientError):
        s3.get_bucket_tagging(Bucket=bucket)


def test_versions_are_kept_and_a_deletion_only_hides(s3: Any, make: Callable[..., str]) -> None:
    bucket = make(versioning=True)
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="k", Body=b"2")["VersionId"]
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"2"
    assert s3.get_object(Bucket=bucket, Key="k", VersionId=first)["Body"].read() == b"1"

    hidden = s3.delete_object(Bucket=bucket, Key="k")
    assert hidden["DeleteMarker"]
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=bucket, Key="k")
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=bucket, Key="k", VersionId=hidden["VersionId"])
    assert refusal(refused)[:2] == (405, "MethodNotAllowed")
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)

    back = s3.delete_object(Bucket=bucket, Key="k", VersionId=hidden["VersionId"])
    assert back["DeleteMarker"]
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"2"
    s3.delete_object(Bucket=bucket, Key="k", VersionId=second)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"1"
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=bucket, Key="k", VersionId=second)
    assert refusal(refused)[:2] == (404, "NoSuchVersion")


def test_once_suspended_what_is_put_replaces_only_its_like(
    s3: Any, make: Callable[..., str]
) -> None:
    bucket = make()
    s3.put_object(Bucket=bucket, Key="k", Body=b"before")
    enabled, suspended = {"Status": "Enabled"}, {"Status": "Suspended"}
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=enabled)
    kept = s3.put_object(Bucket=bucket, Key="k", Body=b"kept")["VersionId"]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=suspended)
    assert s3.put_object(Bucket=bucket, Key="k", Body=b"after")["VersionId"] == "null"
    found = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert [(one["VersionId"], one["IsLatest"]) for one in found] == [("null", True), (kept, False)]
    assert s3.get_object(Bucket=bucket, Key="k", VersionId="null")["Body"].read() == b"after"


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_versions_are_listed_newest_first_on_any_pages(
    s3: Any, make: Callable[..., str], size: int
) -> None:
    bucket = make(versioning=True)
    for key, body in (("a", b"1"), ("a", b"2"), ("b", b"3"), ("c/d", b"4")):
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    s3.delete_object(Bucket=bucket, Key="a")
    found: list[tuple[str, int]] = []
    markers: list[str] = []
    for page in s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, PaginationConfig={"PageSize": size}
    ):
        found += [(one["Key"], one["Size"]) for one in page.get("Versions", [])]
        markers += [one["Key"] for one in page.get("DeleteMarkers", [])]
    assert found == [("a", 1), ("a", 1), ("b", 1), ("c/d", 1)]
    assert markers == ["a"]
