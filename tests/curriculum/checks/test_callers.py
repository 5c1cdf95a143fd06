"""Checks on callers: who tries again, and who is refused."""

import pytest

from tests.curriculum.event_book import CHARGE, EventBook
from webapp.curriculum.checks.callers import CallerRetries, CallThrottled, ThrottlingOutlasted
from webapp.trace.events import InvocationAccepted, InvocationThrottled, Status

SHOP = "shop"
RETRIES = CallerRetries(caller=SHOP, function=CHARGE, at_least=3)


@pytest.fixture
def book() -> EventBook:
    return EventBook()


def shop(book: EventBook, *endings: Status, gap: float = 0.4) -> None:
    book.press("order")
    book.begin("shop-1", function=SHOP)
    for number, ending in enumerate(endings):
        book.begin(f"charge-{number}")
        book.time += gap
        book.end(f"charge-{number}", ending)
    book.end("shop-1", function=SHOP)


def throttled(book: EventBook, request: str) -> None:
    book.add(InvocationAccepted(function=CHARGE, request_id=request))
    book.add(
        InvocationThrottled(
            function=CHARGE, request_id=request, reason="ConcurrentInvocationLimitExceeded", limit=1
        )
    )


def test_a_caller_that_tries_until_it_is_answered_passes_with_its_waits(book: EventBook) -> None:
    shop(book, "error", "error", "ok")
    verdict = RETRIES.verdict(book.entries)
    assert verdict.state == "passed"
    assert verdict.message == "shop called charge 3 times, 0.4 s and 0.4 s apart."


def test_a_caller_that_gives_up_fails(book: EventBook) -> None:
    shop(book, "error")
    verdict = RETRIES.verdict(book.entries)
    assert (verdict.state, verdict.message) == (
        "failed",
        "shop called charge once, and did not try again.",
    )


def test_a_caller_that_never_gets_an_answer_fails(book: EventBook) -> None:
    shop(book, "error", "error", "error")
    verdict = RETRIES.verdict(book.entries)
    assert verdict.state == "failed"
    assert verdict.message.endswith("apart; the last call failed as well.")


def test_a_caller_that_still_runs_decides_nothing(book: EventBook) -> None:
    shop(book, "error", "error", "ok")
    assert RETRIES.verdict(book.entries[:-1]).state == "open"


def test_calls_of_several_presses_are_not_one_callers(book: EventBook) -> None:
    for _ in range(3):
        shop(book, "ok")
    assert RETRIES.verdict(book.entries).state == "failed"


def test_a_refused_call_passes_and_a_refused_attempt_of_an_event_does_not(
    book: EventBook,
) -> None:
    throttled(book, book.queue())
    assert CallThrottled().verdict(book.entries).state == "open"
    throttled(book, "call-1")
    verdict = CallThrottled().verdict(book.entries)
    assert (verdict.state, verdict.message) == ("passed", "The caller got 429, and nothing ran.")


OUTLASTED = ThrottlingOutlasted(caller=SHOP, function=CHARGE)


def two_shops(book: EventBook, *, refused: int, answered: int) -> None:
    """Let two shops call at once: some calls are refused before so many are answered."""
    book.press("order")
    for shop in ("shop-1", "shop-2"):
        book.begin(shop, function=SHOP)
    for number in range(refused):
        throttled(book, f"refused-{number}")
    for number in range(answered):
        book.begin(f"charge-{number}")
        book.end(f"charge-{number}", "ok")
    for shop in ("shop-1", "shop-2"):
        book.end(shop, function=SHOP)


def test_callers_that_outlast_throttling_pass_with_what_was_refused(book: EventBook) -> None:
    two_shops(book, refused=3, answered=2)
    verdict = OUTLASTED.verdict(book.entries)
    assert (verdict.state, verdict.message) == (
        "passed",
        "charge refused 3 calls with 429, and every caller had its answer in the end.",
    )


def test_a_caller_that_throttling_outlasts_fails(book: EventBook) -> None:
    two_shops(book, refused=1, answered=1)
    verdict = OUTLASTED.verdict(book.entries)
    assert (verdict.state, verdict.message) == (
        "failed",
        "charge refused 1 call with 429, and 1 of 2 callers had an answer.",
    )


def test_without_a_refusal_or_while_a_caller_runs_nothing_is_decided(book: EventBook) -> None:
    two_shops(book, refused=0, answered=2)
    assert OUTLASTED.verdict(book.entries).state == "open"
    book.press("order")
    book.begin("shop-3", function=SHOP)
    throttled(book, "refused")
    assert OUTLASTED.verdict(book.entries).state == "open"
