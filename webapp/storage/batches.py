"""Facts in the store: one row per run of a flush, read back in order across rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select
from sqlmodel import col

from webapp.storage.driver import Prepared
from webapp.storage.ownership import Claim
from webapp.storage.tables.store import FactBatchRow
from webapp.trace.codec import decode, encode
from webapp.trace.events import Entry

INSERT = Prepared(insert(FactBatchRow.__table__))  # type: ignore[attr-defined]
"""Takes rows of ``batch_rows``."""
_SEQUENCE = attrgetter("sequence")
_ROWS_AT_ONCE = 100
_KILOBYTES = func.length(FactBatchRow.text) // 1024
_WEIGHT = case((FactBatchRow.count < _KILOBYTES, _KILOBYTES), else_=FactBatchRow.count)


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What is kept of a run. Sequences of other runs may lie between its first and last.

    ``weight`` is what its facts count for the limit: a batch weighs its facts, or its KB if these
    are more.
    """

    run: str
    first_sequence: int
    last_sequence: int
    facts: int
    weight: int


def batch_rows(claim: Claim, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return the rows of ``fact_batch`` for one flush: one per run."""
    runs: dict[str, list[Entry]] = {}
    for entry in entries:
        runs.setdefault(entry.run, []).append(entry)
    return [_row(claim, run, sorted(facts, key=_SEQUENCE)) for run, facts in runs.items()]


def _row(claim: Claim, run: str, facts: list[Entry]) -> dict[str, Any]:
    return {
        "workspace": claim.workspace,
        "first_sequence": facts[0].sequence,
        "last_sequence": facts[-1].sequence,
        "run": run,
        "count": len(facts),
        "epoch": claim.epoch,
        "text": encode(facts),
    }


def weights(rows: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Return what rows of ``batch_rows`` count for the limit, as ``_WEIGHT`` does in SQL."""
    weights: Counter[str] = Counter()
    for row in rows:
        weights[row["workspace"]] += max(row["count"], len(row["text"]) // 1024)
    return weights


def read_entries(connection: Connection, workspace: str, *, after: int, limit: int) -> list[Entry]:
    """Return at most ``limit`` facts with a sequence beyond ``after``, in order."""
    return list(islice(in_order(_batches(connection, workspace, after), after=after), limit))


def in_order(batches: Iterable[tuple[int, list[Entry]]], *, after: int) -> Iterator[Entry]:
    """Merge batches, which come by first sequence and may overlap, into one sequence."""
    waiting: list[Entry] = []
    for first, entries in batches:
        ready = [entry for entry in waiting if entry.sequence < first]
        yield from ready
        waiting = waiting[len(ready) :] + [entry for entry in entries if entry.sequence > after]
        waiting.sort(key=_SEQUENCE)
    yield from waiting


def _batches(
    connection: Connection, workspace: str, after: int
) -> Iterator[tuple[int, list[Entry]]]:
    """Give the batches that reach beyond ``after``, by first sequence, decoded one by one."""
    first, last = col(FactBatchRow.first_sequence), col(FactBatchRow.last_sequence)
    reaching = (col(FactBatchRow.workspace) == workspace, last > after)
    start = connection.scalar(select(func.min(first)).where(*reaching))
    if start is None:
        return
    rows = connection.execute(
        select(first, col(FactBatchRow.text)).where(*reaching, first >= start).order_by(first),
        execution_options={"yield_per": _ROWS_AT_ONCE},
    )
    with rows:
        for first_sequence, text in rows:
            yield first_sequence, decode(text)


def newest_sequence(connection: Connection, workspace: str) -> int:
    """Return the sequence of the newest fact, 0 if there is none."""
    newest = func.max(col(FactBatchRow.last_sequence))
    return connection.scalar(select(newest).where(_of(workspace))) or 0


def newest_epoch(connection: Connection, workspace: str) -> int:
    """Return the epoch in which the newest fact was written, 0 if there is none."""
    newest = col(FactBatchRow.first_sequence).desc()
    query = select(col(FactBatchRow.epoch)).where(_of(workspace)).order_by(newest).limit(1)
    return connection.scalar(query) or 0


def oldest_sequence(connection: Connection, workspace: str) -> int | None:
    """Return the sequence of the oldest fact that is kept, ``None`` if there is none."""
    oldest = func.min(col(FactBatchRow.first_sequence))
    return connection.scalar(select(oldest).where(_of(workspace)))


def weigh_facts(connection: Connection, workspace: str) -> int:
    """Return what the facts of a workspace count for its limit."""
    return connection.scalar(select(func.sum(_WEIGHT)).where(_of(workspace))) or 0


def read_runs(connection: Connection, workspace: str) -> list[RunSummary]:
    """Return the runs that are kept, the oldest first."""
    run = col(FactBatchRow.run)
    first = func.min(col(FactBatchRow.first_sequence))
    last = func.max(col(FactBatchRow.last_sequence))
    rows = connection.execute(
        select(run, first, last, func.sum(FactBatchRow.count), func.sum(_WEIGHT))
        .where(_of(workspace))
        .group_by(run)
        .order_by(first)
    )
    return [
        RunSummary(run, first, last, int(facts), int(weight))
        for run, first, last, facts, weight in rows
    ]


def drop_runs(connection: Connection, workspace: str, runs: Iterable[RunSummary]) -> None:
    """Delete whole runs. Where each begins and ends finds its rows: runs have no index."""
    first = col(FactBatchRow.first_sequence)
    for run in runs:
        within = first.between(run.first_sequence, run.last_sequence)
        of_run = (_of(workspace), within, col(FactBatchRow.run) == run.run)
        connection.execute(delete(FactBatchRow).where(*of_run))


def _of(workspace: str) -> Any:
    return col(FactBatchRow.workspace) == workspace
