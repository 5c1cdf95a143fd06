from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.storage.making import entries, entry
from webapp.storage.batches import RunSummary, drop_runs, in_order
from webapp.storage.journal import Journal
from webapp.storage.storage import Storage, open_storage
from webapp.trace.events import Entry

_WORKSPACES = count()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """One store for every example of a property; each example has a workspace of its own."""
    storage = open_storage(Path(tmp_path_factory.mktemp("shared")))
    yield storage
    storage.close()


@dataclass(frozen=True)
class Flushes:
    """Facts 1 to n, each in a run, cut into flushes that reach the store in some order."""

    facts: list[Entry]
    flushes: list[list[Entry]]


@st.composite
def flushes(draw: st.DrawFn) -> Flushes:
    runs = draw(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=40))
    facts = [entry(number, run=run) for number, run in enumerate(runs, start=1)]
    flush_of = draw(st.lists(st.integers(0, 6), min_size=len(runs), max_size=len(runs)))
    cut = [[one for one, at in zip(facts, flush_of, strict=True) if at == n] for n in range(7)]
    return Flushes(facts, draw(st.permutations([flush for flush in cut if flush])))


def write(journal: Journal, workspace: str, written: Flushes) -> None:
    for flush in written.flushes[1:]:
        journal.append(workspace, flush)
    journal.submit(workspace, lambda _connection: None, facts=written.flushes[0]).result(60.0)


@settings(max_examples=60)
@given(written=flushes(), after=st.integers(0, 41), limit=st.integers(1, 41))
def test_facts_read_back_in_order_however_they_were_grouped(
    shared: Storage, written: Flushes, after: int, limit: int
) -> None:
    workspace = f"w{next(_WORKSPACES)}"
    write(shared.journal, workspace, written)
    found = shared.store.entries(workspace, after=after, limit=limit)
    assert found == written.facts[after : after + limit]
    assert shared.store.oldest_sequence(workspace) == 1


@settings(max_examples=30)
@given(written=flushes())
def test_every_fact_is_in_the_summary_of_its_run(shared: Storage, written: Flushes) -> None:
    workspace = f"w{next(_WORKSPACES)}"
    write(shared.journal, workspace, written)
    of_run: dict[str, list[int]] = {}
    for one in written.facts:
        of_run.setdefault(one.run, []).append(one.sequence)
    assert shared.store.runs(workspace) == [
        RunSummary(
            run, first_sequence=held[0], last_sequence=held[-1], facts=len(held), weight=len(held)
        )
        for run, held in of_run.items()
    ]


@settings(max_examples=30)
@given(written=flushes())
def test_a_run_that_is_dropped_takes_no_fact_of_another(shared: Storage, written: Flushes) -> None:
    workspace = f"w{next(_WORKSPACES)}"
    write(shared.journal, workspace, written)
    [first, *others] = shared.store.runs(workspace)
    shared.journal.write(workspace, lambda connection: drop_runs(connection, workspace, [first]))
    left = [one for one in written.facts if one.run != first.run]
    assert shared.store.entries(workspace, after=0, limit=50) == left
    assert shared.store.runs(workspace) == others


def test_reading_stops_at_the_batches_that_are_needed() -> None:
    def batches() -> Iterator[tuple[int, list[Entry]]]:
        yield 1, entries([1, 4])
        yield 2, entries([2, 3])
        yield 5, entries([5, 6])
        raise AssertionError("read on without need")

    merged = in_order(batches(), after=1)
    assert [next(merged).sequence for _ in range(3)] == [2, 3, 4]


def test_facts_of_another_workspace_stay_there(shared: Storage) -> None:
    write(shared.journal, "mine", Flushes(entries([1]), [entries([1])]))
    write(shared.journal, "yours", Flushes(entries([1, 2]), [entries([1, 2])]))
    assert shared.store.entries("mine", after=0, limit=10) == entries([1])
