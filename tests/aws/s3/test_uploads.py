"""Uploads in parts by boto3, and what S3 refuses of them."""

import hashlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.s3.conftest import refusal

BIG = b"b" * (5 * 1024 * 1024)


@pytest.fixture
def upload(s3: Any, bucket: str) -> dict[str, str]:
    begun = s3.create_multipart_upload(Bucket=bucket, Key="k", Metadata={"a": "1"})
    return {"Bucket": bucket, "Key": "k", "UploadId": begun["UploadId"]}


def part(s3: Any, upload: dict[str, str], number: int, body: bytes) -> dict[str, Any]:
    return {
        "PartNumber": number,
        "ETag": s3.upload_part(**upload, PartNumber=number, Body=body)["ETag"],
    }


def complete(s3: Any, upload: dict[str, str], *parts: dict[str, Any]) -> Any:
    return s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": list(parts)})


def test_parts_make_an_object_whose_etag_counts_them(s3: Any, upload: dict[str, str]) -> None:
    first, last = part(s3, upload, 1, BIG), part(s3, upload, 7, b"end")
    listed = s3.list_parts(**upload)["Parts"]
    assert [(one["PartNumber"], one["Size"]) for one in listed] == [(1, len(BIG)), (7, 3)]
    assert "Contents" not in s3.list_objects_v2(Bucket=upload["Bucket"])
    made = complete(s3, upload, first, last)
    digests = b"".join(hashlib.md5(one, usedforsecurity=False).digest() for one in (BIG, b"end"))
    whole = hashlib.md5(digests, usedforsecurity=False).hexdigest()
    assert made["ETag"] == f'"{whole}-2"'
    found = s3.get_object(Bucket=upload["Bucket"], Key="k")
    assert found["Body"].read() == BIG + b"end"
    assert found["Metadata"] == {"a": "1"}
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=upload["Bucket"])


def test_a_part_under_five_megabytes_is_only_allowed_as_the_last(
    s3: Any, upload: dict[str, str]
) -> None:
    small, last = part(s3, upload, 1, b"small"), part(s3, upload, 2, b"end")
    with pytest.raises(ClientError) as refused:
        complete(s3, upload, small, last)
    assert refusal(refused)[:2] == (400, "EntityTooSmall")
    complete(s3, upload, last)
    assert s3.get_object(Bucket=upload["Bucket"], Key="k")["Body"].read() == b"end"


@pytest.mark.parametrize("number", [0, -1, 10_001, 2**31 - 1, 10**18])
def test_a_part_number_that_cannot_be_is_refused(
    s3: Any, upload: dict[str, str], number: int
) -> None:
    with pytest.raises(ClientError) as refused:
        s3.upload_part(**upload, PartNumber=number, Body=b"x")
    assert refusal(refused)[:2] == (400, "InvalidArgument")


def test_a_wrong_list_of_parts_is_refused(s3: Any, upload: dict[str, str]) -> None:
    first, last = part(s3, upload, 1, BIG), part(s3, upload, 2, b"x")
    for parts, code in (
        ([last, first], "InvalidPartOrder"),
        ([first, first], "InvalidPartOrder"),
        ([{**first, "ETag": "other"}], "InvalidPart"),
        ([{**first, "PartNumber": 3}], "InvalidPart"),
        ([], "MalformedXML"),
    ):
        with pytest.raises(ClientError) as refused:
            complete(s3, upload, *parts)
        assert refusal(refused)[1] == code


def test_an_upload_that_is_aborted_is_gone(s3: Any, upload: dict[str, str]) -> None:
    first = part(s3, upload, 1, b"x")
    s3.abort_multipart_upload(**upload)
    for ask in (
        lambda: complete(s3, upload, first),
        lambda: s3.list_parts(**upload),
        lambda: s3.abort_multipart_upload(**upload),
        lambda: part(s3, upload, 2, b"y"),
    ):
        with pytest.raises(ClientError) as refused:
            ask()
        assert refusal(refused)[:2] == (404, "NoSuchUpload")


def test_a_part_can_be_a_range_of_an_object(s3: Any, upload: dict[str, str]) -> None:
    bucket = upload["Bucket"]
    s3.put_object(Bucket=bucket, Key="source", Body=b"0123456789")
    copied = s3.upload_part_copy(
        **upload, PartNumber=1, CopySource=f"{bucket}/source", CopySourceRange="bytes=2-4"
    )
    etag = copied["CopyPartResult"]["ETag"]
    complete(s3, upload, {"PartNumber": 1, "ETag": etag})
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"234"


def test_checksums_of_parts_make_the_objects(s3: Any, bucket: str) -> None:
    begun = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="SHA256")
    upload = {"Bucket": bucket, "Key": "k", "UploadId": begun["UploadId"]}
    sent = s3.upload_part(**upload, PartNumber=1, Body=b"x", ChecksumAlgorithm="SHA256")
    named = {"PartNumber": 1, "ETag": sent["ETag"], "ChecksumSHA256": sent["ChecksumSHA256"]}
    with pytest.raises(ClientError) as refused:
        complete(s3, upload, {**named, "ChecksumSHA256": "A" * 43 + "="})
    assert refusal(refused)[1] == "InvalidPart"
    assert complete(s3, upload, named)["ChecksumSHA256"].endswith("-1")
