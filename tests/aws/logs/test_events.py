"""Log events through boto3: put, read both ways, searched; and hostile patterns."""

import time
from itertools import chain
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.logs.clients import as_json, client_of, messages, shown
from tests.server.running import Running

GROUP = "/events"


@pytest.fixture(scope="module")
def now_ms() -> int:
    return int(time.time() * 1000)


@pytest.fixture(scope="module", autouse=True)
def group(client: Any, now_ms: int) -> None:
    """Two streams: 25 events of JSON, one a second, and three lines in between."""
    client.create_log_group(logGroupName=GROUP)
    for stream in ("json", "text"):
        client.create_log_stream(logGroupName=GROUP, logStreamName=stream)
    levels = {0: "ERROR", 5: "WARN"}
    client.put_log_events(
        logGroupName=GROUP,
        logStreamName="json",
        logEvents=[
            {
                "timestamp": now_ms + 1000 * number,
                "message": as_json(level=levels.get(number % 10, "INFO"), number=number),
            }
            for number in range(25)
        ],
    )
    put(client, "text", (now_ms + 1, '10.0.0.1 - "GET /a b" 404'), (now_ms + 2, "[x] y 500 z"))
    put(client, "text", (now_ms + 3, "ERROR: out of memory"))


def put(client: Any, stream: str, *events: tuple[int, str]) -> dict[str, Any]:
    return shown(
        client.put_log_events(
            logGroupName=GROUP,
            logStreamName=stream,
            logEvents=[{"timestamp": at, "message": message} for at, message in events],
        )
    )


def refusal(call: Any, **members: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**members)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def numbers(answer: dict[str, Any]) -> list[int]:
    return [int(message.rpartition(" ")[2][:-1]) for message in messages(answer)]


def test_a_stream_is_read_back_from_its_end(client: Any) -> None:
    stream = {"logGroupName": GROUP, "logStreamName": "json", "limit": 10}
    seen: list[list[int]] = []
    token: dict[str, str] = {}
    while True:
        answer = client.get_log_events(**stream, **token)
        seen.append(numbers(answer))
        if token.get("nextToken") == answer["nextBackwardToken"]:
            break
        token = {"nextToken": answer["nextBackwardToken"]}
    assert seen == [list(range(15, 25)), list(range(5, 15)), list(range(5)), []]


def test_a_stream_is_read_on_from_its_head_and_waits_for_more(client: Any, now_ms: int) -> None:
    client.create_log_stream(logGroupName=GROUP, logStreamName="growing")
    stream = {"logGroupName": GROUP, "logStreamName": "growing", "startFromHead": True}
    empty = client.get_log_events(**stream)
    assert empty["events"] == []
    put(client, "growing", (now_ms, "one"), (now_ms, "two"))
    answer = client.get_log_events(**stream, nextToken=empty["nextForwardToken"])
    assert messages(answer) == ["one", "two"]
    end = answer["nextForwardToken"]
    answer = client.get_log_events(**stream, nextToken=end)
    assert (answer["events"], answer["nextForwardToken"]) == ([], end)
    put(client, "growing", (now_ms + 1, "three"))
    answer = client.get_log_events(**stream, nextToken=end)
    assert messages(answer) == ["three"]
    before = client.get_log_events(**stream, nextToken=answer["nextBackwardToken"])
    assert messages(before) == ["one", "two"]


