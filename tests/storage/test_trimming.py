import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.storage.making import entries
from webapp.storage.batches import RunSummary
from webapp.storage.engine import writing
from webapp.storage.storage import Storage, open_storage
from webapp.storage.trimming import FactCounts, Trimmed, runs_to_drop, trim

DEADLINE = 60.0
Told = tuple[str, int, int]


@pytest.fixture
def storage(folder: Path) -> Iterator[Storage]:
    opened = open_storage(folder, facts_per_workspace=100)
    yield opened
    opened.close()


@pytest.fixture
def told(storage: Storage) -> SimpleQueue[Told]:
    """What was told about trimmings."""
    told: SimpleQueue[Told] = SimpleQueue()
    storage.store.observe_trimming(lambda *dropped: told.put(dropped))
    return told


def write_runs(storage: Storage, first: int, last: int) -> None:
    """Write runs of ten facts each: run 0 has the facts 1 to 10, and so on."""
    for run in range(first, last + 1):
        storage.store.write_facts(
            "w", entries(range(run * 10 + 1, run * 10 + 11), run=f"run-{run}")
        )


def test_the_oldest_whole_runs_go_when_there_are_too_many_facts(
    storage: Storage, told: SimpleQueue[Told]
) -> None:
    write_runs(storage, 0, 10)
    assert told.get(timeout=DEADLINE) == ("w", 2, 20)
    assert storage.store.oldest_sequence("w") == 21
    kept = storage.store.entries("w", after=0, limit=1000)
    assert [one.sequence for one in kept] == list(range(21, 111))
    assert [run.run for run in storage.store.runs("w")] == [f"run-{n}" for n in range(2, 11)]


def test_large_facts_weigh_more_than_small_ones(storage: Storage, told: SimpleQueue[Told]) -> None:
    """Else a few hundred thousand lines of 256 KB would be within the limit."""
    for run in range(3):
        facts = entries(range(run * 2 + 1, run * 2 + 3), run=f"run-{run}", text="x" * 20_000)
        storage.store.write_facts("w", facts)
    assert told.get(timeout=DEADLINE) == ("w", 1, 2)
    assert storage.store.oldest_sequence("w") == 3


def test_at_the_limit_nothing_goes(storage: Storage, told: SimpleQueue[Told]) -> None:
    write_runs(storage, 0, 9)
    asyncio.run(_opened(storage))
    with writing(storage.engine) as connection:
        assert trim(connection, "w", limit=100) == Trimmed(runs=0, facts=0, left=100)
    assert storage.store.oldest_sequence("w") == 1
    assert told.empty()


def test_a_workspace_is_trimmed_again_when_it_has_grown_again(
    storage: Storage, told: SimpleQueue[Told]
) -> None:
    write_runs(storage, 0, 10)
    assert told.get(timeout=DEADLINE) == ("w", 2, 20)
    write_runs(storage, 11, 12)
    assert told.get(timeout=DEADLINE) == ("w", 2, 20)


def test_facts_from_before_a_restart_count(folder: Path) -> None:
    first = open_storage(folder, facts_per_workspace=100)
    write_runs(first, 0, 9)
    first.close()
    second = open_storage(folder, facts_per_workspace=100)
    told: SimpleQueue[Told] = SimpleQueue()
    second.store.observe_trimming(lambda *dropped: told.put(dropped))
    asyncio.run(_opened(second))
    write_runs(second, 10, 10)
    assert told.get(timeout=DEADLINE) == ("w", 2, 20)
    second.close()


async def _opened(storage: Storage) -> None:
    await asyncio.wait_for(storage.store.open_workspace("w"), DEADLINE)


@given(sizes=st.lists(st.integers(1, 50), min_size=1, max_size=20), keep=st.integers(0, 500))
def test_the_fewest_oldest_runs_are_chosen_and_never_the_newest(
    sizes: list[int], keep: int
) -> None:
    runs = [RunSummary(f"{n}", n, n, size, size) for n, size in enumerate(sizes)]
    dropped = runs_to_drop(runs, keep=keep)
    left = sizes[len(dropped) :]
    assert dropped == runs[: len(dropped)]
    assert left
    assert sum(left) <= keep or len(left) == 1
    assert not dropped or sum(left) + dropped[-1].facts > keep


def test_a_workspace_is_asked_to_be_trimmed_only_once_at_a_time() -> None:
    counts = FactCounts(limit=10)
    counts.know("w", 10)
    assert counts.add(Counter(w=1, other=1)) == ["w"]
    assert counts.add(Counter(w=1)) == []
    counts.done("w")
    assert counts.add(Counter(w=1)) == ["w"]
