"""Uploaded zips: hostile ones are refused, others unpacked within limits (lambda-behaviour 1.6)."""

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path, PurePosixPath

from webapp.runtime.errors import InvalidParameterValue, RequestEntityTooLarge
from webapp.runtime.model import Limits

MOST_ENTRIES = 10_000
MOST_FOLDERS = 10 * MOST_ENTRIES
"""Over all entries, the parts of their paths: what unpacking may have to create."""
_MOST_SIGNATURES = 65_535
_SIGNATURE = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_CHUNK = 1024 * 1024


def inspect(data: bytes, *, limits: Limits) -> None:
    """Refuse at the door what says of itself that it cannot be unpacked.

    Raises ``RequestEntityTooLarge`` or ``InvalidParameterValue``: too big, no zip, empty, too many
    files, an entry that leaves the folder, is no plain file, or cannot be read.
    """
    if len(data) > limits.zipped_bytes:
        raise RequestEntityTooLarge(f"Zipped size must be smaller than {limits.zipped_bytes} bytes")
    _check_count(data.count(_SIGNATURE), most=_MOST_SIGNATURES)
    with _opened(data) as archive:
        entries = archive.infolist()
        if not entries:
            raise InvalidParameterValue("Uploaded file must be a non-empty zip")
        _check_count(len(entries), most=MOST_ENTRIES)
        for entry in entries:
            _check_readable(entry)
        _check_tree(entries)
        _check_unzipped(sum(entry.file_size for entry in entries), limits)


def unpack(data: bytes, folder: Path, *, limits: Limits) -> None:
    """Write the archive's files below ``folder``, readable by everyone.

    Bytes are counted as they come, whatever the headers claim. A name that comes twice is written
    twice. Raises ``InvalidParameterValue``, and ``OSError`` when the disk can't take them.
    """
    with _opened(data) as archive:
        written = 0
        for entry in archive.infolist():
            target = folder / _safe_path(entry)
            if entry.is_dir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            for size in _copy(archive, entry, target):
                written += size
                _check_unzipped(written, limits)
    _open_to_all(folder)


def read(data: bytes, *, limits: Limits) -> dict[str, bytes]:
    """Return what the archive's files hold by their path; of a name that comes twice, the last.

    Bytes are counted as they come. Raises ``RequestEntityTooLarge`` and ``InvalidParameterValue``.
    """
    inspect(data, limits=limits)
    found: dict[str, bytes] = {}
    with _opened(data) as archive:
        size_bytes = 0
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            with archive.open(entry) as source:
                content = source.read(limits.unzipped_bytes + 1 - size_bytes)
            size_bytes += len(content)
            _check_unzipped(size_bytes, limits)
            found[str(_safe_path(entry))] = content
    return found


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OverflowError,
        ValueError,
    ) as error:
        raise InvalidParameterValue(
            "Could not unzip uploaded file. Please check your file, then try to upload again. "
            f"({error})"
        ) from error


def _check_count(count: int, *, most: int) -> None:
    """Refuse before a million entries are objects: a zip of 50 MB can list so many."""
    if count > most:
        raise InvalidParameterValue(
            f"The archive holds {count} files. At most {MOST_ENTRIES} are kept here."
        )


def _check_unzipped(size_bytes: int, limits: Limits) -> None:
    if size_bytes > limits.unzipped_bytes:
        raise InvalidParameterValue(
            f"Unzipped size must be smaller than {limits.unzipped_bytes} bytes"
        )


def _check_readable(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise _refused(entry.filename, "is encrypted")
    if entry.compress_type not in _METHODS:
        raise _refused(entry.filename, "is compressed in a way that is not supported; use deflate")


def _check_tree(entries: Iterable[zipfile.ZipInfo]) -> None:
    """Refuse a file that is also a folder, and more folders than anybody's code has."""
    kinds: dict[tuple[str, ...], bool] = {}
    for entry in entries:
        parts = _safe_path(entry).parts
        if kinds.setdefault(parts, entry.is_dir()) != entry.is_dir():
            raise _refused(entry.filename, "is both a file and a folder")
    if sum(len(parts) for parts in kinds) > MOST_FOLDERS:
        raise InvalidParameterValue("The archive's folders are nested too deep.")
    # Sorted, whatever lies below a path comes right after it.
    for one, following in pairwise(sorted(kinds)):
        if not kinds[one] and following[: len(one)] == one:
            raise _refused("/".join(one), "is both a file and a folder")


def _safe_path(entry: zipfile.ZipInfo) -> PurePosixPath:
    name = entry.filename
    path = PurePosixPath(name)
    mode = entry.external_attr >> 16
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise _refused(name, "leaves its folder")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(name, "is not a plain file")
    if not path.parts and not name.endswith("/"):
        raise _refused(name, "has no name")
    if any(len(part.encode()) > 255 for part in path.parts) or len(name.encode()) > 1024:
        raise _refused(name[:60] + "…", "has too long a name")
    return path


def _refused(name: str, why: str) -> InvalidParameterValue:
    return InvalidParameterValue(f"The archive's entry '{name}' {why}.")


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> Iterator[int]:
    """Write one entry, giving the size of each piece before it is on disk."""
    with archive.open(entry) as source, target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            yield len(chunk)
            file.write(chunk)
    if (entry.external_attr >> 16) & 0o111:
        target.chmod(0o755)


def _open_to_all(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in names:
            path = Path(parent, name)
            path.chmod(0o755 if path.stat().st_mode & 0o111 else 0o644)
