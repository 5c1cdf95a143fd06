"""Log events go: with their stream or group, when they expire, and when there are too many."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.storage.logs.ground import HERE, NOW_MS, Ground, line, requested
from webapp.sources.logs.model import DAY_MS, EventQuery
from webapp.storage.logs import dropping
from webapp.storage.logs.tables import LogEventRow, LogGroupRow, LogLeftoverRow, LogStreamRow
from webapp.storage.storage import open_storage

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dropping, "PIECE", 3)


@pytest.fixture
def small(folder: Path) -> Iterator[Ground]:
    """Give a workspace that keeps ten events of ten bytes."""
    storage = open_storage(folder, log_bytes_per_workspace=10 * (26 + 10))
    yield Ground(storage)
    storage.close()


def swept(ground: Ground) -> bool:
    return ground.count(LogLeftoverRow) == 0


def test_a_deleted_groups_events_go_piece_by_piece(ground: Ground) -> None:
    ground.make("/mine", "a")
    ground.put("a", *((after, "x") for after in range(10)))
    ground.make("/else", "a")
    ground.put("a", (0, "stays"), group="/else")
    ground.run(ground.logs.delete_group(HERE, "/mine"))
    ground.until(lambda: swept(ground))
    assert (ground.count(LogEventRow), ground.count(LogStreamRow)) == (1, 1)
    assert ground.messages(group="/else") == ["stays"]


def test_a_group_made_again_has_nothing_of_the_old_one(ground: Ground) -> None:
    ground.make("/mine", "a")
    ground.put("a", (0, "old"))
    ground.run(ground.logs.delete_group(HERE, "/mine"))
    ground.make("/mine", "a")
    ground.put("a", (1, "new"))
    assert ground.messages() == ["new"]
    ground.until(lambda: swept(ground))
    assert ground.messages() == ["new"]
    assert ground.group().stored_bytes == 26 + 3


def test_a_deleted_streams_events_go_and_its_groups_size_with_them(ground: Ground) -> None:
    ground.make("/mine", "a", "b")
    ground.put("a", *((after, "x") for after in range(7)))
    ground.put("b", (0, "stays"))
    ground.run(ground.logs.delete_stream(HERE, "/mine", "a"))
    assert ground.messages() == ["stays"]
    ground.until(lambda: swept(ground))
    assert ground.count(LogEventRow) == 1
    assert ground.group().stored_bytes == 26 + len("stays")


def test_what_a_stop_interrupted_goes_on_at_the_next_start(folder: Path) -> None:
    storage = open_storage(folder)
    ground = Ground(storage)
    ground.make("/mine", "a")
    ground.put("a", *((after, "x") for after in range(10)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dropping, "sweep_leftovers", lambda _: False)
        ground.run(ground.logs.delete_group(HERE, "/mine"))
        storage.close()
    again = open_storage(folder)
    ground = Ground(again)
    ground.until(lambda: swept(ground))
    assert ground.count(LogEventRow) == 0
    again.close()


def test_expired_events_are_not_shown_and_go(ground: Ground) -> None:
    ground.make("/mine", "a")
    ground.put("a", (0, "old"), (DAY_MS, "new"))
    now_ms = NOW_MS + DAY_MS + 1
    change = ground.logs.change_group(
        HERE, "/mine", lambda group: replace(group, retention_days=1), now_ms=NOW_MS
    )
    ground.run(change)
    assert len(ground.page(now_ms=NOW_MS).events) == 2
    assert [one.message for one in ground.page(now_ms=now_ms).events] == ["new"]
    backward = EventQuery(streams=("a",), backward=True)
    assert [one.message for one in ground.page(backward, now_ms=now_ms).events] == ["new"]
    ground.run(ground.logs.change_group(HERE, "/mine", lambda group: group, now_ms=now_ms))
    assert ground.count(LogEventRow) == 1
    assert ground.group().stored_bytes == 26 + 3


def test_a_full_workspace_loses_the_oldest_events_of_its_largest_group(small: Ground) -> None:
    small.make("/small", "a")
    small.put("a", (0, "0123456789"), group="/small")
    small.make("/large", "a")
    for number in range(12):
        small.put("a", (number, f"{number:010}"), group="/large")
    small.until(lambda: small.count(LogEventRow) <= 10)
    assert small.messages(group="/small") == ["0123456789"]
    assert small.messages(group="/large")[-1] == f"{11:010}"
    assert small.messages(group="/large")[0] >= f"{2:010}"


def test_what_functions_write_is_kept_within_bounds_too(small: Ground) -> None:
    for _ in range(5):
        small.write(requested(), *[line("012345678")] * 6)
    small.until(lambda: small.count(LogEventRow) <= 10)
    assert small.count(LogEventRow) >= 6


def test_a_workspace_that_is_deleted_leaves_nothing(ground: Ground) -> None:
    ground.make("/mine", "a")
    ground.put("a", (0, "x"))
    ground.storage.store.delete_workspace("w")
    ground.open("w")
    ground.make("/other", "a")
    ground.run(ground.logs.delete_group(HERE, "/other"))
    ground.until(lambda: swept(ground))
    assert ground.count(LogEventRow) == ground.count(LogGroupRow) == 0
