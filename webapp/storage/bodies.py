"""What objects hold, in files beside the database: one for each body, named by us alone.

No key of a learner's is ever a path. A body is written, flushed and in its folder before it has a
name that anything refers to; what nothing refers to is removed, at the latest at the next start.
"""

import asyncio
import base64
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import BinaryIO, TypeVar

from sqlalchemy import Connection, Engine, select
from sqlmodel import col

from webapp.sources.buckets.checksums import ALGORITHMS
from webapp.sources.buckets.errors import NoSuchKey
from webapp.sources.buckets.ports import Body
from webapp.sources.errors import SourceFailed
from webapp.storage.tables.buckets import ObjectRow, UploadPartRow

T = TypeVar("T")
FOLDER_NAME = "objects"
PIECE_BYTES = 256 * 1024
_NAME = re.compile(r"[0-9a-f]{32}")


class FileBodies:
    """Implements ``sources.buckets.ports.Bodies``; files are touched on the executor only."""

    def __init__(self, folder: Path, *, executor: Executor) -> None:
        self._folder = folder
        self._executor = executor

    async def keep(self, data: bytes, *, algorithms: Sequence[str] = ()) -> Body:
        """Keep bytes. Raises ``SourceFailed``."""
        return await self._elsewhere(lambda: self._write([data], algorithms))

    async def join(self, identifiers: Sequence[str], *, algorithms: Sequence[str] = ()) -> Body:
        """Keep a body that holds those of others, one after the other."""

        def pieces() -> Iterator[bytes]:
            for identifier in identifiers:
                with self._path(identifier).open("rb") as file:
                    yield from _pieces(file)

        return await self._elsewhere(lambda: self._write(pieces(), algorithms))

    async def copy(
        self, identifier: str, *, start: int, end: int, algorithms: Sequence[str] = ()
    ) -> Body:
        """Keep a body that holds another's bytes from ``start`` up to ``end``."""

        def pieces() -> Iterator[bytes]:
            with self._path(identifier).open("rb") as file:
                file.seek(start)
                yield from _pieces(file, end - start)

        return await self._elsewhere(lambda: self._write(pieces(), algorithms))

    async def pieces(self, identifier: str, *, start: int, end: int) -> AsyncIterator[bytes]:
        """Give the bytes from ``start`` up to ``end``. Raises ``NoSuchKey`` if they are gone."""
        file = await self._elsewhere(lambda: self._path(identifier).open("rb"))
        try:
            file.seek(start)
            left = end - start
            while left > 0 and (piece := await self._elsewhere(_reading(file, left))):
                left -= len(piece)
                yield piece
        finally:
            file.close()

    def release(self, identifiers: Sequence[str]) -> None:
        """Remove bodies that nothing on disk names any more."""
        if identifiers:
            self._executor.submit(self._remove, tuple(identifiers))

    def sweep(self, engine: Engine) -> int:
        """Remove every body that no row names, and return how many; only while nothing runs."""
        with engine.connect() as connection:
            named = named_bodies(connection)
        there = [path for path in self._folder.glob("*/*") if path.name not in named]
        for path in there:
            path.unlink(missing_ok=True)
        return len(there)

    # -- on the executor

    def _write(self, pieces: Iterator[bytes] | Sequence[bytes], algorithms: Sequence[str]) -> Body:
        identifier = secrets.token_hex(16)
        path = self._path(identifier)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        md5, size = hashlib.md5(usedforsecurity=False), 0
        sums = {name: ALGORITHMS[name]() for name in algorithms}
        temporary = path.with_suffix(".part")
        try:
            with temporary.open("xb") as file:
                for piece in pieces:
                    file.write(piece)
                    size += len(piece)
                    for one in (md5, *sums.values()):
                        one.update(piece)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _flush_folders(path.parent, self._folder, self._folder.parent)
        checksums = {name: base64.b64encode(one.digest()).decode() for name, one in sums.items()}
        return Body(
            identifier=identifier, size_bytes=size, md5=md5.hexdigest(), checksums=checksums
        )

    def _remove(self, identifiers: Sequence[str]) -> None:
        for identifier in identifiers:
            self._path(identifier).unlink(missing_ok=True)

    def _path(self, identifier: str) -> Path:
        return body_path(self._folder, identifier)

    async def _elsewhere(self, work: Callable[[], T]) -> T:
        """Do file work off the loop (rule 17). Raises ``SourceFailed``."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        except FileNotFoundError as error:
            raise NoSuchKey from error  # it was deleted while it was read
        except OSError as error:
            reason = error.strerror or str(error)
            raise SourceFailed(f"What the object holds could not be kept: {reason}.") from error


def body_path(folder: Path, identifier: str) -> Path:
    """Return where a body lies. Raises ``ValueError`` for what is no identifier of ours."""
    if not _NAME.fullmatch(identifier):
        raise ValueError(f"no body is called {identifier!r:.100}")
    return folder / identifier[:2] / identifier


def named_bodies(connection: Connection) -> set[str]:
    """Return every body that a row names."""
    named: set[str] = set()
    for column in (col(ObjectRow.body), col(UploadPartRow.body)):
        named.update(connection.scalars(select(column).where(column != "")))
    return named


def _pieces(file: BinaryIO, left: int = -1) -> Iterator[bytes]:
    """Give what follows in a file, or so many bytes of it."""
    while left and (piece := file.read(PIECE_BYTES if left < 0 else min(left, PIECE_BYTES))):
        left -= len(piece) if left > 0 else 0
        yield piece


def _reading(file: BinaryIO, left: int) -> Callable[[], bytes]:
    return lambda: file.read(min(left, PIECE_BYTES))


def _flush_folders(*folders: Path) -> None:
    """Put the names of new files and folders on the disk, too; Windows has no such thing."""
    for folder in folders if hasattr(os, "O_DIRECTORY") else ():
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
