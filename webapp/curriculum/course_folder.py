"""A course that is read again when one of its files has changed."""

import os
import threading
from itertools import islice
from pathlib import Path

from webapp.curriculum.errors import CourseInvalid, Problem
from webapp.curriculum.loader import load_course
from webapp.curriculum.model import Course
from webapp.curriculum.tree import MOST_FILES, found

State = frozenset[tuple[str, int, int]]


class CourseFolder:
    """The course of one folder and of those added to it, as the files are now.

    While an author's mistake is in them, the course stays as it was last, and ``mistakes`` tells
    what to correct. Any thread may ask.
    """

    def __init__(self, folder: Path, *more: Path) -> None:
        """Read everything. Raises ``CourseInvalid``."""
        self._folders = (folder, *more)
        self._lock = threading.Lock()
        self._state = self._look()
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
            state = self._look()
            if state == self._state:
                return
            self._state = state
            try:
                self._course = load_course(*self._folders)
            except CourseInvalid as error:
                self._mistakes = error.problems
            else:
                self._mistakes = ()

    def _look(self) -> State:
        return frozenset(one for folder in self._folders for one in _state(folder))


def _state(folder: Path) -> State:
    """Return path, size and time of change of every file: cheap, and different after an edit."""
    state = set()
    for path in islice(found(folder), MOST_FILES):
        whole = f"{folder}/{path}"
        try:
            status = os.stat(whole)  # noqa: PTH116 (a page looks at every file of the course)
        except FileNotFoundError:  # an editor's file of a moment
            continue
        state.add((whole, status.st_size, status.st_mtime_ns))
    return frozenset(state)
