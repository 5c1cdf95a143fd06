"""Uploaded zips: each kind of hostile one is refused in words, and never writes outside."""

import os
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runtime import zips
from webapp.runtime.code import archive
from webapp.runtime.code.archive import inspect, unpack
from webapp.runtime.code.code import pack
from webapp.runtime.errors import InvalidParameterValue, RequestEntityTooLarge
from webapp.runtime.model import Limits

LIMITS = Limits(zipped_bytes=20_000, unzipped_bytes=50_000)
GOOD = pack({"handler.py": "def handler(event, context):\n    return 1\n"})


def unpacked(data: bytes, folder: Path, *, limits: Limits = LIMITS) -> dict[str, bytes]:
    """Inspect, unpack and read everything back."""
    inspect(data, limits=limits)
    unpack(data, folder, limits=limits)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_files_and_folders_come_out_as_they_went_in(tmp_path: Path) -> None:
    data = zips.zipped(("a.py", "one"), ("pkg/", ""), ("pkg/b.py", "two"), ("./c.txt", "three"))
    wanted = {"a.py": b"one", "c.txt": b"three", "pkg/b.py": b"two"}
    assert unpacked(data, tmp_path) == wanted


def test_everybody_may_read_and_only_programs_run(tmp_path: Path) -> None:
    unpacked(zips.with_mode("bin/tool", "#!/bin/sh\n", mode=stat.S_IFREG | 0o700), tmp_path)
    unpacked(zips.with_mode("secret.py", "x", mode=stat.S_IFREG | 0o600), tmp_path)
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in [*tmp_path.rglob("*"), tmp_path / "."]
    }
    assert modes == {"bin": 0o755, "tool": 0o755, "secret.py": 0o644, tmp_path.name: 0o755}


def test_the_later_of_two_entries_of_one_name_wins(tmp_path: Path) -> None:
    data = zips.zipped(("a.py", "first"), ("a.py", "2nd"))
    assert unpacked(data, tmp_path) == {"a.py": b"2nd"}


@pytest.mark.parametrize(
    "name",
    [
        "../evil.py",
        "a/../../evil.py",
        "..",
        "/etc/evil.py",
        "//evil.py",
        "..\\evil.py",
        "a\\b.py",
        "C:\\evil.py",
        "C:evil.py",
        "\\\\host\\share\\evil.py",
    ],
)
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    data = zips.zipped(("good.py", "x"), (name, "evil"))
    with pytest.raises(InvalidParameterValue, match="leaves its folder"):
        inspect(data, limits=LIMITS)
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(InvalidParameterValue, match="leaves its folder"):
        unpack(data, inside, limits=LIMITS)
    assert [path.name for path in tmp_path.rglob("*")] == ["inside", "good.py"]


@pytest.mark.parametrize(
    "kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK]
)
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    data = zips.with_mode("link", "/etc/passwd", mode=kind | 0o777)
    with pytest.raises(InvalidParameterValue, match="'link' is not a plain file"):
        inspect(data, limits=LIMITS)
    with pytest.raises(InvalidParameterValue, match="is not a plain file"):
        unpack(data, tmp_path, limits=LIMITS)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "files",
    [
        [("a", "file"), ("a/b.py", "x")],
        [("a/b.py", "x"), ("a", "file")],
        [("a", "file"), ("a-b", "between"), ("a/b/c.py", "x")],
        [("a", "file"), ("a/", "")],
    ],
)
def test_a_file_that_is_also_a_folder_is_refused(files: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidParameterValue, match=r"'a/?' is both a file and a folder"):
        inspect(zips.zipped(*files), limits=LIMITS)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (".", "has no name"),
        ("", "has no name"),
        ("a" * 256, "too long a name"),
        ("ä" * 128, "too long a name"),
        ("deep/" * 205 + "a", "too long a name"),
    ],
)
def test_a_name_that_no_disk_can_hold_is_refused(name: str, why: str) -> None:
    with pytest.raises(InvalidParameterValue, match=why):
        inspect(zips.zipped((name, "x")), limits=LIMITS)


