"""The check that a handler knows who called, with what passes and what is nearly right."""

from pathlib import Path
from typing import Any

import pytest

from tests.curriculum.event_book import CHARGE, EventBook
from tests.curriculum.small_course import TASK, only_problem
from webapp.curriculum.checks.caller_checks import CallersNamed
from webapp.trace.events import FunctionChanged

KNOWN = CallersNamed(
    function=CHARGE,
    key="caller",
    names={"topic": "sns", "bucket": "s3", "subscription filter": "logs"},
)


@pytest.fixture
def book() -> EventBook:
    return EventBook()


def call(book: EventBook, source: str, answer: Any, *, function: str = CHARGE) -> None:
    request = book.queue(source=source)
    book.begin(request, source=source, function=function)
    if answer is KeyError:
        book.end(request, "error", function=function)
    else:
        book.end(request, answer={"caller": answer}, function=function)


def all_known(book: EventBook) -> None:
    call(book, "topic news", "sns")
    call(book, "bucket receipts", "s3")
    call(book, "subscription filter errors", "logs")


def test_all_callers_named_pass_with_their_answers(book: EventBook) -> None:
    all_known(book)
    verdict = KNOWN.verdict(book.entries)
    assert verdict.state == "passed"
    assert verdict.message == "Named sns, s3 and logs: all by the same code."
    assert verdict.deciding == (4, 8, 12)


def test_what_is_named_so_far_is_told_and_who_has_still_to_call(book: EventBook) -> None:
    assert KNOWN.verdict(book.entries).state == "open"
    call(book, "bucket receipts", "S3 ")
    verdict = KNOWN.verdict(book.entries)
    assert (verdict.state, verdict.message) == ("open", "Named s3. Still to call: sns and logs.")


@pytest.mark.parametrize("answer", ["sqs", None, 7, ["sns"]])
def test_another_name_fails_and_says_what_was_answered(book: EventBook, answer: Any) -> None:
    call(book, "topic news", answer)
    verdict = KNOWN.verdict(book.entries)
    assert verdict.state == "failed"
    assert verdict.message.startswith("An event of sns was answered ")


def test_a_handler_that_raises_on_an_event_fails(book: EventBook) -> None:
    call(book, "topic news", KeyError)
    assert KNOWN.verdict(book.entries).message == "The handler ended with error on an event of sns."


def test_a_wrong_name_is_forgotten_once_the_same_caller_is_named_right(book: EventBook) -> None:
    call(book, "topic news", "s3")
    all_known(book)
    assert KNOWN.verdict(book.entries).state == "passed"


def test_names_by_earlier_code_do_not_count(book: EventBook) -> None:
    call(book, "topic news", "sns")
    call(book, "bucket receipts", "s3")
    book.add(
        FunctionChanged(
            function=CHARGE,
            change="code",
            state="Successful",
            revision_id="r",
            timeout=3,
            memory_mb=128,
        )
    )
    call(book, "subscription filter errors", "logs")
    verdict = KNOWN.verdict(book.entries)
    assert (verdict.state, verdict.message) == ("open", "Named logs. Still to call: sns and s3.")


def test_a_press_of_ones_own_and_another_function_decide_nothing(book: EventBook) -> None:
    call(book, "page", "sns")
    call(book, "topics", "sns")
    call(book, "topic news", "sns", function="other")
    assert KNOWN.verdict(book.entries).message == ""


def test_a_lesson_gives_function_key_and_names(tmp_path: Path) -> None:
    body = "## One\n\n" + TASK.replace("cold_start", "callers_named\nkey: caller\nfunction: f")
    assert only_problem(tmp_path, body=body).message.startswith("'names' is missing")
