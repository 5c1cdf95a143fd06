"""Fills an app with more of something than anybody would make by hand."""

from collections.abc import Iterator
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert

from tools.bench.ours import Platform
from webapp.storage.batches import batch_rows, newest_epoch, newest_sequence
from webapp.storage.ownership import Claim
from webapp.storage.tables.store import FactBatchRow
from webapp.trace.events import Entry

_WORKSPACE = "local"
_RUNS_AT_ONCE = 2000
_PAUSE_SECONDS = 0.001
_FIRST_ACCOUNT = 200_000_000_000
_INSERT = insert(FactBatchRow.__table__)  # type: ignore[attr-defined]


def add_facts(folder: Path, pattern: list[Entry], *, count: int) -> None:
    """Write runs like the pattern into a store that nobody has open, until it has so many facts."""
    engine = create_engine(f"sqlite:///{folder / 'coldstart.db'}")
    with engine.begin() as connection:
        sequence = newest_sequence(connection, _WORKSPACE)
        claim = Claim(_WORKSPACE, newest_epoch(connection, _WORKSPACE))
        rows: list[dict[str, Any]] = []
        for run in runs_like(pattern, after=sequence, until=count):
            rows += batch_rows(claim, run)
            if len(rows) >= _RUNS_AT_ONCE:
                connection.execute(_INSERT, rows)
                rows = []
        if rows:
            connection.execute(_INSERT, rows)
    engine.dispose()


def runs_like(pattern: list[Entry], *, after: int, until: int) -> Iterator[list[Entry]]:
    """Yield runs like the pattern, each with times, a request and sequences of its own.

    The first sequence is the one after ``after``; the last run has the sequence ``until``.
    """
    length = pattern[-1].time - pattern[0].time + _PAUSE_SECONDS
    sequence, number = after, 0
    while sequence < until:
        number += 1
        yield [
            replace(
                entry,
                sequence=sequence + place + 1,
                time=entry.time + number * length,
                run=f"seeded-{number}",
                cause=None if entry.cause is None else sequence + 1,
                fact=_numbered(entry.fact, number),
            )
            for place, entry in enumerate(pattern)
        ]
        sequence += len(pattern)


def _numbered(fact: Any, number: int) -> Any:
    """Return a fact about another request."""
    if not any(field.name == "request_id" for field in fields(fact)) or not fact.request_id:
        return fact
    return replace(fact, request_id=f"00000000-0000-4000-8000-{number:012}")


def open_workspaces(app: Platform, count: int) -> None:
    """Have so many more workspaces open."""
    platform = app.services.platform
    accounts = [f"{_FIRST_ACCOUNT + number}" for number in range(count)]
    app.together([partial(platform.workspace, account) for account in accounts])
    assert len(platform.workspaces) > count, "some of the workspaces were closed again"
