"""When a run is over: not before what it put on a bus was taken, and tried once."""

from typing import Any

from tests.curriculum.event_book import EventBook
from webapp.curriculum.underway import is_underway
from webapp.trace.events import (
    Entry,
    RuleMatched,
    TargetGivenUp,
    TargetReached,
    TargetRetryScheduled,
)

WHERE: dict[str, Any] = {"bus": "shop", "rule": "all", "event_id": "e1"}
MATCHED = RuleMatched(**WHERE, targets=2)


def underway(entries: list[Entry]) -> bool:
    return is_underway(entry.fact for entry in entries)


def reached(attempt: int = 1) -> TargetReached:
    return TargetReached(**WHERE, target="t", attempt=attempt, body="")


def test_a_call_is_underway_until_it_has_ended() -> None:
    book = EventBook()
    book.begin("one")
    assert underway(book.entries)
    book.end("one", "error")
    assert not underway(book.entries)


def test_an_event_is_underway_until_its_first_attempt_has_ended() -> None:
    book = EventBook()
    request = book.queue()
    assert underway(book.entries)
    book.begin(request)
    book.end(request, "error")
    assert not underway(book.entries)


def test_a_matched_event_is_underway_until_every_target_answered_once() -> None:
    assert is_underway([MATCHED])
    assert is_underway([MATCHED, reached()])
    assert not is_underway([MATCHED, reached(), reached()])


def test_what_waits_for_a_later_attempt_holds_nothing_up() -> None:
    retry = TargetRetryScheduled(
        **WHERE, target="t", attempt=2, due=9.0, wait_seconds=3.0, reason="Busy."
    )
    again = TargetRetryScheduled(
        **WHERE, target="t", attempt=3, due=19.0, wait_seconds=9.0, reason="Busy."
    )
    lost = TargetGivenUp(**WHERE, target="t", attempts=3, condition="", reason="Gone.")
    assert not is_underway([MATCHED, reached(), retry])
    assert is_underway([MATCHED, retry, again, lost])
