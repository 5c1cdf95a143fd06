"""The checksums that S3 knows, of bytes as they come (S3 user guide: checking-object-integrity)."""

import base64
import hashlib
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Protocol


class Checksum(Protocol):
    """Takes bytes piece by piece."""

    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4)


class _Crc:
    """A reflected cyclic redundancy check, by a table of 256 remainders."""

    def __init__(self, polynomial: int, *, bits: int) -> None:
        self._table = _table(polynomial)
        self._mask = (1 << bits) - 1
        self._size = bits // 8
        self._value = self._mask

    def update(self, data: bytes) -> None:
        value, table = self._value, self._table
        for byte in data:
            value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
        self._value = value

    def digest(self) -> bytes:
        return (self._value ^ self._mask).to_bytes(self._size)


@cache
def _table(polynomial: int) -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
        table.append(value)
    return tuple(table)


ALGORITHMS: Mapping[str, Callable[[], Checksum]] = {
    "CRC32": _Crc32,
    "CRC32C": lambda: _Crc(0x82F63B78, bits=32),
    "CRC64NVME": lambda: _Crc(0x9A6C9329AC4BC9B5, bits=64),
    "SHA1": lambda: hashlib.sha1(usedforsecurity=False),
    "SHA256": hashlib.sha256,
}


def checksum_of(data: bytes, algorithm: str) -> str:
    """Return the checksum of bytes in base64."""
    made = ALGORITHMS[algorithm]()
    made.update(data)
    return base64.b64encode(made.digest()).decode()
