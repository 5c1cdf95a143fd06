"""Zips by hand, friendly and hostile."""

import io
import stat
import struct
import zipfile
from collections.abc import Iterable

Content = str | bytes


def zipped(*files: tuple[str, Content], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these files in this order; the same name may come twice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo("x")
            entry.filename = name  # past the constructor, which tidies names
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.compress_type = method
            _quietly_add(archive, entry, content)
    return buffer.getvalue()


def with_mode(name: str, content: Content, *, mode: int) -> bytes:
    """Return a zip of one entry with this Unix mode: a link, a device, a program."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, content)
    return buffer.getvalue()


def empty_zip() -> bytes:
    """Return a zip without entries."""
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, "w").close()
    return buffer.getvalue()


def lying(data: bytes, *, says_bytes: int) -> bytes:
    """Let every header, local and central, claim another size of the unpacked file."""
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        data = _patched(data, signature, offset, struct.pack("<I", says_bytes))
    return data


def flagged(data: bytes, *, bits: int) -> bytes:
    """Set general purpose bits in every header, such as 1 for encrypted."""
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data = _patched(data, signature, offset, struct.pack("<H", bits))
    return data


def with_method(data: bytes, *, method: int) -> bytes:
    """Let every header name another way of compressing."""
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data = _patched(data, signature, offset, struct.pack("<H", method))
    return data


def listing(count: int) -> bytes:
    """Return what lists ``count`` entries without holding any: cheap to make, costly to read."""
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, *[0] * 7, 1, *[0] * 6) + b"a"
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(entry) * count, 0, 0)
    return entry * count + end


def names_of(data: bytes) -> Iterable[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def _patched(data: bytes, signature: bytes, offset: int, value: bytes) -> bytes:
    position = data.find(signature)
    while position >= 0:
        start = position + offset
        data = data[:start] + value + data[start + len(value) :]
        position = data.find(signature, position + 4)
    return data


def _quietly_add(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: Content) -> None:
    """Add an entry also when its name is there already, which zipfile warns of."""
    archive.NameToInfo.pop(entry.filename, None)
    archive.writestr(entry, content)
