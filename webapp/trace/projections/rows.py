"""Rows in the order of their last change, and the memory of those that went."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Key = str | int
JsonObject = dict[str, Any]


@dataclass(slots=True, kw_only=True, eq=False)
class Row(ABC):
    """State that a page sees as one JSON object. ``run`` owns it and takes it along when dropped.

    Whoever changes a field calls ``touch``, so that a cursor before the change gets the row again.
    """

    key: Key
    run: str = ""
    born: int = 0
    changed: int = 0
    table: "Table[Any] | None" = None
    rendered: JsonObject | None = None

    @abstractmethod
    def render(self) -> JsonObject:
        """Return the row as JSON; made of nothing but the row's own fields."""

    def touch(self, sequence: int) -> None:
        """Say that the fact ``sequence`` changed this row. No effect on a row that was dropped."""
        if self.table is not None:
            self.table.moved(self, sequence)

    def json(self) -> JsonObject:
        """Return what ``render`` gave after the last change. Not to be changed by the caller."""
        if self.rendered is None:
            self.rendered = self.render()
        return self.rendered


R = TypeVar("R", bound=Row)


class Table(Generic[R]):
    """Rows of one kind by key. The order of change makes a small delta cost only its own size."""

    def __init__(self) -> None:
        self._rows: OrderedDict[Key, R] = OrderedDict()
        self._births = 0

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, key: Key) -> R | None:
        """Return the row of that key, if there is one."""
        return self._rows.get(key)

    def add(self, row: R, sequence: int) -> None:
        """Take a new row that the fact ``sequence`` made."""
        self._births += 1
        row.born = self._births
        row.table = self
        self._rows[row.key] = row
        self.moved(row, sequence)

    def moved(self, row: R, sequence: int) -> None:
        """Put a changed row last."""
        row.changed = sequence
        row.rendered = None
        self._rows.move_to_end(row.key)

    def drop(self, row: R) -> None:
        """Forget a row."""
        row.table = None
        del self._rows[row.key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._rows)

    def rows(self) -> list[R]:
        """Return every row, in the order of their last change."""
        return list(self._rows.values())

    def since(self, sequence: int) -> list[JsonObject]:
        """Return the rows that changed after ``sequence``, in the order of their birth."""
        changed: list[R] = []
        for row in reversed(self._rows.values()):
            if row.changed <= sequence:
                break
            changed.append(row)
        changed.sort(key=_birth)
        return [row.json() for row in changed]


class Graves:
    """Which keys were dropped by which fact, as far back as ``limit`` keys."""

    def __init__(self, *, limit: int) -> None:
        self._dropped: OrderedDict[Key, int] = OrderedDict()
        self._limit = limit
        self.forgotten = 0
        """A cursor before this sequence may hold rows of which nothing is known any more."""

    def bury(self, key: Key, sequence: int) -> None:
        """Remember that the fact ``sequence`` dropped ``key``."""
        self._dropped[key] = sequence
        self._dropped.move_to_end(key)
        if len(self._dropped) > self._limit:
            _, self.forgotten = self._dropped.popitem(last=False)

    def since(self, sequence: int) -> list[Key]:
        """Return the keys dropped after ``sequence``, oldest first."""
        keys: list[Key] = []
        for key in reversed(self._dropped):
            if self._dropped[key] <= sequence:
                break
            keys.append(key)
        return keys[::-1]


def _birth(row: Row) -> int:
    return row.born
