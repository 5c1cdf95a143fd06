"""What a learner's last reset of a lab, or change of a queue in it, took away, for web threads."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, select
from sqlmodel import Session, col

from webapp.clock import real_now
from webapp.storage.driver import Prepared, read_object
from webapp.storage.journal import Journal
from webapp.storage.rows import put
from webapp.storage.tables.learning import UndoArchiveRow, UndoRow
from webapp.storage.workspaces import ensure_workspace

_READ = Prepared(
    select(col(UndoRow.id), col(UndoRow.document), col(UndoRow.made)).where(
        col(UndoRow.workspace) == bindparam("workspace"), col(UndoRow.lab) == bindparam("lab")
    )
)
_READ_WITHIN = Prepared(
    select(col(UndoRow.lab), col(UndoRow.id), col(UndoRow.document), col(UndoRow.made)).where(
        col(UndoRow.workspace) == bindparam("workspace"),
        col(UndoRow.lab).startswith(bindparam("prefix")),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUndo:
    """``document`` holds JSON values, the classroom's; ``made`` is real time."""

    id: str
    document: Mapping[str, Any]
    made: float


class UndoBook:
    """One undo for each lab, that of its last reset, and for each place in it that has its own.

    ``lab`` is a lab's slug, or such a place. Every method blocks.

    Raises ``StoreBusy`` and ``StoreFailed``.
    """

    def __init__(
        self, engine: Engine, journal: Journal, *, now: Callable[[], float] = real_now
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._now = now

    def read(self, workspace: str, *, lab: str) -> KeptUndo | None:
        """Return the undo of the last reset, if it was not taken."""
        found = _READ.read(self._engine, {"workspace": workspace, "lab": lab})
        if not found:
            return None
        name, kept, made = found[0]
        return KeptUndo(id=name, document=read_object(kept), made=made)

    def read_within(self, workspace: str, *, prefix: str) -> dict[str, KeptUndo]:
        """Return those that were not taken of places whose names begin so, by place."""
        found = _READ_WITHIN.read(self._engine, {"workspace": workspace, "prefix": prefix})
        return {
            place: KeptUndo(id=name, document=read_object(kept), made=made)
            for place, name, kept, made in found
        }

    def keep(
        self,
        workspace: str,
        *,
        lab: str,
        id: str,
        document: Mapping[str, Any],
        archives: Collection[str] = (),
    ) -> None:
        """Keep what a reset takes away, in place of what an earlier one took.

        ``archives`` are the digests of code that stays stored for it.
        """
        row = UndoRow(
            workspace=workspace, lab=lab, id=id, document=dict(document), made=self._now()
        )
        self._journal.write(workspace, partial(_keep, row=row, archives=frozenset(archives)))

    def take(self, workspace: str, *, lab: str, id: str) -> KeptUndo | None:
        """Return an undo and forget it, so that it is done once; ``None`` if it is gone."""
        return self._journal.write(workspace, partial(_take, key=(workspace, lab), id=id))


def _keep(connection: Connection, *, row: UndoRow, archives: Collection[str]) -> None:
    workspace, lab = row.workspace, row.lab
    ensure_workspace(connection, workspace, now=row.made)
    put(connection, row)
    connection.execute(
        delete(UndoArchiveRow).where(
            col(UndoArchiveRow.workspace) == workspace, col(UndoArchiveRow.lab) == lab
        )
    )
    for digest in archives:
        put(connection, UndoArchiveRow(workspace=workspace, lab=lab, digest=digest))


def _take(connection: Connection, *, key: tuple[str, str], id: str) -> KeptUndo | None:
    with Session(connection) as session:
        row = session.get(UndoRow, key)
        if row is None or row.id != id:
            return None
        found = _undo(row)
        session.delete(row)
        session.commit()
        return found


def _undo(row: UndoRow) -> KeptUndo:
    return KeptUndo(id=row.id, document=row.document, made=row.made)
