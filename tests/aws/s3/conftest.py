"""An S3 client, and buckets that no other test knows."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.clients import Boto

_numbers = itertools.count()


@pytest.fixture(scope="module")
def s3(boto: Boto) -> Any:
    return boto("s3")


@pytest.fixture
def make(s3: Any) -> Callable[..., str]:
    """Return what makes a bucket and gives its name."""

    def make_bucket(*, versioning: bool = False) -> str:
        name = f"bucket-{next(_numbers)}"
        s3.create_bucket(Bucket=name)
        if versioning:
            kept = {"Status": "Enabled"}
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=kept)
        return name

    return make_bucket


@pytest.fixture
def bucket(make: Callable[..., str]) -> str:
    return make()


def refusal(refused: "pytest.ExceptionInfo[ClientError]") -> tuple[int, str, str]:
    answer = refused.value.response
    error = answer["Error"]
    return answer["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error.get("Message", "")
