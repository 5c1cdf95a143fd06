import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

import pytest
import structlog
from sqlalchemy import Connection, Engine, event, text

from tests.storage.ailing import Ailing
from tests.storage.holding import DEADLINE, Held
from tests.storage.making import entries, entry
from webapp.runtime.ports import StoreBusy, StoreFailed
from webapp.storage.batches import INSERT, batch_rows, read_entries
from webapp.storage.journal import Journal, Unwritten
from webapp.storage.ownership import Claim, Elsewhere, Local, next_epoch

BIG = "x" * 1_000_000


def put(digest: str, *, data: str = "") -> Callable[[Connection], str]:
    def write(connection: Connection) -> str:
        insert = "INSERT INTO archive (digest, size_bytes, data) VALUES (:digest, 0, :data)"
        connection.execute(text(insert), {"digest": digest, "data": data.encode()})
        return digest

    return write


def stored(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT digest FROM archive ORDER BY digest")))


def sequences(engine: Engine, workspace: str = "w") -> list[int]:
    with engine.connect() as connection:
        found = read_entries(connection, workspace, after=0, limit=1000)
    return [one.sequence for one in found]


def error_of(future: Future[Any]) -> BaseException | None:
    return future.exception(DEADLINE)


def test_a_change_is_on_disk_when_its_future_completes(journal: Journal, engine: Engine) -> None:
    assert journal.submit("w", put("a")).result(DEADLINE) == "a"
    assert stored(engine) == ["a"]


def test_what_arrives_while_the_writer_works_is_committed_together(
    journal: Journal, engine: Engine, held: Held
) -> None:
    futures = [journal.submit("w", put(f"{number}")) for number in range(5)]
    journal.append("w", entries([1, 2]))
    commits: list[Connection] = []
    event.listen(engine, "commit", commits.append)
    held.release()
    assert [future.result(DEADLINE) for future in futures] == ["0", "1", "2", "3", "4"]
    assert len(commits) == 1
    assert sequences(engine) == [1, 2]


def test_facts_that_nobody_waits_for_go_with_what_somebody_does(engine: Engine) -> None:
    gathering = Journal(engine, Local(epoch=next_epoch(engine)), gathering_seconds=600.0)
    gathering.start()
    commits: list[Connection] = []
    event.listen(engine, "commit", commits.append)
    gathering.append("w", entries([1, 2]))
    gathering.submit("w", put("a"), facts=[entry(3)]).result(DEADLINE)
    assert (len(commits), sequences(engine)) == (1, [1, 2, 3])
    gathering.append("w", [entry(4)])
    assert gathering.stop(timeout=DEADLINE) == Unwritten()
    assert (len(commits), sequences(engine)) == (2, [1, 2, 3, 4])


def test_facts_that_nobody_waits_for_are_written_without_anything_else_coming(
    journal: Journal, engine: Engine
) -> None:
    written: SimpleQueue[Counter[str]] = SimpleQueue()
    journal.observe(written.put)
    journal.append("w", entries([1, 2]))
    assert written.get(timeout=DEADLINE) == {"w": 2}
    assert sequences(engine) == [1, 2]


def test_one_bad_change_in_a_group_fails_alone(
    journal: Journal, engine: Engine, held: Held
) -> None:
    def refuse(_connection: Connection) -> None:
        raise ValueError("not like this")

    good = [journal.submit("w", put("a")), journal.submit("w", put("b"))]
    twice, bad = journal.submit("w", put("a")), journal.submit("w", refuse)
    good.append(journal.submit("w", put("c")))
    held.release()
    assert [future.result(DEADLINE) for future in good] == ["a", "b", "c"]
    assert isinstance(error_of(twice), StoreFailed)
    assert "UNIQUE" in str(error_of(twice))
    assert isinstance(error_of(bad), ValueError)
    assert stored(engine) == ["a", "b", "c"]


def test_a_failed_change_leaves_neither_rows_nor_facts(journal: Journal, engine: Engine) -> None:
    journal.submit("w", put("a")).result(DEADLINE)
    assert error_of(journal.submit("w", put("a"), facts=[entry(1)]))
    assert sequences(engine) == []


def test_a_workspace_opened_again_goes_on_after_sequences_that_were_lost(journal: Journal) -> None:
    journal.submit("w", put("a")).result(DEADLINE)
    assert error_of(journal.submit("w", put("a"), facts=entries([4, 7])))
    assert journal.newest_unwritten("w") == 7


def test_over_its_bound_it_is_busy_and_takes_only_facts(
    journal: Journal, engine: Engine, held: Held
) -> None:
    futures = [journal.submit("w", put(f"{number}")) for number in range(10)]
    assert journal.busy
    with pytest.raises(StoreBusy, match="Try again"):
        journal.submit("w", put("one too many"))
    journal.append("w", [entry(1)])
    held.release()
    for future in futures:
        future.result(DEADLINE)
    journal.submit("w", put("after")).result(DEADLINE)
    assert len(stored(engine)) == 11
    assert sequences(engine) == [1]


def test_a_heavy_change_takes_more_of_the_bound(journal: Journal, held: Held) -> None:
    journal.submit("w", put("a"), weight=10)
    assert journal.busy
    held.release()


def test_a_full_disk_fails_what_does_not_fit_and_it_recovers_without_a_restart(
    journal: Journal, engine: Engine, ailing: Ailing
) -> None:
    ailing.fill_disk()
    failed = journal.submit("w", put("a", data=BIG))
    assert isinstance(error_of(failed), StoreFailed)
    assert "disk is full" in str(error_of(failed))
    assert "disk is full" in str(journal.trouble)
    ailing.recover()
    assert journal.submit("w", put("a", data=BIG)).result(DEADLINE) == "a"
    assert journal.trouble is None
    assert stored(engine) == ["a"]


def test_a_read_only_database_fails_changes_and_says_what_to_do(
    journal: Journal, ailing: Ailing
) -> None:
    ailing.make_read_only()
    assert "Make its file and its folder writable" in str(error_of(journal.submit("w", put("a"))))
    ailing.recover()
    assert journal.submit("w", put("a")).result(DEADLINE) == "a"


def test_a_database_that_is_locked_fails_the_whole_group_after_one_wait(
    journal: Journal, engine: Engine, held: Held, ailing: Ailing
) -> None:
    futures = [journal.submit("w", put(f"{number}")) for number in range(5)]
    ailing.lock()
    begun = ailing.begun
    held.release()
    for future in futures:
        assert "Another program holds" in str(error_of(future))
    assert ailing.begun == begun + 1
    ailing.recover()
    assert journal.submit("w", put("after")).result(DEADLINE) == "after"
    assert stored(engine) == ["after"]


@pytest.mark.parametrize("ail", [Ailing.make_read_only, Ailing.lock])
def test_facts_that_nobody_waits_for_survive_trouble_without_anything_else_coming(
    journal: Journal, engine: Engine, ailing: Ailing, ail: Callable[[Ailing], None]
) -> None:
    written: SimpleQueue[Counter[str]] = SimpleQueue()
    journal.observe(written.put)
    ail(ailing)
    journal.append("w", entries([1, 2]))
    assert error_of(journal.submit("w", put("a")))
    assert sequences(engine) == []
    ailing.recover()
    assert written.get(timeout=DEADLINE) == {"w": 2}
    assert sequences(engine) == [1, 2]


def test_facts_beyond_what_can_be_kept_are_counted_and_logged(
    journal: Journal, engine: Engine, ailing: Ailing
) -> None:
    with structlog.testing.capture_logs() as lines:
        ailing.make_read_only()
        journal.append("w", entries(range(1, 16)))
        assert error_of(journal.submit("w", put("a")))
        journal.append("w", entries(range(16, 31)))
        assert error_of(journal.submit("w", put("b")))
        ailing.recover()
        journal.submit("w", put("c")).result(DEADLINE)
        journal.submit("w", put("d")).result(DEADLINE)
    assert sequences(engine) == list(range(1, 16))
    dropped = [line for line in lines if line["event"] == "facts_dropped"]
    assert [(line["workspace"], line["facts"]) for line in dropped] == [("w", 15)]
    assert journal.newest_unwritten("w") == 30


def test_facts_that_can_not_be_encoded_are_dropped_alone(
    journal: Journal, engine: Engine, held: Held
) -> None:
    journal.append("w", entries([1]))
    journal.append("w", [entry(2, text=object())])  # type: ignore[arg-type]
    journal.append("w", entries([3]))
    with structlog.testing.capture_logs() as lines:
        held.release()
        journal.submit("w", put("a")).result(DEADLINE)
    assert sequences(engine) == [1, 3]
    assert [line["facts"] for line in lines if line["event"] == "facts_dropped"] == [1]


def test_an_observer_that_fails_hurts_nobody(journal: Journal, engine: Engine) -> None:
    def fail(_counts: Counter[str]) -> None:
        raise RuntimeError("observer")

    journal.observe(fail)
    journal.submit("w", put("a"), facts=[entry(1)]).result(DEADLINE)
    journal.submit("w", put("b")).result(DEADLINE)
    assert stored(engine) == ["a", "b"]


def test_a_process_that_started_later_on_the_same_database_fences_this_one_out(
    journal: Journal, engine: Engine
) -> None:
    next_epoch(engine)
    error = error_of(journal.submit("w", put("a"), facts=[entry(1)]))
    assert isinstance(error, StoreFailed)
    assert "started later on the same database" in str(error)
    assert (stored(engine), sequences(engine)) == ([], [])


def test_a_workspace_of_another_node_is_refused(engine: Engine) -> None:
    class Away:
        def own(self, workspace: str) -> Claim | Elsewhere:
            return Elsewhere(workspace, "node-2")

        def fence(self, connection: Connection, claims: object) -> None:
            raise AssertionError("nothing may be written")

    journal = Journal(engine, Away())
    with pytest.raises(StoreFailed, match="node-2"):
        journal.submit("w", put("a"))
    journal.append("w", [entry(1)])
    assert journal.stop(timeout=1.0) == Unwritten()


def test_the_loop_waits_for_a_change_as_threads_do(
    journal: Journal, engine: Engine, held: Held
) -> None:
    def refuse(_connection: Connection) -> None:
        raise ValueError("not like this")

    async def save() -> list[Any]:
        waiting: list[Any] = [
            journal.save("w", put("a"), facts=[entry(1)]),
            journal.save("w", refuse),
            journal.save("w", inserts=[(INSERT, batch_rows(Claim("w", 1), [entry(2)])[0])]),
        ]
        held.release()
        return await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), DEADLINE)

    saved, refused, inserted = asyncio.run(save())
    assert (saved, inserted) == ("a", None)
    assert isinstance(refused, ValueError)
    assert (stored(engine), sequences(engine)) == (["a"], [1, 2])


