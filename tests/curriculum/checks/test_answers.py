"""Checks on what answers hold, each with what passes and what is nearly right."""

from typing import Any

import pytest

from tests.curriculum.call_book import CallBook
from tests.curriculum.fake_lab import FakeLab
from webapp.curriculum.calls import LARGEST_READ, SHOWN
from webapp.curriculum.checks.answers import (
    AnswerChanges,
    AnswerHolds,
    AnswerKnows,
    Answers,
    AnswersTellStart,
)
from webapp.curriculum.checks.verdict import Verdict

CHECK = AnswersTellStart(key="cold")


def test_one_right_answer_of_each_kind_passes() -> None:
    lab = FakeLab(tells=True)
    lab.invoke()
    assert CHECK.verdict(lab.entries).state == "open"
    lab.invoke()
    verdict = CHECK.verdict(lab.entries)
    assert verdict.state == "passed"
    assert len(verdict.deciding) == 2


def test_answers_without_the_key_decide_nothing() -> None:
    lab = FakeLab()
    lab.invoke()
    lab.invoke()
    assert CHECK.verdict(lab.entries).state == "open"


@pytest.mark.parametrize(
    "bodies",
    [
        (["cold"], ["cold"]),
        ("cold", "cold"),
        ({"cold": 1}, {"cold": 0}),
        ({"cold": "true"}, {"cold": "false"}),
        ({"cold": [True]}, {"cold": None}),
    ],
)
def test_only_true_and_false_in_an_object_count(bodies: tuple[object, object]) -> None:
    lab = FakeLab()
    for request, body in zip(("request-1", "request-2"), bodies, strict=True):
        (environment,) = lab.invoke()
        lab.answer(request, environment=environment, body=body)
    assert CHECK.verdict(lab.entries).state != "passed"


def test_always_true_fails_on_the_warm_call() -> None:
    lab = FakeLab()
    lab.invoke()
    (environment,) = lab.invoke()
    lab.answer("request-2", environment=environment, body={"cold": True})
    verdict = CHECK.verdict(lab.entries)
    assert verdict.state == "failed"
    assert verdict.message == f'env {environment[:4]} answered "cold": true on a warm start.'


def test_a_response_that_was_cut_decides_nothing() -> None:
    lab = FakeLab()
    (environment,) = lab.invoke()
    lab.answer("request-1", environment=environment, body={"cold": True})
    broken = lab.entries[-1].fact
    object.__setattr__(broken, "response", '{"cold": true, "text": "aaaa')
    assert CHECK.verdict(lab.entries).state == "open"


# -- answers: the right value for each event, all by the same code

TEA, COFFEE = {"item": "tea", "count": 2}, {"item": "coffee", "count": 3}
TOTALS = Answers(key="total", to={"tea": 5, "coffee": 10.5}, events={"tea": TEA, "coffee": COFFEE})


def totals(book: CallBook) -> Verdict:
    return TOTALS.verdict(book.entries)


def test_right_answers_to_all_events_pass_in_any_order() -> None:
    book = CallBook()
    book.call(COFFEE, {"total": 10.5})
    assert totals(book).state == "open"
    book.call({"item": "cake"}, {"total": 1})
    book.call({"count": 2.0, "item": "tea"}, {"total": 5.0})
    verdict = totals(book)
    assert verdict.state == "passed"
    assert verdict.deciding == (3, 9)
    assert verdict.message == "total is right for every event (tea: 5, coffee: 10.5)."


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"total": 4}, "tea was answered 4 as total, not 5."),
        ({"total": "5"}, 'tea was answered "5" as total, not 5.'),
        ({"total": True}, "tea was answered true as total, not 5."),
        ({"sum": 5}, "tea was answered nothing as total, not 5."),
        ([5], "tea was answered nothing as total, not 5."),
        ({"total": None}, "tea was answered null as total, not 5."),
        ({"total": "x" * 500}, f'tea was answered "{"x" * (SHOWN - 1)}… as total, not 5.'),
    ],
)
def test_a_wrong_value_is_told(answer: Any, told: str) -> None:
    book = CallBook()
    book.change("code")
    book.call(TEA, answer)
    verdict = totals(book)
    assert (verdict.state, verdict.message) == ("failed", told)
    assert verdict.deciding == (4,)


def test_code_that_nobody_touched_yet_is_not_told_what_it_lacks() -> None:
    book = CallBook()
    book.change("created")
    book.call(TEA, {"price": 2.5})
    assert totals(book).state == "open"


def test_an_error_in_place_of_an_answer_is_told() -> None:
    book = CallBook()
    book.call(TEA, status="error", error=("NameError", "name 'prise' is not defined"))
    assert totals(book).message == "The call with tea ended with NameError."


