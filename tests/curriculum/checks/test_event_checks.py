"""Checks on events of asynchronous calls, each with what passes and what is nearly right."""

import pytest

from tests.curriculum.event_book import EventBook
from webapp.curriculum.checks.event_checks import (
    EventAttempts,
    EventComesTwice,
    RecordReaches,
    target_name,
)
from webapp.trace.events import EventRepeated, InvocationAccepted, InvocationThrottled

ORDER = {"order_id": "1042"}
THREE = EventAttempts(at_least=3, at_most=3, ended=("RetriesExhausted",))


@pytest.fixture
def book() -> EventBook:
    return EventBook()


def test_three_attempts_are_told_with_their_times(book: EventBook) -> None:
    book.event(ORDER)
    verdict = THREE.verdict(book.entries)
    assert verdict.state == "passed"
    assert verdict.message == "3 attempts, at 0:00, 1:00 and 3:00, and no attempt was left."
    assert len(verdict.deciding) == 3 * 3 + 2


def test_an_event_that_succeeds_sooner_fails_and_says_so(book: EventBook) -> None:
    book.event(ORDER, endings=["error", "ok"])
    verdict = THREE.verdict(book.entries)
    assert verdict.state == "failed"
    assert verdict.message == "2 attempts, at 0:00 and 1:00, then it succeeded."


def test_an_event_that_is_not_done_decides_nothing(book: EventBook) -> None:
    book.event(ORDER)
    assert THREE.verdict(book.entries[:-1]).state == "open"


def test_waits_and_the_event_are_looked_at(book: EventBook) -> None:
    book.event(ORDER)
    assert EventAttempts(waits=(60.0, 120.0)).verdict(book.entries).state == "passed"
    assert EventAttempts(waits=(60.0, 60.0)).verdict(book.entries).state == "failed"
    assert EventAttempts(event={"order_id": "7"}).verdict(book.entries).state == "open"


def test_who_brought_the_event_is_looked_at(book: EventBook) -> None:
    for source in ("page", "topics", "topic news"):
        request = book.queue(ORDER, source=source)
        book.begin(request, ORDER, source=source)
        book.end(request)
        book.finish(request, "Success", 1)
    passed = EventAttempts(source="topic", ended=("Success",)).verdict(book.entries)
    assert passed.deciding == (12, 13, 14)
    assert EventAttempts(source="bucket").verdict(book.entries).state == "open"
    assert EventAttempts(source="topics").verdict(book.entries).deciding == (7, 8, 9)


def test_a_back_off_is_no_retry(book: EventBook) -> None:
    request = book.queue(ORDER)
    book.wait(request, 1.0, rule="back-off")
    book.begin(request, ORDER)
    book.end(request)
    book.finish(request, "Success", 1)
    assert EventAttempts(waits=(1.0,)).verdict(book.entries).state == "failed"
    assert EventAttempts(ended=("Success",)).verdict(book.entries).state == "passed"


def test_attempts_that_were_throttled_are_counted_apart(book: EventBook) -> None:
    request = book.queue(ORDER)
    book.add(InvocationAccepted(function="charge", request_id=request))
    book.add(InvocationThrottled(function="charge", request_id=request, reason="", limit=1))
    book.wait(request, 1.0, rule="back-off")
    book.begin(request, ORDER)
    book.end(request)
    book.finish(request, "Success", 1)
    verdict = EventAttempts(refused_at_least=1).verdict(book.entries)
    assert verdict.state == "passed"
    assert verdict.message == ("1 attempt, at 0:01, and 1 that was throttled, then it succeeded.")
    assert EventAttempts(refused_at_least=2).verdict(book.entries).state == "failed"


def test_an_event_that_comes_again_after_its_success_is_told(book: EventBook) -> None:
    request = book.queue(ORDER)
    for _ in range(2):
        assert EventComesTwice().verdict(book.entries).state == "open"
        book.begin(request, ORDER)
        book.end(request)
        book.add(EventRepeated(function="charge", request_id=request, attempt=1))
    verdict = EventComesTwice().verdict(book.entries)
    assert (verdict.state, verdict.message) == (
        "passed",
        "It succeeded, and came again: 2 attempts, one request id.",
    )


def test_a_record_in_its_target_passes_with_why_it_went_there(book: EventBook) -> None:
    book.deliver(book.event(ORDER), "orders-failed")
    verdict = RecordReaches(target="orders-failed", condition=("RetriesExhausted",)).verdict(
        book.entries
    )
    assert verdict.state == "passed"
    assert verdict.message == (
        "The record went to orders-failed: RetriesExhausted after 3 attempts."
    )


def test_where_it_went_instead_is_told(book: EventBook) -> None:
    check = RecordReaches(target="orders-failed")
    book.event(ORDER)
    assert check.verdict(book.entries).message == (
        "The event ended with RetriesExhausted after 3 attempts, and went nowhere: "
        "no target is set for that."
    )
    book.deliver(book.event(ORDER, endings=["ok"]), "orders-done")
    verdict = check.verdict(book.entries)
    assert (verdict.state, verdict.message) == (
        "failed",
        "The event ended with Success after 1 attempt, and went to orders-done (destination).",
    )


def test_a_dead_letter_is_no_record(book: EventBook) -> None:
    book.deliver(book.event(ORDER), "orders-dead", kind="dead-letter queue")
    assert RecordReaches(target="orders-dead").verdict(book.entries).state == "failed"
    check = RecordReaches(target="orders-dead", kind="dead-letter queue")
    assert check.verdict(book.entries).message.startswith("The event itself went to orders-dead")


def test_a_record_is_of_the_qualifier_that_its_caller_named(book: EventBook) -> None:
    check = RecordReaches(target="orders-done", qualifier="live")
    book.deliver(book.event(ORDER, endings=["ok"]), "orders-done")
    assert check.verdict(book.entries).state == "failed"
    book.deliver(book.event(ORDER, endings=["ok"]), "orders-done", qualifier="live")
    assert check.verdict(book.entries).state == "passed"


def test_a_target_is_named_by_the_end_of_its_arn() -> None:
    assert target_name("arn:aws:sqs:us-east-1:0:orders") == "orders"
    assert target_name("arn:aws:lambda:us-east-1:0:function:audit:live") == "audit"
    assert target_name("arn:aws:events:us-east-1:0:event-bus/shop") == "shop"
