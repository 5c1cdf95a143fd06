"""How far the facts of labs were folded, so that a start needs not fold all of them again."""

from functools import partial

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from webapp.storage.batches import newest_sequence
from webapp.storage.journal import Journal
from webapp.storage.rows import put
from webapp.storage.tables.store import FoldSnapshotRow
from webapp.storage.workspaces import is_kept


class SnapshotBook:
    """One snapshot for each lab: the newest. Every method blocks.

    Facts are the truth: a snapshot can be lost at any time. Raises ``StoreBusy`` and
    ``StoreFailed``.
    """

    def __init__(self, engine: Engine, journal: Journal) -> None:
        self._engine = engine
        self._journal = journal

    def read(self, workspace: str, *, lab: str, version: str) -> bytes | None:
        """Return what was kept of a lab by the same version of whoever folds."""
        with Session(self._engine) as session:
            row = session.get(FoldSnapshotRow, (workspace, lab))
            return row.data if row and row.version == version else None

    def keep(self, workspace: str, *, lab: str, version: str, sequence: int, data: bytes) -> bool:
        """Keep what the facts up to ``sequence`` came to; tell whether that was done.

        It is not while one of them may still be lost, for after a crash other facts would have
        their sequences; nor where the workspace is gone.
        """
        row = FoldSnapshotRow(
            workspace=workspace, lab=lab, version=version, sequence=sequence, data=data
        )
        return self._journal.write(workspace, partial(_keep, row=row))


def _keep(connection: Connection, *, row: FoldSnapshotRow) -> bool:
    on_disk = newest_sequence(connection, row.workspace) >= row.sequence
    if on_disk and is_kept(connection, row.workspace):
        put(connection, row)
        return True
    return False