def test_an_event_says_when_it_was_and_when_it_came(client: Any, now_ms: int) -> None:
    [event] = client.get_log_events(
        logGroupName=GROUP,
        logStreamName="json",
        startTime=now_ms + 3000,
        endTime=now_ms + 4000,
    )["events"]
    assert (event["timestamp"], event["message"]) == (
        now_ms + 3000,
        '{"level": "INFO", "number": 3}',
    )
    assert event["ingestionTime"] >= now_ms


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ $.level = "ERROR" }', [0, 10, 20]),
        ('{ $.level = "ERROR" || ($.number >= 24 && $.missing NOT EXISTS) }', [0, 10, 20, 24]),
        ("{ $.number > 7 && $.number < 1e1 }", [8, 9]),
        ("{ $.level = %^(W|E)% }", None),
        ("{ $.level = %^W|^E% && $.number != 5 }", [0, 10, 15, 20]),
        ('WARN -"15"', [5]),
    ],
)
def test_a_group_is_searched(client: Any, pattern: str, expected: list[int] | None) -> None:
    if expected is None:
        code, message = refusal(client.filter_log_events, logGroupName=GROUP, filterPattern=pattern)
        assert (code, message) == (
            "InvalidParameterException",
            "Invalid character(s) in term '('",
        )
        return
    answer = client.filter_log_events(logGroupName=GROUP, filterPattern=pattern)
    assert numbers(answer) == expected
    assert answer["searchedLogStreams"] == []
    ids = [event["eventId"] for event in answer["events"]]
    assert ids == sorted(ids)


def test_a_search_is_of_streams_and_times(client: Any, now_ms: int) -> None:
    def found(**members: Any) -> list[str]:
        return messages(client.filter_log_events(logGroupName=GROUP, **members))

    lines = ['10.0.0.1 - "GET /a b" 404', "[x] y 500 z", "ERROR: out of memory"]
    assert found(logStreamNames=["text"]) == lines
    assert found(logStreamNamePrefix="te", startFromHead=False) == lines[::-1]
    text = {"logStreamNames": ["text"]}
    assert found(**text, startTime=now_ms + 1, endTime=now_ms + 3) == lines
    assert found(**text, startTime=now_ms + 2, endTime=now_ms + 2) == lines[1:2]
    assert found(startTime=now_ms + 1, endTime=now_ms) == []
    assert found(filterPattern="[ip, dash, request, status=4*]") == lines[:1]
    assert found(filterPattern="[a=x, ..., z]", logStreamNames=["text", "json"]) == lines[1:2]
    assert found(filterPattern="?memory ?500") == lines[1:]
    assert found(filterPattern='"ERROR: out"') == lines[2:]


def test_a_search_comes_in_pages(client: Any) -> None:
    for direction in (True, False):
        pages = client.get_paginator("filter_log_events").paginate(
            logGroupName=GROUP,
            logStreamNames=["json"],
            filterPattern="INFO",
            startFromHead=direction,
            PaginationConfig={"PageSize": 7},
        )
        found = [numbers(page) for page in pages]
        expected = [number for number in range(25) if number % 5]
        assert list(chain(*found)) == (expected if direction else expected[::-1])
        assert len(found) >= 3


def test_what_a_batch_leaves_out_is_told(client: Any, now_ms: int) -> None:
    day = 24 * 3600 * 1000
    answer = put(
        client, "text", (now_ms - 20 * day, "old"), (now_ms + 5, "kept"), (now_ms + day, "new")
    )
    assert answer["rejectedLogEventsInfo"] == {
        "tooOldLogEventEndIndex": 1,
        "tooNewLogEventStartIndex": 2,
    }
    assert "rejectedLogEventsInfo" not in put(client, "text", (now_ms + 6, "kept too"))


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([], "at 'logEvents' failed to satisfy constraint: Member must have length greater"),
        ([(1, "")], "at 'logEvents.1.member.message' failed to satisfy"),
        ([(-1, "x")], "at 'logEvents.1.member.timestamp' failed to satisfy"),
        ([(2, "x"), (1, "x")], "must be in chronological order"),
        ([(1, "x")] * 10_001, "Member must have length less than or equal to 10000"),
        ([(1, "x" * 600_000)] * 2, "Upload too large: 1200052 bytes exceeds limit of 1048576"),
    ],
)
def test_a_batch_that_is_wrong_is_refused(
    client: Any, events: list[tuple[int, str]], told: str
) -> None:
    code, message = refusal(
        client.put_log_events,
        logGroupName=GROUP,
        logStreamName="text",
        logEvents=[{"timestamp": at, "message": message} for at, message in events],
    )
    assert code == "InvalidParameterException"
    assert told in message