def test_more_folders_than_anybodys_code_has_are_refused() -> None:
    deep = [("a/" * 199 + f"{number}", "") for number in range(archive.MOST_FOLDERS // 200 + 1)]
    inspect(zips.zipped(*deep[:-1]), limits=Limits())
    with pytest.raises(InvalidParameterValue, match="nested too deep"):
        inspect(zips.zipped(*deep), limits=Limits())


@pytest.mark.parametrize(
    "data", [b"", b"not a zip", GOOD[:-1], GOOD[: len(GOOD) // 2], b"PK\x05\x06"]
)
def test_what_is_no_whole_zip_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidParameterValue, match="Could not unzip uploaded file"):
        inspect(data, limits=LIMITS)


def test_a_zip_without_its_beginning_is_refused_when_it_is_unpacked(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameterValue, match="Could not unzip uploaded file"):
        unpack(GOOD[40:], tmp_path, limits=LIMITS)


def test_an_empty_zip_is_refused() -> None:
    with pytest.raises(InvalidParameterValue, match="must be a non-empty zip"):
        inspect(zips.empty_zip(), limits=LIMITS)


def test_an_encrypted_entry_is_refused() -> None:
    with pytest.raises(InvalidParameterValue, match=r"'handler.py' is encrypted"):
        inspect(zips.flagged(GOOD, bits=1), limits=LIMITS)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 9, 93, 99])
def test_an_unsupported_compression_is_refused(method: int) -> None:
    with pytest.raises(InvalidParameterValue, match="compressed in a way that is not supported"):
        inspect(zips.with_method(GOOD, method=method), limits=LIMITS)


def test_a_zip_may_be_exactly_as_large_as_the_limit() -> None:
    exactly = Limits(zipped_bytes=len(GOOD))
    inspect(GOOD, limits=exactly)
    with pytest.raises(RequestEntityTooLarge) as caught:
        inspect(GOOD, limits=Limits(zipped_bytes=len(GOOD) - 1))
    assert caught.value.message == f"Zipped size must be smaller than {len(GOOD) - 1} bytes"
    assert caught.value.status == 413


def test_its_files_may_be_exactly_as_large_as_the_limit(tmp_path: Path) -> None:
    data = zips.zipped(("a", b"x" * 30_000), ("b", b"x" * 20_000))
    unpacked(data, tmp_path)
    with pytest.raises(InvalidParameterValue) as caught:
        inspect(zips.zipped(("a", b"x" * 30_000), ("b", b"x" * 20_001)), limits=LIMITS)
    assert caught.value.message == "Unzipped size must be smaller than 50000 bytes"


def test_a_bomb_that_tells_its_size_is_refused_at_the_door() -> None:
    data = zips.zipped(("bomb", b"\0" * 5_000_000))
    assert len(data) < LIMITS.zipped_bytes
    with pytest.raises(InvalidParameterValue, match="Unzipped size must be smaller than 50000"):
        inspect(data, limits=LIMITS)


def test_a_bomb_that_lies_about_its_size_writes_no_more_than_the_limit(tmp_path: Path) -> None:
    data = zips.lying(zips.zipped(("bomb", b"\0" * 5_000_000)), says_bytes=1000)
    inspect(data, limits=LIMITS)
    with pytest.raises(InvalidParameterValue):
        unpack(data, tmp_path, limits=LIMITS)
    assert _size(tmp_path) <= LIMITS.unzipped_bytes


def test_a_bomb_in_many_files_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    bomb = zips.zipped(*((f"{number}", b"\0" * 10_000) for number in range(10)))
    with pytest.raises(InvalidParameterValue, match="Unzipped size"):
        unpack(bomb, tmp_path, limits=LIMITS)
    assert _size(tmp_path) <= LIMITS.unzipped_bytes


def test_a_zip_in_a_zip_stays_one_file(tmp_path: Path) -> None:
    inner = zips.zipped(("bomb", b"\0" * 5_000_000))
    assert unpacked(zips.zipped(("inner.zip", inner)), tmp_path) == {"inner.zip": inner}


def test_entries_that_share_their_bytes_count_each_time() -> None:
    data = zips.zipped(("a", b"\0" * 30_000))
    entry = data[data.index(b"PK\x01\x02") : data.index(b"PK\x05\x06")]
    position = data.index(b"PK\x05\x06")
    end = bytearray(data[position:])
    end[8:12] = b"\x02\0\x02\0"
    end[12:16] = (2 * len(entry)).to_bytes(4, "little")
    with pytest.raises(InvalidParameterValue):
        inspect(data[:position] + entry + bytes(end), limits=LIMITS)


@pytest.mark.slow
def test_ten_thousand_files_are_kept_and_one_more_is_refused() -> None:
    limits = Limits()
    names = [(f"{number:x}", "") for number in range(archive.MOST_ENTRIES + 1)]
    inspect(zips.zipped(*names[:-1]), limits=limits)
    with pytest.raises(InvalidParameterValue, match=r"holds 10001 files\. At most 10000"):
        inspect(zips.zipped(*names), limits=limits)


def test_a_million_entries_are_refused_before_they_are_read() -> None:
    with pytest.raises(InvalidParameterValue, match="holds 1000000 files"):
        inspect(zips.listing(1_000_000), limits=Limits())


@given(position=st.integers(0, len(GOOD) - 1), value=st.integers(0, 255))
def test_any_damaged_byte_ends_in_a_refusal_or_in_files(
    tmp_path_factory: pytest.TempPathFactory, position: int, value: int
) -> None:
    damaged = GOOD[:position] + bytes([value]) + GOOD[position + 1 :]
    _try(damaged, tmp_path_factory.mktemp("damaged"))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_around_a_zip_end_in_a_refusal_or_in_files(
    tmp_path_factory: pytest.TempPathFactory, before: bytes, after: bytes
) -> None:
    _try(before + GOOD + after, tmp_path_factory.mktemp("around"))


def _try(data: bytes, folder: Path) -> None:
    try:
        unpacked(data, folder)
    except (InvalidParameterValue, RequestEntityTooLarge) as error:
        assert error.message  # noqa: PT017 - both ends are right
    assert _size(folder) <= LIMITS.unzipped_bytes


def _size(folder: Path) -> int:
    return sum(
        (Path(parent) / name).stat().st_size
        for parent, _, names in os.walk(folder)
        for name in names
    )
