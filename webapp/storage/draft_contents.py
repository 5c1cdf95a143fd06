"""What files of drafts hold, stored once for all drafts and versions of a lab."""

import hashlib
from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select
from sqlmodel import col

from webapp.storage.places import Place
from webapp.storage.tables.learning import DraftContentRow

_AT_ONCE = 500
"""How many values one statement names: databases have a limit."""


class Contents:
    """The contents of one lab by their SHA-256, in the transaction of the connection."""

    def __init__(self, connection: Connection, place: Place) -> None:
        self._connection = connection
        self._place = place
        self._of_lab = place.of_lab(DraftContentRow)

    def put(self, data: bytes) -> str:
        """Store a content unless it is there; return its name."""
        digest = hashlib.sha256(data).hexdigest()
        found = select(col(DraftContentRow.digest)).where(
            *self._of_lab, col(DraftContentRow.digest) == digest
        )
        if self._connection.scalar(found) is None:
            row = {
                "workspace": self._place.workspace,
                "lab": self._place.lab,
                "digest": digest,
                "size_bytes": len(data),
                "data": data,
            }
            self._connection.execute(insert(DraftContentRow), row)
        return digest

    def read(self, digests: Collection[str]) -> dict[str, bytes]:
        """Return contents by name; one that is not there is left out."""
        found: dict[str, bytes] = {}
        wanted = list(digests)
        for begin in range(0, len(wanted), _AT_ONCE):
            some = select(col(DraftContentRow.digest), col(DraftContentRow.data)).where(
                *self._of_lab, col(DraftContentRow.digest).in_(wanted[begin : begin + _AT_ONCE])
            )
            found |= {row.digest: row.data for row in self._connection.execute(some)}
        return found

    def sizes(self) -> dict[str, int]:
        """Return the size in bytes of every content."""
        sizes = select(col(DraftContentRow.digest), col(DraftContentRow.size_bytes))
        rows = self._connection.execute(sizes.where(*self._of_lab))
        return {row.digest: row.size_bytes for row in rows}

    def sweep(self, *, used: Collection[str]) -> None:
        """Delete what nothing names any more."""
        unused = [digest for digest in self.sizes() if digest not in used]
        for begin in range(0, len(unused), _AT_ONCE):
            some = col(DraftContentRow.digest).in_(unused[begin : begin + _AT_ONCE])
            self._connection.execute(delete(DraftContentRow).where(*self._of_lab, some))