def test_what_is_not_there_is_told(client: Any, now_ms: int) -> None:
    event = [{"timestamp": now_ms, "message": "x"}]
    in_no_group: tuple[tuple[Any, dict[str, Any]], ...] = (
        (client.get_log_events, {"logStreamName": "s"}),
        (client.filter_log_events, {}),
        (client.put_log_events, {"logStreamName": "s", "logEvents": event}),
    )
    for call, members in in_no_group:
        refused = refusal(call, logGroupName="/no", **members)
        assert refused == ("ResourceNotFoundException", "The specified log group does not exist.")
    in_no_stream: tuple[tuple[Any, dict[str, Any]], ...] = (
        (client.get_log_events, {"logStreamName": "no"}),
        (client.filter_log_events, {"logStreamNames": ["json", "no"]}),
        (client.put_log_events, {"logStreamName": "no", "logEvents": event}),
    )
    for call, members in in_no_stream:
        refused = refusal(call, logGroupName=GROUP, **members)
        assert refused == ("ResourceNotFoundException", "The specified log stream does not exist.")


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("get_log_events", {"logStreamName": "json", "nextToken": "f/1"}),
        ("get_log_events", {"logStreamName": "json", "limit": 0}),
        ("get_log_events", {"logStreamName": "json", "startTime": -1}),
        ("filter_log_events", {"nextToken": "f/" + "9" * 56}),
        ("filter_log_events", {"logStreamNames": ["json"], "logStreamNamePrefix": "t"}),
        ("filter_log_events", {"logStreamNames": ["a\0"]}),
        ("filter_log_events", {"logStreamNamePrefix": "a\0"}),
        ("filter_log_events", {"filterPattern": "{ $.a"}),
        ("filter_log_events", {"filterPattern": "x" * 1025}),
        ("filter_log_events", {"filterPattern": "{" + "(" * 1_000_000 + "}"}),
        ("filter_log_events", {"filterPattern": "%" + "a*" * 400 + "b{1000}c{1000}%"}),
    ],
)
def test_a_question_that_is_wrong_is_refused(
    client: Any, operation: str, members: dict[str, Any]
) -> None:
    code, _ = refusal(getattr(client, operation), logGroupName=GROUP, **members)
    assert code == "InvalidParameterException"


def test_the_latest_time_there_is_breaks_nothing(client: Any) -> None:
    latest = 2**63 - 1
    for bounds in ({"endTime": latest}, {"startTime": latest}, {"startTime": 0, "endTime": 0}):
        client.filter_log_events(logGroupName=GROUP, **bounds)
        client.get_log_events(logGroupName=GROUP, logStreamName="json", **bounds)


def test_a_pattern_is_tried_on_messages(client: Any) -> None:
    answer = client.test_metric_filter(
        filterPattern="[ip, ..., status = 4*, bytes]",
        logEventMessages=["10.0.0.1 - frank 404 1534", "10.0.0.1 200 1", "short"],
    )
    assert answer["matches"] == [
        {
            "eventNumber": 1,
            "eventMessage": "10.0.0.1 - frank 404 1534",
            "extractedValues": {
                "$ip": "10.0.0.1",
                "$2": "-",
                "$3": "frank",
                "$status": "404",
                "$bytes": "1534",
            },
        }
    ]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("%a*a*a*a*a*a*a*a*b%", "a" * 900_000),
        ("%[ab]*[ab]*[ab]*c% -%.*.*.*d%", "ab" * 400_000),
        ("[..., a=1]", "[ " * 450_000),
        ("{ $.a = 1 }", '{"a":' * 150_000),
    ],
)
def test_no_pattern_keeps_others_waiting(
    server: Running, client: Any, pattern: str, message: str
) -> None:
    # A backtracking matcher would not end in this machine's lifetime.
    answer = client.test_metric_filter(filterPattern=pattern, logEventMessages=[message])
    assert answer["matches"] == []
    assert client_of(server, key="222233334444").describe_log_groups()["logGroups"] == []


def test_too_much_to_try_a_pattern_on_is_refused(client: Any) -> None:
    code, message = refusal(
        client.test_metric_filter, filterPattern="a", logEventMessages=["x" * 30_000] * 50
    )
    assert (code, message[:16]) == ("InvalidParameterException", "Upload too large")
