"""Log events as rows: read in order of time, a page at a time, forward and back."""

import asyncio
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy import event as hooks

from tests.storage.logs.ground import HERE, NOW_MS, Ground, texts
from webapp.sources.logs import paging
from webapp.sources.logs.errors import NotFound, Throttled, Unavailable
from webapp.sources.logs.model import EventQuery, GroupQuery, LogGroup, Scope
from webapp.sources.logs.pattern import read_pattern
from webapp.storage.journal import Journal
from webapp.storage.logs.lines import FunctionLines
from webapp.storage.logs.store import SqlLogs
from webapp.storage.ownership import Local
from webapp.storage.storage import Storage, open_storage

pytestmark = pytest.mark.slow


def test_events_come_by_time_and_then_as_they_were_stored(ground: Ground) -> None:
    ground.make("/mine", "a", "b")
    ground.put("a", (1, "a1"), (3, "a3"), (3, "a3 too"))
    ground.put("b", (0, "b0"), (3, "b3"), (4, "b4"))
    ground.put("a", (2, "a2 late"))
    everything = ["b0", "a1", "a2 late", "a3", "a3 too", "b3", "b4"]
    assert ground.messages() == everything
    assert ground.messages(EventQuery(backward=True)) == everything[::-1]
    assert ground.messages(EventQuery(streams=("a",))) == ["a1", "a2 late", "a3", "a3 too"]
    assert ground.messages(EventQuery(streams=("a", "b"), limit=2)) == ["b0", "a1"]
    assert ground.messages(EventQuery(prefix="b")) == ["b0", "b3", "b4"]
    assert [one.stream for one in ground.page(EventQuery(limit=2)).events] == ["b", "a"]