def test_a_row_that_is_there_already_fails_alone(
    journal: Journal, engine: Engine, held: Held
) -> None:
    async def save() -> list[Any]:
        row = INSERT, batch_rows(Claim("w", 1), [entry(1)])[0]
        waiting: list[Any] = [journal.save("w", inserts=[row]) for _ in range(3)]
        waiting.append(journal.save("w", facts=[entry(2)]))
        held.release()
        return await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), DEADLINE)

    first, second, third, other = asyncio.run(save())
    assert (first, other) == (None, None)
    assert isinstance(second, StoreFailed)
    assert isinstance(third, StoreFailed)
    assert sequences(engine) == [1, 2]


@pytest.mark.slow
def test_a_quiet_journal_gives_its_connection_back(engine: Engine, journal: Journal) -> None:
    back: SimpleQueue[object] = SimpleQueue()
    event.listen(engine, "checkin", lambda connection, _record: back.put(connection))
    journal.submit("w", put("a")).result(DEADLINE)
    assert back.get(timeout=DEADLINE)
    assert journal.submit("w", put("b")).result(DEADLINE) == "b"


def test_stopping_writes_what_waits(journal: Journal, engine: Engine, held: Held) -> None:
    future = journal.submit("w", put("a"))
    journal.append("w", entries([1, 2]))
    held.release()
    assert journal.stop(timeout=DEADLINE) == Unwritten()
    assert future.result(0) == "a"
    assert (stored(engine), sequences(engine)) == (["a"], [1, 2])


