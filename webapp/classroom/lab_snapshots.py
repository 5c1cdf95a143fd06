"""Snapshots of one lab's folds, made and read by the same program only."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import structlog

import webapp
from webapp.curriculum.model import Lesson
from webapp.runtime.ports import StoreBusy, StoreFailed
from webapp.storage.snapshots import SnapshotBook
from webapp.trace import graph

_log = structlog.get_logger(__name__)


class LabSnapshots:
    """What a lab's facts came to, as far as they were folded once (rule 4).

    Whatever goes wrong with a snapshot, the facts are there: it is told, and they are folded.
    ``later`` runs a function off the thread that asks.
    """

    def __init__(
        self,
        book: SnapshotBook,
        *,
        workspace: str,
        lesson: Lesson,
        later: Callable[[Callable[[], None]], object],
    ) -> None:
        self._book = book
        self._workspace = workspace
        self._lab = lesson.slug
        self._version = f"{program_version()} {lesson.version}"
        self._later = later

    def read(self) -> Any:
        """Return what was kept last, or ``None``."""
        data = self._book.read(self._workspace, lab=self._lab, version=self._version)
        try:
            return None if data is None else graph.read(data)
        except graph.NotPlain as error:
            _log.warning("snapshot_not_read", why=str(error), lab=self._lab)
            return None

    def keep(self, kept: Any, *, sequence: int) -> None:
        """Keep what the facts up to ``sequence`` came to. It is encoded at once, written later."""
        try:
            data = graph.write(kept)
        except graph.NotPlain as error:
            _log.error("snapshot_not_made", why=str(error), lab=self._lab)
            return

        def write() -> None:
            try:
                self._book.keep(
                    self._workspace,
                    lab=self._lab,
                    version=self._version,
                    sequence=sequence,
                    data=data,
                )
            except (StoreBusy, StoreFailed) as error:
                _log.warning("snapshot_not_kept", why=str(error), lab=self._lab)

        self._later(write)


@cache
def program_version() -> str:
    """Return a hash of all that folds: other classes would read a snapshot otherwise."""
    root = Path(webapp.__file__).parent
    digest = hashlib.sha256()
    for folder in ("classroom", "curriculum", "trace"):
        for file in sorted((root / folder).rglob("*.py")):
            digest.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]
