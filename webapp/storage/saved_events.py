"""Test events that learners saved, by function, for web threads."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Engine, delete, func
from sqlmodel import col, select

from webapp.clock import real_now
from webapp.storage.driver import Prepared
from webapp.storage.journal import Journal
from webapp.storage.places import Place
from webapp.storage.rows import put
from webapp.storage.tables.learning import SavedEventRow
from webapp.storage.workspaces import ensure_workspace

_READ = Prepared(
    select(SavedEventRow.name, SavedEventRow.text, SavedEventRow.updated)
    .where(*Place.prepared(SavedEventRow))
    .order_by(col(SavedEventRow.name))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedEvent:
    """A test event; ``updated`` is real time."""

    name: str
    text: str
    updated: float


class SavedEvents:
    """Saved events by place. Every method blocks; changes return when they are on disk.

    Raises ``StoreBusy`` and ``StoreFailed``.
    """

    def __init__(
        self, engine: Engine, journal: Journal, *, now: Callable[[], float] = real_now
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._now = now

    def read(self, place: Place) -> list[SavedEvent]:
        """Return the events of a function, by name."""
        rows = _READ.read(self._engine, place._asdict())
        return [SavedEvent(name=name, text=text, updated=updated) for name, text, updated in rows]

    def save(self, place: Place, name: str, *, text: str, most: int) -> bool:
        """Save an event, or replace the one of that name; false where ``most`` others are there."""
        row = SavedEventRow(
            workspace=place.workspace,
            lab=place.lab,
            function=place.function,
            name=name,
            text=text,
            updated=self._now(),
        )
        return self._journal.write(place.workspace, partial(_save, row=row, place=place, most=most))

    def delete(self, place: Place, name: str) -> bool:
        """Delete an event; false where there is none of that name."""
        return self._journal.write(place.workspace, partial(_delete, place=place, name=name))


def _save(connection: Connection, *, row: SavedEventRow, place: Place, most: int) -> bool:
    ensure_workspace(connection, place.workspace, now=row.updated)
    others = select(func.count()).where(
        *place.of(SavedEventRow), col(SavedEventRow.name) != row.name
    )
    if (connection.scalar(others) or 0) >= most:
        return False
    put(connection, row)
    return True


def _delete(connection: Connection, *, place: Place, name: str) -> bool:
    named = delete(SavedEventRow).where(*place.of(SavedEventRow), col(SavedEventRow.name) == name)
    return connection.execute(named).rowcount > 0
