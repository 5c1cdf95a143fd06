"""What PutLogEvents takes in, row by row (its API reference)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.sources.logs.batch import MOST_BYTES, Batch, accept
from webapp.sources.logs.errors import InvalidParameter
from webapp.sources.logs.model import DAY_MS, InputEvent

NOW_MS = 1_760_000_000_000
HOUR_MS = DAY_MS // 24


def accepted(*times_ms: int, now_ms: int = NOW_MS, expired_before_ms: int = 0) -> Batch:
    events = [InputEvent(time_ms, "x") for time_ms in times_ms]
    return accept(events, now_ms=now_ms, real_ms=NOW_MS, expired_before_ms=expired_before_ms)


def test_a_batch_in_time_is_kept_whole() -> None:
    batch = accepted(NOW_MS - 1, NOW_MS, NOW_MS)
    assert [event.timestamp_ms for event in batch.events] == [NOW_MS - 1, NOW_MS, NOW_MS]
    assert (batch.too_old_end, batch.expired_end, batch.too_new_start) == (None, None, None)


def test_what_is_too_old_or_too_new_is_left_out_and_told() -> None:
    oldest, newest = NOW_MS - 14 * DAY_MS, NOW_MS + 2 * HOUR_MS
    batch = accepted(oldest - 2, oldest - 1, NOW_MS, newest + 1, newest + 2)
    assert [event.timestamp_ms for event in batch.events] == [NOW_MS]
    assert (batch.too_old_end, batch.too_new_start) == (2, 3)
    assert len(accepted(oldest).events) == len(accepted(newest).events) == 1


def test_what_has_expired_is_left_out_and_told() -> None:
    batch = accepted(NOW_MS - 2, NOW_MS - 1, NOW_MS, expired_before_ms=NOW_MS)
    assert (len(batch.events), batch.expired_end, batch.too_old_end) == (1, 2, None)


def test_a_batch_may_be_left_out_whole() -> None:
    batch = accepted(NOW_MS + DAY_MS)
    assert (list(batch.events), batch.too_new_start) == ([], 0)


def test_a_client_has_the_real_time_where_the_lab_is_days_ahead() -> None:
    ahead = NOW_MS + 30 * DAY_MS
    assert len(accepted(NOW_MS, now_ms=ahead).events) == 1
    assert len(accepted(ahead, now_ms=ahead).events) == 1


def test_a_batch_is_in_order() -> None:
    with pytest.raises(InvalidParameter, match="must be in chronological order"):
        accepted(NOW_MS, NOW_MS - 1)


def test_what_is_kept_of_a_batch_spans_a_day_at_most() -> None:
    assert len(accepted(NOW_MS - DAY_MS, NOW_MS).events) == 2
    assert len(accepted(NOW_MS - 20 * DAY_MS, NOW_MS).events) == 1
    with pytest.raises(InvalidParameter, match="cannot span more than 24 hours"):
        accepted(NOW_MS - DAY_MS - 1, NOW_MS)


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        (["x" * (MOST_BYTES - 25)], "Log event too large: 1048577 bytes exceeds limit of 1048576"),
        (["x" * (MOST_BYTES // 2 - 25)] * 2, "Upload too large: 1048578 bytes exceeds limit"),
        (["ä" * (MOST_BYTES // 2)], "Log event too large"),
    ],
)
def test_a_batch_has_a_mebibyte_at_most(messages: list[str], told: str) -> None:
    events = [InputEvent(NOW_MS, message) for message in messages]
    with pytest.raises(InvalidParameter, match=told):
        accept(events, now_ms=NOW_MS, real_ms=NOW_MS, expired_before_ms=0)
    fitting = [InputEvent(NOW_MS, "x" * (MOST_BYTES - 26))]
    assert accept(fitting, now_ms=NOW_MS, real_ms=NOW_MS, expired_before_ms=0).events == fitting


@given(st.lists(st.integers(-400, 80), max_size=20).map(sorted), st.integers(-400, 80))
def test_every_event_is_kept_or_told(hours: list[int], expired: int) -> None:
    times = [NOW_MS + hour * HOUR_MS for hour in hours]
    expired_before_ms = NOW_MS + expired * HOUR_MS
    good = [
        time
        for time in times
        if max(NOW_MS - 14 * DAY_MS, expired_before_ms) <= time <= NOW_MS + 2 * HOUR_MS
    ]
    if good and good[-1] - good[0] > DAY_MS:
        with pytest.raises(InvalidParameter):
            accepted(*times, expired_before_ms=expired_before_ms)
        return
    batch = accepted(*times, expired_before_ms=expired_before_ms)
    assert [event.timestamp_ms for event in batch.events] == good
    first = max(batch.too_old_end or 0, batch.expired_end or 0)
    last = len(times) if batch.too_new_start is None else batch.too_new_start
    assert times[first:last] == good
