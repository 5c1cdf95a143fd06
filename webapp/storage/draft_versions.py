"""The history of a draft: versions that are kept, within bounds, the oldest given up first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert
from sqlmodel import col, select

from webapp.storage.places import Place
from webapp.storage.tables.learning import DraftVersionRow

MOST_VERSIONS = 40
MOST_BYTES = 16 * 1024 * 1024
"""What the versions of one draft may hold together, each content counted once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A version: why it was kept, and what it names; ``saved`` is real time."""

    number: int
    why: str
    saved: float
    document: Mapping[str, Any]


def keep(
    connection: Connection, place: Place, *, why: str, document: Mapping[str, Any], now: float
) -> None:
    """Keep a version, unless the newest holds the same files and event."""
    newest = connection.execute(_newest_first(place).limit(1)).first()
    if newest is not None and _same(newest.document, document):
        return
    row = {
        "workspace": place.workspace,
        "lab": place.lab,
        "function": place.function,
        "number": newest_number(connection, place) + 1,
        "why": why,
        "saved": now,
        "document": dict(document),
    }
    connection.execute(insert(DraftVersionRow), row)


def newest_number(connection: Connection, place: Place) -> int:
    """Return the number of the newest version, 0 if there is none."""
    highest = select(func.max(DraftVersionRow.number)).where(*place.of(DraftVersionRow))
    return connection.scalar(highest) or 0


def newest_time(connection: Connection, place: Place) -> float:
    """Return when a version was kept last, 0 if none was."""
    newest = select(func.max(DraftVersionRow.saved)).where(*place.of(DraftVersionRow))
    return connection.scalar(newest) or 0.0


def read_all(connection: Connection, place: Place) -> list[Kept]:
    """Return the versions of a draft, the newest first."""
    return [_kept(row) for row in connection.execute(_newest_first(place))]


def read_one(connection: Connection, place: Place, number: int) -> Kept:
    """Return a version. Raises ``KeyError``."""
    one = _newest_first(place).where(col(DraftVersionRow.number) == number)
    row = connection.execute(one).first()
    if row is None:
        raise KeyError(number)
    return _kept(row)


def documents(connection: Connection, place: Place) -> list[Mapping[str, Any]]:
    """Return what every version of every draft of the lab names."""
    of_lab = select(DraftVersionRow.document).where(*place.of_lab(DraftVersionRow))
    return list(connection.scalars(of_lab))


def trim(connection: Connection, place: Place, *, sizes: Mapping[str, int]) -> None:
    """Give up the oldest versions beyond the bounds; the newest always stays."""
    dropped = to_drop(read_all(connection, place), sizes=sizes)
    if dropped:
        numbers = col(DraftVersionRow.number).in_(dropped)
        connection.execute(delete(DraftVersionRow).where(*place.of(DraftVersionRow), numbers))


def to_drop(newest_first: Iterable[Kept], *, sizes: Mapping[str, int]) -> list[int]:
    """Return the numbers of the versions beyond the bounds."""
    counted: set[str] = set()
    size_bytes, dropped = 0, []
    for place, kept in enumerate(newest_first):
        new = {*kept.document["files"].values(), kept.document["event"]} - counted
        size_bytes += sum(sizes.get(digest, 0) for digest in new)
        counted |= new
        if place and (place >= MOST_VERSIONS or size_bytes > MOST_BYTES):
            dropped.append(kept.number)
    return dropped


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (one["files"], one["event"]) == (other["files"], other["event"])


def _newest_first(place: Place) -> Any:
    rows = select(
        DraftVersionRow.number,
        DraftVersionRow.why,
        DraftVersionRow.saved,
        DraftVersionRow.document,
    )
    return rows.where(*place.of(DraftVersionRow)).order_by(col(DraftVersionRow.number).desc())


def _kept(row: Any) -> Kept:
    return Kept(number=row.number, why=row.why, saved=row.saved, document=row.document)
