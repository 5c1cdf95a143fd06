"""Which names buckets and objects may have (S3 user guide: bucketnamingrules). Pure."""

import re
from collections.abc import Mapping

from webapp.sources.buckets.errors import (
    InvalidBucketName,
    InvalidTag,
    InvalidUri,
    KeyTooLong,
    MetadataTooLarge,
)
from webapp.sources.buckets.ports import Description

LONGEST_KEY_BYTES = 1024
MOST_METADATA_BYTES = 2048
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_RESERVED = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
_TAG_TEXT = re.compile(r"[\w\s+\-=._:/@]*")


def check_bucket_name(name: str) -> None:
    """Raise ``InvalidBucketName`` for a name that S3 gives to no bucket."""
    allowed = (
        _NAME.fullmatch(name)
        and ".." not in name
        and not _ADDRESS.fullmatch(name)
        and not name.startswith(_RESERVED)
        and not name.endswith(_RESERVED_ENDS)
    )
    if not allowed:
        raise InvalidBucketName(BucketName=name[:255])


def check_key(key: str) -> None:
    """Raise ``KeyTooLong``, or ``InvalidUri`` for what no key can hold."""
    size = len(key.encode())
    if size > LONGEST_KEY_BYTES:
        raise KeyTooLong(Size=str(size), MaxSizeAllowed=str(LONGEST_KEY_BYTES))
    if not key or "\x00" in key:
        raise InvalidUri


def check_object(key: str, about: Description) -> None:
    """Raise what S3 refuses an object with, by its key, metadata and tags."""
    check_key(key)
    check_metadata(about.metadata)
    check_tags(about.tags)


def check_metadata(metadata: Mapping[str, str]) -> None:
    """Raise ``MetadataTooLarge`` for more than 2 KB of names and values."""
    size = sum(len(name.encode()) + len(value.encode()) for name, value in metadata.items())
    if size > MOST_METADATA_BYTES:
        raise MetadataTooLarge(Size=str(size), MaxSizeAllowed=str(MOST_METADATA_BYTES))


def check_tags(tags: Mapping[str, str], *, most: int = 10) -> None:
    """Raise ``InvalidTag``."""
    if len(tags) > most:
        raise InvalidTag(f"Object tags cannot be greater than {most}")
    for name, value in tags.items():
        if not 0 < len(name) <= 128 or not _TAG_TEXT.fullmatch(name) or name.startswith("aws:"):
            raise InvalidTag("The TagKey you have provided is invalid", TagKey=name[:128])
        if len(value) > 256 or not _TAG_TEXT.fullmatch(value):
            raise InvalidTag("The TagValue you have provided is invalid", TagKey=name)
