"""Log groups and streams as rows: who has which, and in what order."""

from dataclasses import replace

import pytest

from tests.storage.logs.ground import HERE, NOW_MS, Ground
from webapp.sources.logs.errors import AlreadyExists, LimitExceeded, NotFound, Protected
from webapp.sources.logs.model import GroupQuery, LogGroup, LogStream, Scope, StreamQuery
from webapp.storage.logs import streams
from webapp.storage.logs.lines import FunctionLines
from webapp.storage.logs.store import SqlLogs


def names(ground: Ground, query: GroupQuery, *, scope: Scope = HERE) -> list[str]:
    return [group.name for group in ground.run(ground.logs.groups(scope, query))]


def stream_names(ground: Ground, query: StreamQuery) -> list[str]:
    return [one.name for one in ground.run(ground.logs.streams(HERE, "/mine", query))]


def test_a_group_is_kept_as_it_was_made(ground: Ground) -> None:
    made = LogGroup(
        name="/mine",
        created_ms=NOW_MS,
        retention_days=7,
        log_class="INFREQUENT_ACCESS",
        kms_key="arn:aws:kms:…",
        protected=True,
        tags={"team": "ä", "half": "\ud800"},
    )
    ground.run(ground.logs.create_group(HERE, made))
    assert ground.group() == made


def test_a_name_is_taken_once_in_each_region_of_each_workspace(ground: Ground) -> None:
    ground.make()
    with pytest.raises(AlreadyExists, match="The specified log group already exists"):
        ground.make()
    for scope in (Scope("w", "eu-west-1"), Scope("other", "us-east-1")):
        ground.make(scope=scope)
        assert names(ground, GroupQuery(), scope=scope) == ["/mine"]


def test_groups_are_found_by_what_their_name_begins_with_or_holds(ground: Ground) -> None:
    for name in ("b_1", "bx1", "a/b_1", "B_1", "c%"):
        ground.make(name)
    assert names(ground, GroupQuery()) == ["B_1", "a/b_1", "b_1", "bx1", "c%"]
    assert names(ground, GroupQuery(prefix="b_")) == ["b_1"]
    assert names(ground, GroupQuery(containing="b_")) == ["a/b_1", "b_1"]
    assert names(ground, GroupQuery(containing="%")) == ["c%"]
    assert names(ground, GroupQuery(names=["bx1", "nope"])) == ["bx1"]
    assert names(ground, GroupQuery(after="a/b_1", limit=2)) == ["b_1", "bx1"]
    assert names(ground, GroupQuery(log_class="DELIVERY")) == []
    assert names(ground, GroupQuery(log_class="STANDARD", limit=1)) == ["B_1"]


def test_a_change_that_is_refused_changes_nothing_for_others(ground: Ground) -> None:
    ground.make()

    def refuse(_group: LogGroup) -> LogGroup:
        raise NotFound("no")

    with pytest.raises(NotFound):
        ground.run(ground.logs.change_group(HERE, "/mine", refuse, now_ms=NOW_MS))
    with pytest.raises(NotFound, match="The specified log group does not exist"):
        ground.run(ground.logs.change_group(HERE, "/no", refuse, now_ms=NOW_MS))
    change = ground.logs.change_group(
        HERE, "/mine", lambda group: replace(group, tags={"a": "b"}), now_ms=NOW_MS
    )
    ground.run(change)
    assert ground.group().tags == {"a": "b"}


def test_a_protected_group_stays(ground: Ground) -> None:
    ground.run(ground.logs.create_group(HERE, LogGroup(name="/p", created_ms=0, protected=True)))
    with pytest.raises(Protected):
        ground.run(ground.logs.delete_group(HERE, "/p"))
    assert ground.group("/p").protected


def test_a_workspace_has_as_many_groups_as_it_may(ground: Ground) -> None:
    storage = ground.storage
    logs = SqlLogs(storage.engine, storage.journal, FunctionLines(), most_groups=1)
    ground.run(logs.create_group(HERE, LogGroup(name="a", created_ms=0)))
    with pytest.raises(LimitExceeded):
        ground.run(logs.create_group(Scope("w", "eu-west-1"), LogGroup(name="b", created_ms=0)))
    logs.close()


def test_a_stream_is_of_one_group(ground: Ground) -> None:
    ground.make("/mine", "one")
    ground.make("/else", "one")
    stream = LogStream(name="one", created_ms=NOW_MS)
    with pytest.raises(AlreadyExists, match="The specified log stream already exists"):
        ground.run(ground.logs.create_stream(HERE, "/mine", stream))
    ground.run(ground.logs.delete_stream(HERE, "/mine", "one"))
    with pytest.raises(NotFound, match="The specified log stream does not exist"):
        ground.run(ground.logs.delete_stream(HERE, "/mine", "one"))
    assert [one.name for one in ground.run(ground.logs.streams(HERE, "/else", StreamQuery()))] == [
        "one"
    ]


def test_streams_come_by_name_or_by_their_last_event(ground: Ground) -> None:
    ground.make("/mine", "a", "b", "c", "d")
    ground.put("c", (1, "x"), (9, "y"))
    ground.put("a", (5, "x"))
    ground.put("d", (5, "x"))
    assert stream_names(ground, StreamQuery()) == ["a", "b", "c", "d"]
    assert stream_names(ground, StreamQuery(descending=True, limit=2)) == ["d", "c"]
    assert stream_names(ground, StreamQuery(prefix="b")) == ["b"]
    by_time = StreamQuery(order_by="LastEventTime")
    assert stream_names(ground, by_time) == ["b", "a", "d", "c"]
    assert stream_names(ground, replace(by_time, descending=True)) == ["c", "d", "a", "b"]
    after = (NOW_MS + 5, "a")
    assert stream_names(ground, replace(by_time, after=after)) == ["d", "c"]
    assert stream_names(ground, replace(by_time, after=after, descending=True)) == ["b"]
    assert stream_names(ground, StreamQuery(after=(0, "b"))) == ["c", "d"]


def test_a_stream_tells_when_its_events_were(ground: Ground) -> None:
    ground.make("/mine", "a", "b")
    ground.put("a", (1, "x"), (9, "y"))
    told, untold = ground.run(ground.logs.streams(HERE, "/mine", StreamQuery()))
    assert (told.first_event_ms, told.last_event_ms) == (NOW_MS + 1, NOW_MS + 9)
    assert told.ingested_ms == NOW_MS
    assert (untold.first_event_ms, untold.last_event_ms, untold.ingested_ms) == (None,) * 3


def test_a_client_is_refused_more_streams_than_a_group_may_have(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_STREAMS", 2)
    ground.make("/mine", "a", "b")
    with pytest.raises(LimitExceeded):
        ground.run(ground.logs.create_stream(HERE, "/mine", LogStream(name="c", created_ms=0)))
