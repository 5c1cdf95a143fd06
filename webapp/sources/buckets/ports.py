"""What buckets ask of store, files and neighbours, and the plain data that crosses."""

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

NULL = "null"
"""The version of what was put while a bucket kept no versions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketRecord:
    """A bucket as it is stored. ``versioning`` is empty, ``Enabled`` or ``Suspended``.

    ``notifications`` is its notification configuration as JSON values; ``created`` is lab time.
    """

    name: str
    created: float
    versioning: str = ""
    notifications: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Bytes in a file of their own. ``md5`` and checksums are of all of them; base64 but ``md5``.

    Checksums are by S3's name, such as ``CRC32``.
    """

    identifier: str
    size_bytes: int
    md5: str
    checksums: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What comes with an object: ``headers`` are those that go out again, by member name."""

    headers: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRecord:
    """One version of an object, or a delete marker, which has no ``body``.

    ``order`` grows in a bucket with each version; ``modified`` is lab time. ``etag`` is without
    its quotes. ``checksum_type`` is ``FULL_OBJECT``, or ``COMPOSITE`` for parts' together.
    """

    key: str
    version: str
    order: int
    modified: float
    body: str = ""
    size_bytes: int = 0
    etag: str = ""
    checksums: Mapping[str, str] = field(default_factory=dict)
    checksum_type: str = "FULL_OBJECT"
    about: Description = field(default_factory=Description)

    @property
    def is_marker(self) -> bool:
        return not self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRecord:
    """An upload in parts that was begun; ``algorithm`` is that of its checksums, if any."""

    identifier: str
    key: str
    begun: float
    algorithm: str = ""
    about: Description = field(default_factory=Description)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRecord:
    """A part of an upload."""

    upload: str
    number: int
    modified: float
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketChanges:
    """What changes together in one bucket; all of it is on disk at once, or nothing.

    ``deleted_objects`` are keys and versions.
    """

    bucket: str
    record: BucketRecord | None = None
    deleted: bool = False
    objects: Sequence[ObjectRecord] = ()
    deleted_objects: Sequence[tuple[str, str]] = ()
    uploads: Sequence[UploadRecord] = ()
    parts: Sequence[PartRecord] = ()
    deleted_uploads: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBucket:
    """A bucket with everything in it, as the store kept it."""

    record: BucketRecord
    objects: Sequence[ObjectRecord] = ()
    uploads: Sequence[UploadRecord] = ()
    parts: Sequence[PartRecord] = ()


class BucketStore(Protocol):
    """Keeps the buckets of one region."""

    async def write(self, changes: BucketChanges) -> None:
        """Complete when all is on disk. Raises ``SourceBusy`` or ``SourceFailed``."""


class Bodies(Protocol):
    """Keeps what objects hold. A body is on disk before anybody hears of it."""

    def keep(self, data: bytes, *, algorithms: Sequence[str] = ()) -> Awaitable[Body]:
        """Keep bytes; ``algorithms`` are checksums to make. Raises ``SourceFailed``."""

    def join(
        self, identifiers: Sequence[str], *, algorithms: Sequence[str] = ()
    ) -> Awaitable[Body]:
        """Keep a body that holds those of others, one after the other."""

    def copy(
        self, identifier: str, *, start: int, end: int, algorithms: Sequence[str] = ()
    ) -> Awaitable[Body]:
        """Keep a body that holds another's bytes from ``start`` up to ``end``."""

    def pieces(self, identifier: str, *, start: int, end: int) -> AsyncIterator[bytes]:
        """Give the bytes from ``start`` up to ``end``, piece by piece."""

    def release(self, identifiers: Sequence[str]) -> None:
        """Remove bodies that nothing on disk names any more; some time soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a destination is told. ``cause`` is the fact that it follows, in ``run``.

    ``detail_type`` is for the bus; ``trace`` carries the chain of calls on (lambda-behaviour 9.3).
    """

    arn: str
    body: str
    bucket_arn: str
    source: str
    run: str
    cause: int | None = None
    detail_type: str = ""
    trace: str = ""


class Destinations(Protocol):
    """Where notifications go: the sources of the same region, and its functions."""

    @property
    def bus(self) -> str:
        """The ARN of the bus that hears of buckets."""

    def why_not(self, arn: str, *, bucket_arn: str) -> str:
        """Return why a destination cannot be told of a bucket; nothing if it can."""

    async def bring(self, notice: Notice) -> str:
        """Bring a notification to its destination: on disk there, or why not."""

    async def forget(self, bucket_arn: str) -> None:
        """Give up what is on its way from a bucket. Raises a ``SourceError``."""
