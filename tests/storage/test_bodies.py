"""What objects hold: in files of our own naming, on disk before it is told, gone when unused."""

import asyncio
import hashlib
import os
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from webapp.sources.buckets.errors import NoSuchKey
from webapp.sources.errors import SourceFailed
from webapp.storage.bodies import FileBodies
from webapp.storage.storage import Storage


@pytest.fixture
def bodies(tmp_path: Path) -> Iterator[FileBodies]:
    with ThreadPoolExecutor(1) as executor:
        yield FileBodies(tmp_path / "objects", executor=executor)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 120.0))


async def read(bodies: FileBodies, identifier: str, start: int, end: int) -> bytes:
    return b"".join([piece async for piece in bodies.pieces(identifier, start=start, end=end)])


def files(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "objects").glob("*/*"))


def test_a_body_comes_back_in_any_part(bodies: FileBodies) -> None:
    data = os.urandom(600_000)
    kept = run(bodies.keep(data, algorithms=["SHA256"]))
    assert kept.md5 == hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert kept.size_bytes == len(data)
    assert kept.checksums.keys() == {"SHA256"}
    for start, end in ((0, len(data)), (1, 2), (300_000, 600_000), (5, 5)):
        assert run(read(bodies, kept.identifier, start, end)) == data[start:end]


def test_bodies_are_joined_and_copied_in_part(bodies: FileBodies) -> None:
    one, other = run(bodies.keep(b"one")), run(bodies.keep(b"other"))
    joined = run(bodies.join([one.identifier, other.identifier, one.identifier]))
    assert run(read(bodies, joined.identifier, 0, 99)) == b"oneotherone"
    part = run(bodies.copy(joined.identifier, start=2, end=9))
    assert run(read(bodies, part.identifier, 0, 99)) == b"eothero"
    assert part.size_bytes == 7


def test_what_was_let_go_of_is_gone(bodies: FileBodies, tmp_path: Path) -> None:
    kept = run(bodies.keep(b"x"))
    bodies.release([kept.identifier])
    with pytest.raises(NoSuchKey):
        run(read(bodies, kept.identifier, 0, 1))
    with pytest.raises(NoSuchKey):
        run(bodies.join([kept.identifier]))
    assert files(tmp_path) == []


def test_a_start_removes_what_no_row_names(
    bodies: FileBodies, storage: Storage, tmp_path: Path
) -> None:
    run(bodies.keep(b"x"))
    (tmp_path / "objects" / "ab").mkdir(exist_ok=True)
    (tmp_path / "objects" / "ab" / "cut.part").write_bytes(b"cut short")
    assert bodies.sweep(storage.engine) == 2
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", ["../../secret", "", "a" * 31, "A" * 32, "a" * 32 + "/x"])
def test_nothing_but_our_own_names_is_ever_opened(bodies: FileBodies, name: str) -> None:
    with pytest.raises(ValueError, match="no body is called"):
        run(read(bodies, name, 0, 1))


def test_a_disk_that_refuses_is_told_and_leaves_nothing(
    bodies: FileBodies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(SourceFailed, match="could not be kept: No space left on device"):
        run(bodies.keep(b"x"))
    assert files(tmp_path) == []


def _full(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")
