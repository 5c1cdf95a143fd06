"""Checks on how calls ended, each with what passes and what is nearly right."""

import pytest

from tests.curriculum.call_book import CallBook
from webapp.curriculum.checks.endings import CallAnswers, CallFails, Logged
from webapp.trace.events import Status

SOUP, TEA = {"item": "soup"}, {"item": "tea"}
NO_SOUP = CallFails(type="ValueError", says="soup", event=SOUP)


def test_the_error_that_is_meant_passes_and_is_told() -> None:
    book = CallBook()
    book.call(SOUP, status="error", error=("ValueError", "There is no soup."))
    verdict = NO_SOUP.verdict(book.entries)
    assert verdict.state == "passed"
    assert verdict.message == "The call raised ValueError: There is no soup."
    assert verdict.deciding == (1, 3)


@pytest.mark.parametrize(
    ("status", "error", "told"),
    [
        ("error", ("KeyError", "'soup'"), "The call raised KeyError: 'soup'."),
        ("error", ("ValueError", "no"), "The call raised ValueError: no."),
        ("timeout", None, "The call was ended by its timeout after 0.20 s."),
        ("ok", None, "The call was answered after 0.20 s."),
    ],
)
def test_another_ending_of_that_event_is_told(
    status: Status, error: tuple[str, str] | None, told: str
) -> None:
    book = CallBook()
    book.call(SOUP, status=status, error=error)
    verdict = NO_SOUP.verdict(book.entries)
    assert (verdict.state, verdict.message) == ("failed", told)


def test_other_events_decide_nothing() -> None:
    book = CallBook()
    book.call(TEA, status="error", error=("ValueError", "There is no soup."))
    assert NO_SOUP.verdict(book.entries).state == "open"


def test_without_parameters_any_failure_passes_and_no_success_fails() -> None:
    book = CallBook()
    book.call(TEA)
    assert CallFails().verdict(book.entries).state == "open"
    book.call(TEA, status="crash")
    assert CallFails(status=("timeout",)).verdict(book.entries).state == "failed"
    assert CallFails().verdict(book.entries).message == "The call crashed after 0.20 s."


def test_an_error_text_that_utf_8_cannot_say_does_no_harm() -> None:
    book = CallBook()
    book.call(SOUP, status="error", error=("ValueError", "soup \ud800" + "x" * 900))
    message = NO_SOUP.verdict(book.entries).message
    assert message.encode()
    assert len(message) < 150


def test_a_slow_call_that_is_answered_passes() -> None:
    book, check = CallBook(), CallAnswers(seconds=1.5, event=SOUP)
    book.call(SOUP, seconds=0.1)
    book.call(TEA, seconds=3.0)
    assert check.verdict(book.entries).state == "open"
    book.call(SOUP, status="timeout", seconds=1.0)
    verdict = check.verdict(book.entries)
    assert (verdict.state, verdict.message) == (
        "failed",
        "The call was ended by its timeout after 1.00 s.",
    )
    book.call(SOUP, seconds=2.0)
    verdict = check.verdict(book.entries)
    assert (verdict.state, verdict.message) == ("passed", "The answer came after 2.00 s.")


def test_a_printed_line_with_the_events_word_passes() -> None:
    book, check = CallBook(), Logged(key="item")
    request = book.call(TEA)
    book.printed(request, "order: coffee")
    book.printed("request-9", "order: tea")
    assert check.verdict(book.entries).state == "open"
    book.printed(request, "order: tea")
    verdict = check.verdict(book.entries)
    assert (verdict.state, verdict.message) == ("passed", 'A line of the log says "tea".')


@pytest.mark.parametrize("event", [None, {}, {"item": ""}, {"item": 7}, "item"])
def test_an_event_without_that_text_decides_nothing(event: object) -> None:
    book = CallBook()
    request = book.call(event)
    book.printed(request, "7 item")
    assert Logged(key="item").verdict(book.entries).state == "open"
