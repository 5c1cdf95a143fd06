"""What a bucket holds, page by page, by both versions of the operation."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.s3.conftest import refusal

KEYS = ["a/1", "a/2", "a/b/3", "b", "c/4", "d e/5+ü", "e"]


@pytest.fixture(scope="module")
def filled(s3: Any) -> str:
    s3.create_bucket(Bucket="filled")
    for key in KEYS:
        s3.put_object(Bucket="filled", Key=key, Body=key.encode())
    return "filled"


def everything(s3: Any, operation: str, **request: Any) -> tuple[list[str], list[str], int]:
    """Return the keys and the common prefixes of all pages, and how many pages there were."""
    keys, prefixes, pages = [], [], 0
    for page in s3.get_paginator(operation).paginate(**request):
        keys += [one["Key"] for one in page.get("Contents", [])]
        prefixes += [one["Prefix"] for one in page.get("CommonPrefixes", [])]
        pages += 1
    return keys, prefixes, pages


@pytest.mark.parametrize("operation", ["list_objects_v2", "list_objects"])
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_pages_together_are_everything_once(
    s3: Any, filled: str, operation: str, size: int
) -> None:
    paging = {"PageSize": size}
    keys, _, pages = everything(s3, operation, Bucket=filled, PaginationConfig=paging)
    assert keys == KEYS
    assert pages == -(-len(KEYS) // size)


@pytest.mark.parametrize("operation", ["list_objects_v2", "list_objects"])
@pytest.mark.parametrize("size", [1, 2, 1000])
def test_a_delimiter_makes_folders(s3: Any, filled: str, operation: str, size: int) -> None:
    paging = {"PageSize": size}
    request = {"Bucket": filled, "Delimiter": "/", "PaginationConfig": paging}
    keys, prefixes, _ = everything(s3, operation, **request)
    assert (keys, prefixes) == (["b", "e"], ["a/", "c/", "d e/"])
    keys, prefixes, _ = everything(s3, operation, Prefix="a/", **request)
    assert (keys, prefixes) == (["a/1", "a/2"], ["a/b/"])


def test_a_prefix_and_a_start_narrow_it_down(s3: Any, filled: str) -> None:
    found = s3.list_objects_v2(Bucket=filled, Prefix="a/", StartAfter="a/1")
    assert [one["Key"] for one in found["Contents"]] == ["a/2", "a/b/3"]
    assert (found["KeyCount"], found["IsTruncated"], found["StartAfter"]) == (2, False, "a/1")
    assert s3.list_objects_v2(Bucket=filled, Prefix="zzz")["KeyCount"] == 0


def test_an_entry_tells_what_the_object_is(s3: Any, filled: str) -> None:
    [entry] = s3.list_objects_v2(Bucket=filled, Prefix="b", FetchOwner=True)["Contents"]
    assert (entry["Size"], entry["StorageClass"]) == (1, "STANDARD")
    assert entry["ETag"] == s3.head_object(Bucket=filled, Key="b")["ETag"]
    assert len(entry["Owner"]["ID"]) == 64


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"MaxKeys": -1}, "InvalidArgument"),
        ({"ContinuationToken": "no token"}, "InvalidArgument"),
        ({"EncodingType": "gzip"}, "InvalidArgument"),
    ],
    ids=str,
)
def test_what_makes_no_page_is_refused(
    s3: Any, filled: str, request_: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        s3.list_objects_v2(Bucket=filled, **request_)
    assert refusal(refused)[:2] == (400, code)


def test_no_keys_at_all_may_be_asked_for(s3: Any, filled: str) -> None:
    found = s3.list_objects_v2(Bucket=filled, MaxKeys=0)
    assert (found["KeyCount"], found["IsTruncated"]) == (0, False)