def test_a_stopped_journal_takes_nothing_and_can_be_stopped_again(journal: Journal) -> None:
    assert journal.stop(timeout=DEADLINE) == Unwritten()
    with pytest.raises(StoreFailed, match="stopping"):
        journal.submit("w", put("a"))
    with structlog.testing.capture_logs() as lines:
        journal.append("w", [entry(1)])
    assert [line["event"] for line in lines] == ["facts_dropped"]
    assert journal.stop(timeout=0.0) == Unwritten()


def test_stopping_has_a_deadline_and_tells_what_was_not_written(
    journal: Journal, held: Held
) -> None:
    waiting = journal.submit("w", put("a"))
    journal.append("w", entries([1, 2, 3]))
    assert journal.stop(timeout=0.01) == Unwritten(changes=1, facts=3)
    assert "stopped before" in str(error_of(waiting))
    held.release()


def test_facts_that_still_can_not_be_written_at_the_stop_are_told(
    journal: Journal, ailing: Ailing
) -> None:
    ailing.make_read_only()
    journal.append("w", entries([1, 2, 3]))
    assert journal.stop(timeout=DEADLINE) == Unwritten(changes=0, facts=3)


def test_a_blocking_write_returns_what_was_written(journal: Journal, engine: Engine) -> None:
    assert journal.write("w", put("a")) == "a"
    assert stored(engine) == ["a"]


def test_stopping_gives_kept_facts_a_last_chance(engine: Engine, ailing: Ailing) -> None:
    patient = Journal(engine, Local(epoch=next_epoch(engine)), retry_seconds=600.0)
    patient.start()
    ailing.make_read_only()
    patient.append("w", entries([1, 2]))
    assert error_of(patient.submit("w", put("a")))
    ailing.recover()
    assert patient.stop(timeout=DEADLINE) == Unwritten()
    assert sequences(engine) == [1, 2]


def test_a_change_that_waits_can_not_be_cancelled(journal: Journal, held: Held) -> None:
    future = journal.submit("w", put("a"))
    assert not future.cancel()
    held.release()
    assert future.result(DEADLINE) == "a"
