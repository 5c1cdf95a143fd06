"""What functions write reaches their log streams, in the transaction of its facts."""

from dataclasses import replace

import pytest

from tests.storage.ailing import Ailing
from tests.storage.logs.ground import GROUP, HERE, NOW_MS, STREAM, Ground, line, requested
from webapp.clock import ClockState
from webapp.runtime.ports import StoreFailed
from webapp.sources.logs.errors import NotFound
from webapp.sources.logs.model import DAY_MS, EventQuery, LogGroup, Scope, StreamQuery
from webapp.storage.logs import streams
from webapp.storage.logs.tables import LogEventRow

pytestmark = pytest.mark.slow


def of_function(ground: Ground, *, scope: Scope = HERE) -> list[str]:
    return ground.messages(group=GROUP, scope=scope)


def test_a_line_is_an_event_of_its_environments_stream(ground: Ground) -> None:
    ground.write(requested(), line("START"), line("hello"))
    assert of_function(ground) == ["START\n", "hello\n"]
    [event, _] = ground.page(EventQuery(streams=(STREAM,)), group=GROUP).events
    assert (event.stream, event.position.timestamp_ms) == (STREAM, NOW_MS)
    assert ground.group(GROUP) == LogGroup(
        name=GROUP, created_ms=NOW_MS, stored_bytes=2 * 26 + len("START\nhello\n")
    )
    [stream] = ground.run(ground.logs.streams(HERE, GROUP, StreamQuery()))
    assert (stream.created_ms, stream.last_event_ms, stream.ingested_ms) == (NOW_MS,) * 3


def test_an_uncaught_error_has_no_newline_at_its_end(ground: Ground) -> None:
    error = replace(line("[ERROR] KeyError: 'a'\nTraceback …"), kind="error")
    logged = replace(line("[ERROR]\t2026-…Z\tid\tno good"), kind="error")
    ground.write(requested(), error, logged)
    assert of_function(ground) == [error.text, f"{logged.text}\n"]


def test_lines_of_one_commit_go_to_many_streams_and_groups(ground: Ground) -> None:
    other = requested("f" * 32, stream="s", group="/shared")
    ground.write(requested(), other, line("a"), line("b", environment="f" * 32), line("c"))
    assert of_function(ground) == ["a\n", "c\n"]
    assert ground.messages(group="/shared") == ["b\n"]


def test_lines_go_where_the_function_is(ground: Ground) -> None:
    ground.write(requested(region="eu-west-1"), line("there"))
    assert of_function(ground, scope=Scope("w", "eu-west-1")) == ["there\n"]
    with pytest.raises(NotFound):
        of_function(ground)
    ground.write(requested("f" * 32), line("theirs", environment="f" * 32), workspace="other")
    assert of_function(ground, scope=Scope("other", "us-east-1")) == ["theirs\n"]


def test_an_environment_that_was_never_requested_has_no_stream(ground: Ground) -> None:
    ground.write(line("from a trace of old"))
    assert ground.count(LogEventRow) == 0


def test_facts_that_come_with_a_change_bring_their_lines(ground: Ground) -> None:
    facts = ground.facts(requested(), line("with the change"))

    async def change() -> None:
        await ground.storage.store.save_clock("w", ClockState(offset=1.0), facts=facts)

    ground.run(change())
    assert of_function(ground) == ["with the change\n"]


def test_a_line_after_its_group_was_deleted_makes_it_again(ground: Ground) -> None:
    ground.write(requested(), line("before"))
    ground.run(ground.logs.delete_group(HERE, GROUP))
    with pytest.raises(NotFound):
        of_function(ground)
    ground.write(line("after"))
    assert of_function(ground) == ["after\n"]
    ground.run(ground.logs.delete_stream(HERE, GROUP, STREAM))
    ground.write(line("again"))
    assert of_function(ground) == ["again\n"]


def test_a_group_that_was_there_is_used_with_all_that_was_said_of_it(ground: Ground) -> None:
    ground.run(
        ground.logs.create_group(
            HERE, LogGroup(name=GROUP, created_ms=5, retention_days=1, tags={"a": "b"})
        )
    )
    ground.write(requested(), line("x"))
    assert (ground.group(GROUP).tags, ground.group(GROUP).created_ms) == ({"a": "b"}, 5)


def test_lines_that_could_not_be_written_come_later_and_once(ground: Ground) -> None:
    ground.write(requested(), line("before"))
    ailing = Ailing(ground.storage.engine)
    ailing.make_read_only()
    ground.storage.store.write_facts("w", ground.facts(line("while it could not")))
    with pytest.raises(StoreFailed):
        ground.written()
    ailing.recover()
    ground.until(lambda: len(of_function(ground)) == 2)
    assert of_function(ground) == ["before\n", "while it could not\n"]


def test_a_group_makes_room_for_the_streams_of_new_environments(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_STREAMS", 10)
    for number in range(12):
        environment = f"{number:032}"
        ground.write(
            requested(environment, stream=f"s{number}"), line("x", environment=environment)
        )
    found = ground.run(ground.logs.streams(HERE, GROUP, StreamQuery()))
    assert len(found) == 10
    assert {"s0", "s1"}.isdisjoint(stream.name for stream in found)
    ground.until(lambda: ground.count(LogEventRow) == 10)


def test_an_environment_whose_stream_made_room_gets_it_again(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_STREAMS", 10)
    ground.write(requested(), line("early"))
    for number in range(10):
        environment = f"{number:032}"
        ground.write(
            requested(environment, stream=f"s{number}"), line("x", environment=environment)
        )
    ground.write(line("late"))
    assert ground.messages(EventQuery(streams=(STREAM,)), group=GROUP) == ["late\n"]


def test_a_new_stream_takes_the_expired_events_away(ground: Ground) -> None:
    ground.write(requested(), line("old"))
    ground.storage.store.write_facts(
        "w",
        ground.facts(
            requested("f" * 32, stream="s"),
            line("new", environment="f" * 32),
            after=2 * DAY_MS / 1000,
        ),
    )
    ground.written()
    assert of_function(ground) == ["old\n", "new\n"], "nothing expires where nobody said so"
    change = ground.logs.change_group(
        HERE, GROUP, lambda group: replace(group, retention_days=1), now_ms=NOW_MS
    )
    ground.run(change)
    ground.storage.store.write_facts(
        "w",
        ground.facts(
            requested("a" * 32, stream="t"),
            line("newest", environment="a" * 32),
            after=2 * DAY_MS / 1000,
        ),
    )
    ground.written()
    assert of_function(ground) == ["new\n", "newest\n"]
