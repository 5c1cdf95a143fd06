"""Checks on what answers show of the environments that gave them."""

import pytest

from tests.curriculum.call_book import CallBook
from webapp.curriculum.checks.copies import AnswersAgree, AnswersCount, CopiesRepeat
from webapp.trace.events import Start

ONE, TWO = "a" * 32, "b" * 32
COUNT = AnswersCount(key="visits", at_least=3)
REPEAT = CopiesRepeat(key="visits")
AGREE = AnswersAgree(key="visits", at_least=3)


def counted(*visits: tuple[str, object]) -> CallBook:
    book = CallBook()
    for environment, number in visits:
        book.call({}, {"visits": number}, environment=environment)
    return book


def test_one_environment_that_counts_up_passes() -> None:
    book = counted((ONE, 1), (TWO, 1), (ONE, 2), (ONE, 3))
    verdict = COUNT.verdict(book.entries)
    assert (verdict.state, verdict.message) == ("passed", "env aaaa counted 1, 2, 3.")
    assert len(verdict.deciding) == 3


@pytest.mark.parametrize(
    "visits",
    [
        [(ONE, 1), (ONE, 2)],
        [(ONE, 1), (TWO, 2), (ONE, 3)],
        [(ONE, 1), (ONE, 3), (ONE, 5)],
        [(ONE, 1), (ONE, 1), (ONE, 1)],
        [(ONE, "1"), (ONE, "2"), (ONE, "3")],
        [(ONE, True), (ONE, 2), (ONE, 3)],
    ],
)
def test_anything_else_is_no_counting(visits: list[tuple[str, object]]) -> None:
    assert COUNT.verdict(counted(*visits).entries).state == "open"


def test_a_count_that_begins_again_is_followed_from_there() -> None:
    book = counted((ONE, 5), (ONE, 1), (ONE, 2), (ONE, 3))
    assert COUNT.verdict(book.entries).message == "env aaaa counted 1, 2, 3."


def test_the_same_number_from_two_environments_passes() -> None:
    book = counted((ONE, 1), (ONE, 2), (TWO, 1))
    verdict = REPEAT.verdict(book.entries)
    assert (verdict.state, verdict.message) == ("passed", "env aaaa and env bbbb both answered 1.")


def test_calls_that_all_met_one_environment_are_told() -> None:
    assert REPEAT.verdict(counted((ONE, 1)).entries).state == "open"
    verdict = REPEAT.verdict(counted((ONE, 1), (ONE, 2)).entries)
    assert (verdict.state, verdict.message) == (
        "failed",
        "2 calls, and env aaaa served all of them.",
    )
    assert REPEAT.verdict(counted((ONE, 1), (TWO, 7)).entries).state == "open"


def test_one_environment_that_repeats_itself_is_no_second_copy() -> None:
    book = counted((ONE, 1), (ONE, 1))
    assert REPEAT.verdict(book.entries).state == "failed"
    book.call({}, {"visits": 1}, environment=TWO)
    assert REPEAT.verdict(book.entries).state == "passed"


def burst(book: CallBook, run: str, *answers: tuple[Start, object]) -> None:
    book.run = run
    for number, (start, visits) in enumerate(answers):
        book.call({}, {"visits": visits}, environment=f"{number:032x}", start=start)


def test_one_press_whose_answers_agree_passes_when_some_are_cold_and_some_warm() -> None:
    book = CallBook()
    burst(book, "1", ("warm", 42), ("cold", 42))
    assert AGREE.verdict(book.entries).state == "open", "too few"
    burst(book, "2", ("cold", 42), ("cold", 42), ("cold", 42))
    verdict = AGREE.verdict(book.entries)
    assert verdict.state == "failed"
    assert verdict.message.startswith("All 3 were cold; they agree when some are cold")
    burst(book, "3", ("warm", 4), ("cold", 1), ("cold", 1))
    assert AGREE.verdict(book.entries).message == "The 3 answers hold 4, 1 as visits."
    burst(book, "4", ("warm", 42), ("cold", 42), ("cold", 42.0))
    verdict = AGREE.verdict(book.entries)
    assert verdict.state == "passed"
    assert verdict.message == "3 answers, cold and warm, all with 42 as visits."
    assert len(verdict.deciding) == 3


def test_answers_without_the_value_do_not_agree() -> None:
    book = CallBook()
    book.call({}, {}, start="warm")
    book.call({}, {}, start="cold")
    book.call({}, status="error", start="cold")
    verdict = AGREE.verdict(book.entries)
    assert (verdict.state, verdict.message) == ("failed", "The 3 answers hold nothing as visits.")
