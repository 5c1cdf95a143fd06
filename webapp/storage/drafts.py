"""What learners typed and have not deployed, for web threads."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Engine, delete
from sqlmodel import Session, col, select

from webapp.clock import real_now
from webapp.storage.journal import Journal
from webapp.storage.rows import put
from webapp.storage.tables import DraftRow
from webapp.storage.workspaces import ensure_workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One file as it was typed, and the lesson's version then; ``updated`` is real time."""

    file: str
    text: str
    lesson_version: str
    updated: float


class Drafts:
    """Drafts by workspace, lab and file. Every method blocks; saving returns when it is on disk.

    Raises ``StoreBusy`` and ``StoreFailed``.
    """

    def __init__(
        self, engine: Engine, journal: Journal, *, now: Callable[[], float] = real_now
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._now = now

    def read(self, workspace: str, *, lab: str) -> list[Draft]:
        """Return the drafts of a lab by file name."""
        of_lab = select(DraftRow).where(
            col(DraftRow.workspace) == workspace, col(DraftRow.lab) == lab
        )
        with Session(self._engine) as session:
            rows = session.exec(of_lab.order_by(col(DraftRow.file)))
            return [_draft(row) for row in rows]

    def save(self, workspace: str, *, lab: str, file: str, text: str, lesson_version: str) -> Draft:
        """Insert or replace the draft of one file, and return it."""
        row = DraftRow(
            workspace=workspace,
            lab=lab,
            file=file,
            text=text,
            lesson_version=lesson_version,
            updated=self._now(),
        )
        self._journal.write(workspace, partial(_save, row=row))
        return _draft(row)

    def delete(self, workspace: str, *, lab: str) -> None:
        """Delete every draft of a lab."""
        self._journal.write(workspace, partial(_delete, workspace=workspace, lab=lab))


def _save(connection: Connection, *, row: DraftRow) -> None:
    ensure_workspace(connection, row.workspace, now=row.updated)
    put(connection, row)


def _delete(connection: Connection, *, workspace: str, lab: str) -> None:
    connection.execute(
        delete(DraftRow).where(col(DraftRow.workspace) == workspace, col(DraftRow.lab) == lab)
    )


def _draft(row: DraftRow) -> Draft:
    return Draft(
        file=row.file, text=row.text, lesson_version=row.lesson_version, updated=row.updated
    )
