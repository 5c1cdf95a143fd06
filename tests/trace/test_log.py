import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.trace.events import ClockChanged, LogWritten
from webapp.trace.log import MEMORY_ENTRIES, WorkspaceLog

FACT = ClockChanged(rate="60", paused=False)
PATIENCE_SECONDS = 60.0


def record(log: WorkspaceLog, *, times: int = 1) -> int:
    sequence = 0
    for _ in range(times):
        sequence = log.record(FACT, time=1.0, run="run-1", cause=None)
    return sequence


def sequences(log: WorkspaceLog, after: int) -> list[int]:
    return [entry.sequence for entry in log.since(after)]


def test_sequences_count_from_one() -> None:
    log = WorkspaceLog()
    assert [record(log), record(log)] == [1, 2]
    assert log.last_sequence == 2


def test_sequences_go_on_where_the_store_ends() -> None:
    log = WorkspaceLog(last_sequence=41)
    assert log.oldest_in_memory == 42
    assert record(log) == 42


def test_an_entry_holds_what_was_recorded() -> None:
    log = WorkspaceLog()
    log.record(FACT, time=2.5, run="run-1", cause=None)
    log.record(FACT, time=3.5, run="run-2", cause=1)
    first, second = log.since(0)
    assert (first.time, first.run, first.cause, first.fact) == (2.5, "run-1", None, FACT)
    assert (second.time, second.run, second.cause) == (3.5, "run-2", 1)


@given(st.integers(0, 20), st.integers(0, 30), st.integers(0, 60))
def test_since_gives_exactly_what_came_after(stored: int, recorded: int, after: int) -> None:
    log = WorkspaceLog(last_sequence=stored)
    record(log, times=recorded)
    expected = [number for number in range(stored + 1, stored + recorded + 1) if number > after]
    assert sequences(log, after) == expected


def test_what_the_store_was_not_given_is_handed_over_once() -> None:
    log = WorkspaceLog()
    record(log, times=2)
    assert [entry.sequence for entry in log.take_unwritten()] == [1, 2]
    assert log.take_unwritten() == []
    record(log)
    assert [entry.sequence for entry in log.take_unwritten()] == [3]
    assert sequences(log, 0) == [1, 2, 3]


def test_the_store_is_told_once_for_each_batch() -> None:
    told: list[str] = []
    log = WorkspaceLog(on_unwritten=lambda: told.append("told"))
    record(log, times=3)
    assert told == ["told"]
    log.take_unwritten()
    record(log)
    assert told == ["told", "told"]


def test_only_the_newest_stay_in_memory_and_the_log_says_from_where() -> None:
    log = WorkspaceLog()
    last = record(log, times=2 * MEMORY_ENTRIES + 5)
    assert log.oldest_in_memory == MEMORY_ENTRIES + 1
    assert sequences(log, 0)[0] == log.oldest_in_memory
    assert sequences(log, last - 2) == [last - 1, last]
    assert len(log.take_unwritten()) == last


def test_long_texts_are_forgotten_sooner() -> None:
    log = WorkspaceLog()
    line = LogWritten(function="f", environment="e", request_id=None, text="x" * 256 * 1024)
    for _ in range(2 * MEMORY_ENTRIES // 257 + 1):
        log.record(line, time=1.0, run="run-1", cause=None)
    assert 0 < len(log.since(0)) * 257 <= MEMORY_ENTRIES
    assert log.since(0)[-1].sequence == log.last_sequence


def test_a_reader_that_is_behind_does_not_wait() -> None:
    log = WorkspaceLog()
    record(log)
    assert log.wait_beyond(0, timeout=0.0)


def test_a_reader_that_has_everything_gives_up_in_time() -> None:
    assert not WorkspaceLog().wait_beyond(0, timeout=0.01)


def test_a_waiting_reader_is_woken_by_a_fact() -> None:
    log = WorkspaceLog()
    found: list[bool] = []
    reader = threading.Thread(
        target=lambda: found.append(log.wait_beyond(0, timeout=PATIENCE_SECONDS))
    )
    reader.start()
    record(log)
    reader.join(PATIENCE_SECONDS)
    assert found == [True]


def test_a_waiting_reader_can_be_woken_without_a_fact() -> None:
    log = WorkspaceLog()
    found: list[bool] = []
    reader = threading.Thread(
        target=lambda: found.append(log.wait_beyond(0, timeout=10 * PATIENCE_SECONDS))
    )
    reader.start()
    for _ in range(500):
        log.wake()
        reader.join(0.01)
        if not reader.is_alive():
            break
    assert found == [False]


def test_every_reader_sees_every_entry_once_and_in_order() -> None:
    log, total = WorkspaceLog(), 2000
    seen: list[list[int]] = [[] for _ in range(3)]

    def read(mine: list[int]) -> None:
        while not mine or mine[-1] < total:
            after = mine[-1] if mine else 0
            if not log.wait_beyond(after, timeout=PATIENCE_SECONDS):
                return
            mine.extend(sequences(log, after))

    readers = [threading.Thread(target=read, args=(mine,)) for mine in seen]
    for reader in readers:
        reader.start()
    record(log, times=total)
    for reader in readers:
        reader.join(PATIENCE_SECONDS)
    assert seen == [list(range(1, total + 1))] * 3


@pytest.mark.parametrize("after", [0, 5])
def test_a_list_that_was_handed_out_does_not_grow(after: int) -> None:
    log = WorkspaceLog()
    record(log, times=6)
    taken = log.since(after)
    record(log)
    assert len(taken) == 6 - after