def test_answers_of_different_code_do_not_add_up() -> None:
    book = CallBook()
    book.change("created")
    book.call(TEA, {"total": 5})
    book.change("code")
    book.call(COFFEE, {"total": 10.5})
    assert totals(book).state == "open"
    book.call(TEA, {"total": 5})
    assert totals(book).state == "passed"
    book.change("code")
    book.call(TEA, {"total": 0})
    assert totals(book).state == "passed", "what passed stays passed"


def test_a_mistake_of_older_code_is_not_told_again() -> None:
    book = CallBook()
    book.call(TEA, {"total": 4})
    book.change("code")
    book.call(COFFEE, {"total": 10.5})
    assert totals(book).state == "open"


@pytest.mark.parametrize(
    "response",
    ['{"total": 5', "[" * 5000, "", "NaN"],
)
def test_an_answer_that_cannot_be_read_decides_nothing_for_it(response: str) -> None:
    book = CallBook()
    book.call(TEA, response=response)
    assert totals(book).state == "failed"
    assert totals(book).message == "tea was answered nothing as total, not 5."


def test_a_very_large_answer_is_said_to_be_too_large() -> None:
    book = CallBook()
    book.call(TEA, {"total": 5, "x": "x" * LARGEST_READ})
    assert totals(book).message == "The answer to tea is too large to be looked into."


def test_what_utf_8_cannot_say_does_no_harm() -> None:
    book = CallBook()
    book.call(TEA, {"total": "\ud800"})
    assert totals(book).message.encode()


# -- answer_holds, answer_knows


def test_an_answer_that_repeats_the_event_passes() -> None:
    book = CallBook()
    book.call(TEA, {"item": "coffee"})
    book.call("text", {"item": "text"})
    check = AnswerHolds(key="item", of="item")
    assert check.verdict(book.entries).state == "open"
    book.call(TEA, {"item": "tea"})
    verdict = check.verdict(book.entries)
    assert (verdict.state, verdict.message) == ("passed", 'item came from the event: "tea".')


def test_only_the_calls_own_id_passes() -> None:
    book, check = CallBook(), AnswerKnows(key="id", its="request id")
    book.call(TEA, {"other": 1})
    assert check.verdict(book.entries).state == "open"
    book.call(TEA, {"id": "request-1"})
    verdict = check.verdict(book.entries)
    assert verdict.state == "failed"
    assert verdict.message == 'id was "request-1"; the call\'s request id is request-2.'
    book.call(TEA, {"id": "request-3"})
    assert check.verdict(book.entries).state == "passed"


@pytest.mark.parametrize(
    ("its", "value", "state"),
    [
        ("memory", "256", "passed"),
        ("memory", 256, "passed"),
        ("memory", 128, "failed"),
        ("function name", "bill", "passed"),
        ("function name", "Bill", "failed"),
    ],
)
def test_other_things_that_the_context_knows(its: str, value: Any, state: str) -> None:
    book = CallBook()
    book.call(TEA, {"x": value}, memory_mb=256)
    assert AnswerKnows(key="x", its=its).verdict(book.entries).state == state


# -- answer_changes


def test_another_answer_after_a_change_of_the_configuration_alone_passes() -> None:
    book, check = CallBook(), AnswerChanges(key="currency")
    book.call(TEA, {"currency": "EUR"})
    book.change("configuration")
    book.call(COFFEE, {"currency": "NOK"})
    assert check.verdict(book.entries).state == "open", "another event proves nothing"
    book.call(TEA, {"currency": "NOK"})
    verdict = check.verdict(book.entries)
    assert verdict.state == "passed"
    assert verdict.message == (
        'currency was "EUR", then "NOK". Only the configuration had changed.'
    )
    assert verdict.deciding == (3, 4, 10)


def test_a_change_of_the_code_in_between_is_told() -> None:
    book, check = CallBook(), AnswerChanges(key="currency")
    book.call(TEA, {"currency": "EUR"})
    book.change("configuration")
    book.change("code")
    book.call(TEA, {"currency": "NOK"})
    verdict = check.verdict(book.entries)
    assert verdict.state == "failed"
    assert verdict.message == 'currency was "EUR", then "NOK", and the code had changed.'


def test_an_answer_that_changes_by_itself_is_told() -> None:
    book, check = CallBook(), AnswerChanges(key="currency")
    book.change("configuration")
    book.call(TEA, {"currency": "EUR"})
    book.call(TEA, {"currency": "NOK"})
    assert check.verdict(book.entries).message.endswith("and nothing had changed.")


def test_the_same_answer_or_none_decides_nothing() -> None:
    book, check = CallBook(), AnswerChanges(key="currency")
    book.call(TEA, {"currency": "EUR"})
    book.change("configuration")
    book.call(TEA, {"currency": "EUR"})
    book.call(TEA, {"total": 5})
    assert check.verdict(book.entries).state == "open"