def test_a_time_range_has_its_start_and_not_its_end(ground: Ground) -> None:
    ground.make("/mine", "a")
    ground.put("a", *((after, str(after)) for after in range(6)))
    between = EventQuery(start_ms=NOW_MS + 2, end_ms=NOW_MS + 4)
    assert ground.messages(between) == ["2", "3"]
    assert ground.messages(replace(between, backward=True)) == ["3", "2"]
    assert ground.messages(replace(between, end_ms=0)) == []


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("streams", [("a",), ("a", "b"), None])
def test_pages_together_are_everything_once(
    ground: Ground, backward: bool, streams: tuple[str, ...] | None
) -> None:
    ground.make("/mine", "a", "b")
    for stream in ("a", "b"):
        ground.put(stream, *((after // 3, f"{stream}{after}") for after in range(20)))
    query = EventQuery(streams=streams, backward=backward, limit=3)
    whole = ground.messages(replace(query, limit=1000))
    page = ground.page(query)
    seen = texts(page.events)
    while page.reached:
        assert len(page.events) == 3
        page = ground.page(replace(query, beyond=page.reached))
        seen += texts(page.events)
    assert seen == whole


def test_a_page_ends_before_it_is_too_large(ground: Ground) -> None:
    ground.make("/mine", "a")
    ground.put("a", *((after, str(after) * 100) for after in range(4)))
    query = EventQuery(most_bytes=2 * (100 + 26))
    page = ground.page(query)
    assert len(page.events) == 2
    rest = ground.page(replace(query, beyond=page.reached))
    assert [one.message[0] for one in rest.events] == ["2", "3"]
    assert len(ground.page(EventQuery(most_bytes=1)).events) == 1, "a page has one at least"


def test_a_search_that_finds_nothing_gives_up_for_now_and_goes_on(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST_WORK", 1_000)
    ground.make("/mine", "a", "b")
    ground.put("a", *((after, "hay") for after in range(50)), (50, "needle"))
    query = EventQuery(pattern=read_pattern("needle"))
    pages, page = 0, ground.page(query)
    while not page.events:
        assert page.reached is not None
        pages += 1
        page = ground.page(replace(query, beyond=page.reached))
    assert (texts(page.events), pages > 5) == (["needle"], True)
    elsewhere = EventQuery(prefix="b")
    pages, page = 0, ground.page(elsewhere)
    while page.reached is not None:
        pages += 1
        page = ground.page(replace(elsewhere, beyond=page.reached))
    assert (pages > 5, page.events) == (True, [])


@pytest.mark.parametrize(
    "message", ["", "ä😀", "\0", "\ud800", "line\nline\r\n", '{"a": "\\u0000"}', "x" * 100_000]
)
def test_any_message_comes_back_as_it_was(ground: Ground, message: str) -> None:
    ground.make("/mine", "a")
    ground.put("a", (0, message))
    assert ground.messages() == [message]


def test_what_is_not_there_is_told(ground: Ground) -> None:
    ground.make("/mine", "a")
    with pytest.raises(NotFound, match="The specified log group does not exist"):
        ground.messages(group="/no")
    for streams in (("no",), ("a", "no")):
        with pytest.raises(NotFound, match="The specified log stream does not exist"):
            ground.messages(EventQuery(streams=streams))
    with pytest.raises(NotFound, match="The specified log stream does not exist"):
        ground.put("no")


def test_nobody_sees_another_workspaces_or_regions_events(ground: Ground) -> None:
    ground.make("/mine", "a")
    ground.put("a", (0, "secret"))
    for scope in (Scope("other", "us-east-1"), Scope("w", "eu-west-1")):
        ground.make("/mine", "a", scope=scope)
        assert ground.messages(scope=scope) == []


def test_a_page_is_found_by_index(ground: Ground) -> None:
    ground.make("/mine", "a", "b")
    ground.put("a", (0, "x"), (1, "y"))
    statements: list[tuple[str, object]] = []

    @hooks.listens_for(ground.storage.engine, "before_cursor_execute")
    def note(_c: object, _cu: object, sql: str, values: object, *_: object) -> None:
        if "FROM log_event" in sql and sql.startswith("SELECT"):
            statements.append((sql, values))

    beyond = ground.page().events[0].position
    for backward in (False, True):
        ground.page(EventQuery(beyond=beyond, backward=backward))
        ground.page(EventQuery(streams=("a",), beyond=beyond, backward=backward))
    with ground.storage.engine.connect() as connection:
        for sql, values in statements:
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all())  # type: ignore[arg-type]
            assert "USING INDEX ix_log_event_" in plan, plan
            assert "SCAN" not in plan, plan
            assert "TEMP B-TREE" not in plan, plan
    assert len(statements) == 5


def test_a_put_is_on_disk_when_it_is_answered(ground: Ground, storage: Storage) -> None:
    ground.make("/mine", "a")
    ground.put("a", (0, "kept"))
    with storage.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM log_event").scalar() == 1


def test_a_stopped_store_refuses_and_says_so(ground: Ground, storage: Storage) -> None:
    storage.journal.stop(timeout=60.0)
    with pytest.raises(Unavailable, match="stopping"):
        ground.make()


def test_too_much_that_waits_is_throttled(ground: Ground, engine: Engine) -> None:
    full = Journal(engine, Local(epoch=1), bound=0)
    logs = SqlLogs(engine, full, FunctionLines())
    with pytest.raises(Throttled, match="Rate exceeded"):
        ground.run(logs.create_group(HERE, LogGroup(name="/mine", created_ms=0)))
    logs.close()


def test_whoever_asks_for_a_lot_keeps_only_himself_waiting(ground: Ground) -> None:
    working, done = threading.Event(), threading.Event()

    def slow() -> str:
        working.set()
        assert done.wait(120.0)
        return "slow"

    async def main() -> None:
        crowd = [asyncio.ensure_future(ground.logs.compute(HERE, slow)) for _ in range(20)]
        await asyncio.to_thread(working.wait, 20.0)
        other = Scope("other", "us-east-1")
        assert await ground.logs.groups(other, GroupQuery()) == []
        assert not any(one.done() for one in crowd)
        done.set()
        assert await asyncio.gather(*crowd) == ["slow"] * 20

    ground.run(main())


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    storage = open_storage(tmp_path_factory.mktemp("data"))
    yield Ground(storage)
    storage.close()


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.lists(st.integers(0, 5), max_size=4))))
def test_events_read_as_a_stable_sort_would_have_them(
    shared: Ground, puts: list[tuple[str, list[int]]]
) -> None:
    group = f"/{uuid.uuid4()}"
    shared.make(group, "a", "b")
    expected: list[tuple[int, str]] = []
    for number, (stream, times) in enumerate(puts):
        batch = [(after, f"{stream}{number}-{after}") for after in sorted(times)]
        shared.put(stream, *batch, group=group)
        expected += batch
    expected.sort(key=itemgetter(0))
    assert shared.messages(group=group) == [message for _, message in expected]
    of_a = [message for _, message in expected if message.startswith("a")]
    backward = EventQuery(streams=("a",), backward=True)
    assert shared.messages(backward, group=group) == of_a[::-1]
