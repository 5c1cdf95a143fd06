"""Code archives: packing, hostile zips, and the host's unpacked cache (rule 16)."""

import asyncio
import base64
import hashlib
import io
import lzma
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from webapp.runtime.errors import InvalidParameterValue, RequestEntityTooLarge
from webapp.runtime.model import Limits
from webapp.runtime.ports import Store

MOST_ENTRIES = 10_000
_CHUNK = 1024 * 1024
_FIRST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip with its digests: hex SHA-256 as key, base64 as ``CodeSha256``."""

    data: bytes
    digest: str
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> "Archive":
        digest = hashlib.sha256(data)
        return cls(data, digest.hexdigest(), base64.b64encode(digest.digest()).decode())


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where the code is on this host and what getting it there really took, in seconds."""

    folder: Path
    seconds: float
    cached: bool


def pack(files: Mapping[str, str]) -> bytes:
    """Return a zip of text files; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _FIRST_ZIP_DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def inspect(data: bytes, *, limits: Limits) -> None:
    """Refuse at the door what says of itself that it cannot be unpacked.

    Raises ``RequestEntityTooLarge`` or ``InvalidParameterValue``: too big, no zip, empty, too many
    files, an entry that leaves the folder or is no plain file.
    """
    if len(data) > limits.zipped_bytes:
        raise RequestEntityTooLarge(f"Zipped size must be smaller than {limits.zipped_bytes} bytes")
    with _opened(data) as archive:
        entries = archive.infolist()
        if not entries:
            raise InvalidParameterValue("Uploaded file must be a non-empty zip")
        if len(entries) > MOST_ENTRIES:
            raise InvalidParameterValue(
                f"The archive holds {len(entries)} files. At most {MOST_ENTRIES} are kept here."
            )
        for entry in entries:
            _safe_path(entry)
        _check_unzipped(sum(entry.file_size for entry in entries), limits)


def unpack(data: bytes, folder: Path, *, limits: Limits) -> None:
    """Write the archive's files below ``folder``, readable by everyone.

    Bytes are counted as they come, whatever the headers claim. Raises ``InvalidParameterValue``.
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


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
        OSError,
    ) as error:
        raise InvalidParameterValue(
            "Could not unzip uploaded file. Please check your file, then try to upload again. "
            f"({error})"
        ) from error


def _check_unzipped(size_bytes: int, limits: Limits) -> None:
    if size_bytes > limits.unzipped_bytes:
        raise InvalidParameterValue(
            f"Unzipped size must be smaller than {limits.unzipped_bytes} bytes"
        )


def _safe_path(entry: zipfile.ZipInfo) -> PurePosixPath:
    path = PurePosixPath(entry.filename)
    mode = entry.external_attr >> 16
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename:
        raise InvalidParameterValue(f"The archive's entry '{entry.filename}' leaves its folder.")
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0):
        raise InvalidParameterValue(f"The archive's entry '{entry.filename}' is not a plain file.")
    return path


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


class CodeCache:
    """Unpacked archives of this host, one folder per digest, made once and then read-only."""

    def __init__(
        self,
        root: Path,
        *,
        store: Store,
        limits: Limits,
        executor: Executor,
        real: Callable[[], float],
    ) -> None:
        self.root = root
        self._store = store
        self._limits = limits
        self._executor = executor
        self._real = real
        self._under_way: dict[str, asyncio.Task[Path]] = {}

    async def fetch(self, digest: str) -> Fetched:
        """Return an archive's unpacked folder. Raises ``InvalidParameterValue``."""
        started = self._real()
        folder = self.root / digest
        cached = folder.is_dir()
        if not cached:
            await asyncio.shield(self._make(digest))
        return Fetched(folder, self._real() - started, cached)

    async def inspect(self, data: bytes) -> None:
        """Run ``inspect`` off the loop."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._executor, lambda: inspect(data, limits=self._limits))

    def _make(self, digest: str) -> "asyncio.Task[Path]":
        task = self._under_way.get(digest)
        if task is None:
            task = asyncio.ensure_future(self._unpack(digest))
            self._under_way[digest] = task
            task.add_done_callback(lambda _: self._under_way.pop(digest, None))
        return task

    async def _unpack(self, digest: str) -> Path:
        data = await self._store.archive(digest)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._place, digest, data)

    def _place(self, digest: str, data: bytes) -> Path:
        self.root.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=self.root))
        try:
            unpack(data, fresh, limits=self._limits)
            folder = self.root / digest
            if not folder.is_dir():
                fresh.rename(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return folder
