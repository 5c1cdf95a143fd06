"""A course that is read again when one of its files has changed."""

import os
import threading
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from webapp.clock import real_now
from webapp.curriculum.errors import CourseInvalid, Problem
from webapp.curriculum.loader import load_course
from webapp.curriculum.model import Course
from webapp.curriculum.tree import MOST_FILES, is_folder, walk

MOST_PATHS = 2 * MOST_FILES
SETTLING_SECONDS = 2.0
"""So coarse are the clocks of file systems: a folder may change again at the same time."""
Stamps = dict[str, tuple[int, int] | None]
"""Size and time of change in ns of files and folders; ``None`` for what is not there."""


class CourseFolder:
    """The course of one folder and of those added to it, as the files are now.

    While an author's mistake is in them, the course stays as it was last, and ``mistakes`` tells
    what to correct. Any thread may ask. To ask is cheap: folders are listed only after they have
    changed, because that is when a file has come or gone.
    """

    def __init__(self, folder: Path, *more: Path, now: Callable[[], float] = real_now) -> None:
        """Read everything. Raises ``CourseInvalid``."""
        self._folders = (folder, *more)
        self._now = now
        self._lock = threading.Lock()
        self._seen = self._look()
        self._settled = self._has_settled()
        self._course = load_course(*self._folders)
        self._mistakes: tuple[Problem, ...] = ()

    def course(self) -> Course:
        """Return the course, read again if a file has changed since."""
        self._read_again()
        return self._course

    def mistakes(self) -> tuple[Problem, ...]:
        """Return what is wrong in the files as they are now; mostly nothing."""
        self._read_again()
        return self._mistakes

    def _read_again(self) -> None:
        with self._lock:
            if self._settled and all(_stamp(path) == was for path, was in self._seen.items()):
                return
            before, self._seen = self._seen, self._look()
            self._settled = self._has_settled()
            if _files(before) == _files(self._seen):
                return
            try:
                self._course = load_course(*self._folders)
            except CourseInvalid as error:
                self._mistakes = error.problems
            else:
                self._mistakes = ()

    def _look(self) -> Stamps:
        """List every folder, and see when each of them and of their files has changed."""
        whole = (
            f"{folder}/{path}"
            for folder in self._folders
            for path in ("", *islice(walk(folder), MOST_PATHS))
        )
        return {path: _stamp(path) for path in whole}

    def _has_settled(self) -> bool:
        """Whether every folder was still for long enough that its next change has another time."""
        listed = (stamp for path, stamp in self._seen.items() if is_folder(path) and stamp)
        newest = max((changed for _, changed in listed), default=0)
        return newest / 1e9 < self._now() - SETTLING_SECONDS


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 (a page looks at every file of the course)
    except OSError:  # an editor's file of a moment
        return None
    return status.st_size, status.st_mtime_ns


def _files(seen: Stamps) -> Stamps:
    return {path: stamp for path, stamp in seen.items() if stamp and not is_folder(path)}
