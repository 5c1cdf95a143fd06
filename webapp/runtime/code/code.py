"""Code archives: packing, hostile zips, and the host's unpacked cache (rule 16)."""

import asyncio
import base64
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from webapp.runtime.code.archive import inspect, unpack
from webapp.runtime.code.code_use import CodeUse
from webapp.runtime.code.unused_code import UnusedCode
from webapp.runtime.errors import InvalidParameterValue, ServiceFailed
from webapp.runtime.launcher.inside import removal
from webapp.runtime.model import Limits
from webapp.runtime.ports import Store, StoreBusy, StoreFailed

_FIRST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_PROGRAM = 0o100755 << 16
_UNFINISHED = ".new-"


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


def pack(files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip of files; the same files give the same bytes. Scripts can be run.

    Raises ``InvalidParameterValue`` for text that is none (half a character).
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(_encoded(name, name).decode(), _FIRST_ZIP_DATE)
            content = _encoded(files[name], name)
            entry.external_attr = _PROGRAM if content.startswith(b"#!") else _PLAIN_FILE
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _encoded(content: str | bytes, name: str) -> bytes:
    if isinstance(content, bytes):
        return content
    try:
        return content.encode()
    except UnicodeEncodeError as error:
        raise InvalidParameterValue(
            f"The file '{name!a}' holds half a character (a lone surrogate) at position "
            f"{error.start}. Take it out."
        ) from error


class CodeCache:
    """Unpacked archives of this host, one folder per digest, made once and then read-only.

    ``use`` knows who needs which; what nobody needs any more goes, here and in the store.
    """

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
        self._unused = UnusedCode(root, store=store, executor=executor, needed=self._is_needed)
        self.use = CodeUse(on_unused=self._unused.look_later)

    def sweep(self) -> None:
        """Remove what a process that died left behind, unfinished or unused; call it at start."""
        for left in self.root.glob(f"{_UNFINISHED}*"):
            removal.remove(left)
        self._unused.sweep()

    async def stop(self) -> None:
        """Remove no more: the next start sweeps. Idempotent."""
        await self._unused.stop()

    async def fetch(self, digest: str) -> Fetched:
        """Return an archive's unpacked folder.

        Raises ``InvalidParameterValue`` for what can't be unpacked, ``ServiceFailed`` when the
        store or the disk fails.
        """
        started = self._real()
        folder = self.root / digest
        cached = folder.is_dir()
        if not cached:
            await asyncio.shield(self._make(digest))
        return Fetched(folder, self._real() - started, cached)

    async def admit(self, data: bytes) -> Archive:
        """Inspect an upload, off the loop. Raises as ``inspect`` does."""

        def admit() -> Archive:
            inspect(data, limits=self._limits)
            return Archive.of(data)

        return await asyncio.get_running_loop().run_in_executor(self._executor, admit)

    async def pack(self, files: Mapping[str, str | bytes]) -> Archive:
        """Pack files, off the loop. Raises as ``pack`` does."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: Archive.of(pack(files)))

    def _make(self, digest: str) -> "asyncio.Task[Path]":
        task = self._under_way.get(digest)
        if task is None:
            task = asyncio.ensure_future(self._unpack(digest))
            self._under_way[digest] = task
            task.add_done_callback(lambda _: self._unpacked(digest))
        return task

    def _unpacked(self, digest: str) -> None:
        self._under_way.pop(digest, None)
        if not self.use.is_held(digest):
            self._unused.look_later(digest)  # it was let go of meanwhile

    def _is_needed(self, digest: str) -> bool:
        return self.use.is_held(digest) or digest in self._under_way

    async def _unpack(self, digest: str) -> Path:
        loop = asyncio.get_running_loop()
        try:
            data = await self._store.archive(digest)
            return await loop.run_in_executor(self._executor, self._place, digest, data)
        except KeyError as error:
            raise ServiceFailed(
                "The function's code is not in the store any more. Upload it again."
            ) from error
        except (StoreFailed, StoreBusy) as error:
            raise ServiceFailed(f"The function's code could not be read: {error}") from error
        except OSError as error:
            raise ServiceFailed(
                f"The function's code could not be unpacked on this host: {error.strerror}."
            ) from error

    def _place(self, digest: str, data: bytes) -> Path:
        self.root.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.root))
        try:
            unpack(data, fresh, limits=self._limits)
            folder = self.root / digest
            if not folder.is_dir():
                fresh.rename(folder)
        finally:
            removal.remove(fresh)
        return folder
