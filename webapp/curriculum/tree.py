"""The files of a course, read once and carefully: whoever wrote them may be a stranger."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from webapp.curriculum.errors import Problem
from webapp.curriculum.source import Source

LARGEST_FILE_BYTES = 256 * 1024
LARGEST_COURSE_BYTES = 16 * 1024 * 1024
MOST_FILES = 2000
DEEPEST = 8
"""Folders inside one another; a lesson needs four."""

Report = Callable[[Problem], None]


@dataclass(frozen=True, slots=True)
class Tree:
    """Files by their path from the course's folder, with ``/`` between folders.

    ``place`` stands before each path in problems: where the course is, if there are several.
    """

    files: Mapping[str, bytes]
    report: Report
    place: str = ""

    def source(self, path: str, *, first: int = 1) -> Source:
        """Return the source of a file, for what is read from it."""
        return Source(f"{self.place}{path}", self.report, first)

    def text(self, path: str) -> str:
        """Return a file's text; one that is no text is reported and read as empty."""
        try:
            return self.files[path].decode("utf-8")
        except UnicodeDecodeError:
            self.source(path).problem(0, f"'{_name(path)}' is not text in UTF-8.")
            return ""

    def texts(self, folder: str) -> dict[str, str]:
        """Return the text of every file below a folder, by its path from there."""
        return {path: self.text(f"{folder}/{path}") for path in self.below(folder)}

    def below(self, folder: str) -> list[str]:
        """Return the paths of the files below a folder, from there, in order."""
        start = f"{folder}/"
        return sorted(path.removeprefix(start) for path in self.files if path.startswith(start))


def read_tree(folder: Path, *, report: Report, place: str = "") -> Tree:
    """Read every file below a folder. What is a link, too large or too much is reported.

    Hidden files and Python's caches are left out.
    """
    files: dict[str, bytes] = {}
    total = 0
    for path in walk(folder, report=report, place=place):
        if is_folder(path):
            continue
        data = _data(folder / path, path=path, report=report, place=place)
        total += len(data)
        if len(files) >= MOST_FILES or total > LARGEST_COURSE_BYTES:
            size = f"{MOST_FILES} files and {LARGEST_COURSE_BYTES // 1024 // 1024} MB"
            report(Problem(f"{place}{path}", 1, f"A course has at most {size}. This is too much."))
            break
        files[path] = data
    return Tree(files, report, place)


def walk(folder: Path, *, report: Report | None = None, place: str = "") -> Iterator[str]:
    """Yield the paths of a course's files and folders, never following a link."""
    yield from _inside(folder, "", report=report, place=place)


def is_folder(path: str) -> bool:
    """Tell whether a path of ``walk`` is a folder's."""
    return path.endswith("/")


def _inside(folder: Path, path: str, *, report: Report | None, place: str) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return  # an editor's folder of a moment, or none at all: what needs it says so
    for entry in entries:
        inner = f"{path}{entry.name}"
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        problem = _refusal(entry, depth=inner.count("/"))
        if problem and report:
            report(Problem(f"{place}{inner}", 1, problem))
        elif entry.is_dir(follow_symlinks=False) and not problem:
            yield f"{inner}/"
            yield from _inside(Path(entry.path), f"{inner}/", report=report, place=place)
        elif not problem:
            yield inner


def _refusal(entry: "os.DirEntry[str]", *, depth: int) -> str:
    if entry.is_symlink():
        return f"'{entry.name}' is a link, and links are not followed. Put the file itself here."
    if entry.is_dir():
        too_deep = f"'{entry.name}' is too deep: a course has {DEEPEST} folders in one another."
        return too_deep if depth >= DEEPEST else ""
    return "" if entry.is_file() else f"'{entry.name}' is no ordinary file."


def _data(file: Path, *, path: str, report: Report, place: str) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        report(Problem(f"{place}{path}", 1, f"'{file.name}' cannot be read: {error.strerror}."))
        return b""
    if len(data) > LARGEST_FILE_BYTES:
        too_large = f"'{file.name}' is larger than {LARGEST_FILE_BYTES // 1024} KB."
        report(Problem(f"{place}{path}", 1, too_large))
        return b""
    return data


def _name(path: str) -> str:
    return path.rpartition("/")[2]
