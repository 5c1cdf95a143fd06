"""Deleted groups and streams whose events are still there. Nobody finds those any more."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Connection, insert

from webapp.storage.logs.tables import LogLeftoverRow


def leave_behind(
    connection: Connection, kind: Literal["group", "stream"], numbers: Sequence[int]
) -> None:
    """Note that the events of these are to be dropped (``dropping``)."""
    if numbers:
        rows = [{"kind": kind, "number": number} for number in numbers]
        connection.execute(insert(LogLeftoverRow), rows)
