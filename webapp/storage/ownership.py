"""Who may write a workspace: a claim, and the fence that every effect's transaction begins with."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, Engine, select
from sqlmodel import col

from webapp.storage.driver import Prepared
from webapp.storage.engine import writing
from webapp.storage.errors import FencedOut
from webapp.storage.tables.store import ONLY_KEY, StoreRow


class Claim(NamedTuple):
    """This process owns the workspace as long as the store's epoch for it is ``epoch``."""

    workspace: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another node owns the workspace."""

    workspace: str
    node: str


class Ownership(Protocol):
    """Decides who owns what. Used from any thread."""

    def own(self, workspace: str) -> Claim | Elsewhere:
        """Claim a workspace, or tell where it is."""

    def fence(self, connection: Connection, claims: Collection[Claim]) -> None:
        """Make sure, inside a transaction, that the claims still hold. Raises ``FencedOut``."""


class Local:
    """One process owns everything, until another one starts on the same database."""

    def __init__(self, *, epoch: int) -> None:
        self.epoch = epoch

    def own(self, workspace: str) -> Claim | Elsewhere:
        return Claim(workspace, self.epoch)

    def fence(self, connection: Connection, claims: Collection[Claim]) -> None:
        row = _READ_EPOCH.run(connection).fetchone()
        for claim in claims:
            if row is None or claim.epoch != row[0]:
                raise FencedOut(claim.workspace)


def next_epoch(engine: Engine) -> int:
    """Begin a new epoch and return it: 1 at the first start, one more at every other."""
    with writing(engine) as connection:
        row = StoreRow.__table__  # type: ignore[attr-defined]
        epoch = (connection.scalar(_EPOCH) or 0) + 1
        changed = connection.execute(row.update().values(epoch=epoch))
        if not changed.rowcount:
            connection.execute(row.insert().values(key=ONLY_KEY, epoch=epoch))
        return epoch


# A shared lock (SQLite needs none): no later start can slip in between the fence and the commit.
_EPOCH = select(col(StoreRow.epoch)).with_for_update(read=True)
_READ_EPOCH = Prepared(_EPOCH)
