"""Objects by boto3: put, read whole and in part, copied, deleted, in S3's words."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.s3.conftest import refusal

CONTENT = b"0123456789" * 1000
HARD_KEYS = [
    "a b+c&d=e?f#g",
    "../../etc/passwd",
    "/begins/with/a/slash",
    "a//b/./c/../d/",
    "ä/日本/🦆",
    "%2F%2e%2e%2f",
    'quote"<tag>&amp;',
    "\x01\x7f",
    "x" * 1024,
]


def test_what_is_put_comes_back_with_all_that_came_with_it(s3: Any, bucket: str) -> None:
    put = s3.put_object(
        Bucket=bucket,
        Key="notes/one.txt",
        Body=CONTENT,
        ContentType="text/plain",
        CacheControl="max-age=60",
        ContentDisposition="inline",
        ContentLanguage="en",
        Metadata={"colour": "blue", "size": "large"},
        Tagging="stage=test&team=a",
    )
    etag = f'"{hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()}"'
    assert put["ETag"] == etag
    found = s3.get_object(Bucket=bucket, Key="notes/one.txt")
    assert found["Body"].read() == CONTENT
    told = {name: found[name] for name in ("ContentLength", "ContentType", "ETag", "TagCount")}
    assert told == {
        "ContentLength": len(CONTENT),
        "ContentType": "text/plain",
        "ETag": etag,
        "TagCount": 2,
    }
    assert found["Metadata"] == {"colour": "blue", "size": "large"}
    assert (found["CacheControl"], found["ContentDisposition"]) == ("max-age=60", "inline")
    assert abs(found["LastModified"] - datetime.now(UTC)) < timedelta(minutes=10)
    head = s3.head_object(Bucket=bucket, Key="notes/one.txt")
    assert head["ContentLength"] == len(CONTENT)
    assert head["Metadata"] == found["Metadata"]
    assert "VersionId" not in found


@pytest.mark.parametrize("key", HARD_KEYS, ids=range(len(HARD_KEYS)))
def test_a_key_is_a_name_and_never_a_place(s3: Any, bucket: str, key: str) -> None:
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert [one["Key"] for one in listed] == [key]
    s3.delete_object(Bucket=bucket, Key=key)
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


@pytest.mark.parametrize(
    ("key", "code"), [("x" * 1025, "KeyTooLongError"), ("a\x00b", "InvalidURI")]
)
def test_what_no_key_can_be_is_refused(s3: Any, bucket: str, key: str, code: str) -> None:
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    assert refusal(refused)[:2] == (400, code)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=9990-", 9990, 9999), ("bytes=-5", 9995, 9999)],
)
def test_a_range_is_a_part(s3: Any, bucket: str, asked: str, first: int, last: int) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=CONTENT)
    found = s3.get_object(Bucket=bucket, Key="k", Range=asked)
    assert found["Body"].read() == CONTENT[first : last + 1]
    assert found["ContentRange"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 206


def test_a_range_behind_the_end_is_refused_and_nonsense_is_passed_over(
    s3: Any, bucket: str
) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"abc")
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=bucket, Key="k", Range="bytes=3-")
    assert refusal(refused)[:2] == (416, "InvalidRange")
    whole = s3.get_object(Bucket=bucket, Key="k", Range="bytes=2-1,5-6")
    assert (whole["Body"].read(), whole["ResponseMetadata"]["HTTPStatusCode"]) == (b"abc", 200)


def test_what_is_not_there_is_told(s3: Any, bucket: str) -> None:
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=bucket, Key="none")
    with pytest.raises(ClientError) as refused:
        s3.head_object(Bucket=bucket, Key="none")
    assert refusal(refused)[:2] == (404, "404")
    with pytest.raises(s3.exceptions.NoSuchBucket):
        s3.get_object(Bucket="no-such-bucket", Key="none")
    assert s3.delete_object(Bucket=bucket, Key="none")["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_conditions_decide_about_reading(s3: Any, bucket: str) -> None:
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"abc")["ETag"]
    assert s3.head_object(Bucket=bucket, Key="k", IfMatch=etag)["ContentLength"] == 3
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=bucket, Key="k", IfMatch='"other"')
    assert refusal(refused)[:2] == (412, "PreconditionFailed")
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=bucket, Key="k", IfNoneMatch=etag)
    assert refusal(refused)[0] == 304
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=bucket, Key="k", IfModifiedSince=datetime.now(UTC))
    assert refusal(refused)[0] == 304


def test_conditions_decide_about_writing(s3: Any, bucket: str) -> None:
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*")
    assert refusal(refused)[:2] == (412, "PreconditionFailed")
    s3.put_object(Bucket=bucket, Key="k", Body=b"3", IfMatch=etag)
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket=bucket, Key="k", Body=b"4", IfMatch=etag)
    assert refusal(refused)[:2] == (412, "PreconditionFailed")
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.put_object(Bucket=bucket, Key="other", Body=b"4", IfMatch=etag)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"3"


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_a_checksum_is_kept_and_told_who_asks(s3: Any, bucket: str, algorithm: str) -> None:
    put = s3.put_object(Bucket=bucket, Key="k", Body=CONTENT, ChecksumAlgorithm=algorithm)
    told = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert told[f"Checksum{algorithm}"] == put[f"Checksum{algorithm}"]
    assert told["ChecksumType"] == "FULL_OBJECT"


@pytest.mark.parametrize(
    "wrong",
    [
        {"ContentMD5": "AAAAAAAAAAAAAAAAAAAAAA=="},
        {"ContentMD5": "x"},
        {"ChecksumCRC32": "AAAAAA=="},
        {"ChecksumSHA256": "short"},
        {"ChecksumCRC64NVME": "AAAAAAAAAAA="},
    ],
    ids=str,
)
def test_a_body_that_changed_on_its_way_is_not_kept(
    s3: Any, bucket: str, wrong: dict[str, str]
) -> None:
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket=bucket, Key="k", Body=CONTENT, **wrong)
    assert refusal(refused)[0] == 400
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_a_copy_takes_along_what_is_not_replaced(s3: Any, make: Any) -> None:
    source, target = make(), make()
    s3.put_object(Bucket=source, Key="a b/ü", Body=CONTENT, Metadata={"a": "1"}, Tagging="x=y")
    place = {"Bucket": source, "Key": "a b/ü"}
    s3.copy_object(Bucket=target, Key="same", CopySource=place)
    found = s3.get_object(Bucket=target, Key="same")
    assert (found["Body"].read(), found["Metadata"], found["TagCount"]) == (CONTENT, {"a": "1"}, 1)
    s3.copy_object(
        Bucket=target,
        Key="other",
        CopySource=place,
        MetadataDirective="REPLACE",
        Metadata={"b": "2"},
        TaggingDirective="REPLACE",
    )
    found = s3.head_object(Bucket=target, Key="other")
    assert found["Metadata"] == {"b": "2"}
    assert "TagCount" not in found
    with pytest.raises(ClientError) as refused:
        s3.copy_object(Bucket=source, Key="a b/ü", CopySource=place)
    assert refusal(refused)[:2] == (400, "InvalidRequest")


@pytest.mark.parametrize("source", ["", "only-a-bucket", "/", "no-such-bucket/key"])
def test_a_copy_of_nothing_is_refused(s3: Any, bucket: str, source: str) -> None:
    with pytest.raises(ClientError) as refused:
        s3.copy_object(Bucket=bucket, Key="k", CopySource=source)
    assert refusal(refused)[0] in (400, 404)


def test_many_are_deleted_at_once(s3: Any, bucket: str) -> None:
    for key in ("a", "b", "c"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    named = [{"Key": key} for key in ("a", "b", "none", "y" * 1025)]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": named})
    assert [one["Key"] for one in answer["Deleted"]] == ["a", "b", "none"]
    assert [one["Code"] for one in answer["Errors"]] == ["KeyTooLongError"]
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["c"]
    quiet = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "c"}], "Quiet": True})
    assert "Deleted" not in quiet


def test_tags_are_set_read_and_taken_away(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tags})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == tags
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    eleven = [{"Key": str(number), "Value": ""} for number in range(11)]
    with pytest.raises(ClientError) as refused:
        s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": eleven})
    assert refusal(refused)[1] == "InvalidTag"


def test_metadata_over_two_kilobytes_is_refused(s3: Any, bucket: str) -> None:
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket=bucket, Key="k", Body=b"", Metadata={"a": "x" * 2048})
    assert refusal(refused)[:2] == (400, "MetadataTooLarge")


def test_a_reader_may_want_other_headers(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"<p>", ContentType="text/html")
    found = s3.head_object(Bucket=bucket, Key="k", ResponseContentType="text/plain")
    assert found["ContentType"] == "text/plain"
