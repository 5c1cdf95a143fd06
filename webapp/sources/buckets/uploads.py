"""Uploads in parts: what was begun and which parts are there. Pure."""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from webapp.sources.buckets.errors import (
    EntityTooSmall,
    InvalidArgument,
    InvalidPart,
    InvalidPartOrder,
    MalformedXml,
    NoSuchUpload,
)
from webapp.sources.buckets.ports import (
    NULL,
    Body,
    Description,
    ObjectRecord,
    PartRecord,
    UploadRecord,
)

MOST_PARTS = 10_000
SMALLEST_PART_BYTES = 5 * 1024 * 1024
"""Of every part but the last (S3 user guide: qfacts)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPart:
    """A part as who completes an upload names it; its ``checksum`` if that is told."""

    number: int
    etag: str
    checksum: str = ""


@dataclass(slots=True)
class Upload:
    record: UploadRecord
    parts: dict[int, PartRecord] = field(default_factory=dict)

    @property
    def algorithms(self) -> Sequence[str]:
        """Which checksums its parts have."""
        return (self.record.algorithm,) if self.record.algorithm else ()

    def chosen(self, named: Sequence[NamedPart]) -> list[PartRecord]:
        """Return the parts that make the object. Raises what S3 refuses a wrong list with."""
        if not named:
            raise MalformedXml
        numbers = [one.number for one in named]
        if any(later <= earlier for earlier, later in pairwise(numbers)):
            raise InvalidPartOrder
        chosen = [self._part(one) for one in named]
        for part in chosen[:-1]:
            if part.body.size_bytes < SMALLEST_PART_BYTES:
                raise EntityTooSmall(
                    ETag=part.body.md5,
                    PartNumber=str(part.number),
                    ProposedSize=str(part.body.size_bytes),
                    MinSizeAllowed=str(SMALLEST_PART_BYTES),
                )
        return chosen

    def _part(self, named: NamedPart) -> PartRecord:
        part = self.parts.get(named.number)
        wrong = part is None or named.etag.strip('"') != part.body.md5
        if part is None or wrong or (named.checksum and not self._fits(part, named.checksum)):
            raise InvalidPart(PartNumber=str(named.number), ETag=named.etag[:100])
        return part

    def _fits(self, part: PartRecord, checksum: str) -> bool:
        return part.body.checksums.get(self.record.algorithm, checksum) == checksum


class Uploads:
    """The uploads of a bucket that are neither completed nor aborted."""

    def __init__(self, uploads: Iterable[UploadRecord], parts: Iterable[PartRecord]) -> None:
        self._uploads = {one.identifier: Upload(one) for one in uploads}
        for part in parts:
            if part.upload in self._uploads:
                self._uploads[part.upload].parts[part.number] = part

    def __len__(self) -> int:
        return len(self._uploads)

    @property
    def size_bytes(self) -> int:
        parts = (part for one in self._uploads.values() for part in one.parts.values())
        return sum(part.body.size_bytes for part in parts)

    def find(self, identifier: str, *, key: str) -> Upload:
        """Return an upload of a key. Raises ``NoSuchUpload``."""
        found = self._uploads.get(identifier)
        if found is None or found.record.key != key:
            raise NoSuchUpload(UploadId=identifier[:200])
        return found

    def all(self) -> list[Upload]:
        """Return every upload, by key and then by when it was begun."""
        return sorted(self._uploads.values(), key=lambda one: (one.record.key, one.record.begun))

    def add(self, record: UploadRecord) -> None:
        self._uploads[record.identifier] = Upload(record)

    def remove(self, identifier: str) -> Upload | None:
        return self._uploads.pop(identifier, None)


def check_part_number(number: int) -> None:
    """Raise ``InvalidArgument``."""
    if not 1 <= number <= MOST_PARTS:
        raise InvalidArgument(
            f"Part number must be an integer between 1 and {MOST_PARTS}, inclusive",
            ArgumentName="partNumber",
            ArgumentValue=str(number)[:40],
        )


def etag_of(parts: Sequence[PartRecord]) -> str:
    """Return the entity tag of an object that was uploaded in parts: not the MD5 of its bytes."""
    digests = b"".join(bytes.fromhex(part.body.md5) for part in parts)
    whole = hashlib.md5(digests, usedforsecurity=False)
    return f"{whole.hexdigest()}-{len(parts)}"


def checksums_of(parts: Sequence[PartRecord], algorithm: str) -> Mapping[str, bytes]:
    """Return, by algorithm, the parts' checksums together, of which the object's is made."""
    found = [part.body.checksums.get(algorithm, "") for part in parts]
    if not algorithm or not all(found):
        return {}
    return {algorithm: b"".join(base64.b64decode(one) for one in found)}


def made_of(key: str, body: Body, about: Description) -> ObjectRecord:
    """Return the object that a body makes; its version and its time are still to come."""
    return ObjectRecord(
        key=key,
        version=NULL,
        order=0,
        modified=0.0,
        body=body.identifier,
        size_bytes=body.size_bytes,
        etag=body.md5,
        checksums=body.checksums,
        about=about,
    )
