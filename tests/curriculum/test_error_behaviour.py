"""The table of what was seen of errors: who sees them, how often it is tried, where it ends."""

from dataclasses import replace
from typing import Any

from tests.curriculum.event_book import CHARGE, EventBook
from webapp.curriculum.error_behaviour import ErrorBehaviour, Failures, Seen
from webapp.trace.events import (
    EventFinished,
    InvocationAccepted,
    InvocationFinished,
    InvocationThrottled,
    RecordDelivered,
    RetryScheduled,
)


def said(seen: Seen | None) -> str:
    return seen.text if seen else ""


def rows(book: EventBook) -> tuple[ErrorBehaviour, ErrorBehaviour]:
    failures = Failures()
    for entry in book.entries:
        failures.take(entry)
    synchronous, asynchronous = failures.rows()
    return synchronous, asynchronous


def attempt(book: EventBook, request: str, *, fails: bool = True) -> None:
    book.begin(request)
    book.time += 0.3
    book.add(finished(request, fails=fails))


def finished(request: str, *, fails: bool = True) -> InvocationFinished:
    return InvocationFinished(
        function=CHARGE,
        request_id=request,
        environment="e" * 32,
        status="error" if fails else "ok",
        duration=0.3,
        billed_ms=300,
        memory_mb=128,
        max_memory_mb=30,
        error_type="TimeoutError" if fails else None,
    )


def test_nothing_is_seen_before_anything_failed() -> None:
    book = EventBook()
    book.add(InvocationAccepted(function=CHARGE, request_id="call"))
    book.add(finished("call", fails=False))
    assert rows(book) == (
        ErrorBehaviour(model="synchronous"),
        ErrorBehaviour(model="asynchronous"),
    )


def test_a_synchronous_caller_sees_the_error_and_nobody_tries_again() -> None:
    book = EventBook()
    book.add(InvocationAccepted(function=CHARGE, request_id="call"))
    failed = book.add(finished("call"))
    row, other = rows(book)
    assert "TimeoutError in the answer, with status 200" in said(row.who)
    assert said(row.tries).startswith("One try.")
    assert said(row.end).startswith("With the caller.")
    assert row.who is not None
    assert failed.sequence in row.who.deciding
    assert other == ErrorBehaviour(model="asynchronous")


def test_a_throttled_caller_sees_429() -> None:
    book = EventBook()
    book.add(InvocationAccepted(function=CHARGE, request_id="call"))
    book.add(InvocationThrottled(function=CHARGE, request_id="call", reason="Limit", limit=1))
    assert "429" in said(rows(book)[0].who)


def test_of_an_event_nobody_sees_the_error_and_the_row_fills_as_time_passes() -> None:
    book = EventBook()
    request = book.queue()
    about: dict[str, Any] = {"function": CHARGE, "request_id": request}
    for number, wait in ((2, 60.0), (3, 120.0)):
        attempt(book, request)
        book.add(
            RetryScheduled(
                function=CHARGE,
                request_id=request,
                attempt=number,
                due=book.time + wait,
                wait_seconds=wait,
                rule="first retry",
            )
        )
        assert "so far" in said(rows(book)[1].tries)
        assert rows(book)[1].end is None
        book.time += wait
    attempt(book, request)
    book.add(EventFinished(**about, condition="RetriesExhausted", attempts=3, deliveries=1))
    assert rows(book)[1].end is None, "its record is still on the way"
    record = book.add(
        RecordDelivered(**about, kind="destination", target="arn:aws:sqs:x:1:failed", record="{}")
    )
    row = rows(book)[1]
    assert "Nobody" in said(row.who)
    assert said(row.tries) == "3 tries, at 0:00, 1:00 and 3:00 after the 202."
    assert said(row.end) == "In failed, as a record (RetriesExhausted)."
    assert row.end is not None
    assert row.end.deciding == (record.sequence,)


def test_an_event_without_a_destination_ends_nowhere() -> None:
    book = EventBook()
    request = book.queue()
    attempt(book, request)
    book.add(
        EventFinished(function=CHARGE, request_id=request, condition="RetriesExhausted", attempts=1)
    )
    assert said(rows(book)[1].end).startswith("Nowhere:")


def test_an_event_that_was_given_up_tells_more_than_a_newer_one_on_its_way() -> None:
    book = EventBook()
    first = book.queue()
    attempt(book, first)
    book.add(
        EventFinished(function=CHARGE, request_id=first, condition="RetriesExhausted", attempts=1)
    )
    before = rows(book)[1]
    attempt(book, book.queue())
    assert rows(book)[1] == replace(before)
