"""Predictions that ask when each attempt of an event comes."""

from dataclasses import replace

import pytest

from tests.curriculum.event_book import CHARGE, EventBook
from webapp.curriculum.attempt_times import AttemptTimes
from webapp.curriculum.content import Html
from webapp.curriculum.model import UNKNOWN, Prediction, PredictionOption
from webapp.curriculum.predictions import NOTHING_HELD, decide
from webapp.curriculum.press import Invoke, Press

TIMES = AttemptTimes(
    most=4,
    times=(0, 60, 120, 180, 240),
    right=Html("Right."),
    wrong=Html("The waits grow."),
    remarks={"0-60-120-never": Html("One minute, then two.")},
)
ASKED = Prediction(
    id="when",
    question=Html("When?"),
    press=Press(
        id="send",
        label="Send",
        busy="Sending",
        action=Invoke(function=CHARGE, event="order", model="asynchronous"),
    ),
    options=(PredictionOption(id=UNKNOWN, text=Html("?"), feedback=Html()),),
    attempts=TIMES,
)


@pytest.fixture
def book() -> EventBook:
    return EventBook()


def sent(book: EventBook, answer: str) -> None:
    book.commit("when", answer)
    book.press("send")
    book.event()


def test_each_cell_is_compared_with_when_its_attempt_really_came(book: EventBook) -> None:
    sent(book, "0-60-120-never")
    outcome = decide(ASKED, book.entries)
    assert outcome is not None
    assert (outcome.right, outcome.held) == (False, ("0-60-180-never",))
    told = [(cell.said, cell.ran, cell.right) for cell in outcome.cells]
    assert told == [
        ("0:00", "0:00", True),
        ("1:00", "1:00", True),
        ("2:00", "3:00", False),
        ("none", "none", True),
    ]
    assert outcome.explained == "One minute, then two."


def test_what_was_said_wrongly_stands_where_it_was_said_on_the_lane_of_the_queue(
    book: EventBook,
) -> None:
    sent(book, "0-60-120-never")
    outcome = decide(ASKED, book.entries)
    assert outcome is not None
    first, second, third = outcome.ghosts
    assert first.right
    assert second.right
    assert (third.missing, third.text, third.queue_of) == (1, "2:00", CHARGE)
    assert third.time == 1000.0 + 120
    assert len(outcome.deciding) == 3


def test_all_right_is_right(book: EventBook) -> None:
    sent(book, "0-60-180-never")
    outcome = decide(ASKED, book.entries)
    assert outcome is not None
    assert (outcome.right, outcome.explained) == (True, "Right.")


def test_more_attempts_than_were_said_are_shown_beside_none(book: EventBook) -> None:
    sent(book, "0-never-never-never")
    outcome = decide(ASKED, book.entries)
    assert outcome is not None
    assert [cell.right for cell in outcome.cells] == [True, False, False, True]
    assert outcome.explained == "The waits grow."


def test_not_knowing_shows_what_came_and_explains_it(book: EventBook) -> None:
    sent(book, UNKNOWN)
    outcome = decide(ASKED, book.entries)
    assert outcome is not None
    assert outcome.right is None
    assert [cell.ran for cell in outcome.cells] == ["0:00", "1:00", "3:00", "none"]
    assert (outcome.explained, outcome.ghosts) == ("Right.", ())


def test_nothing_is_decided_before_the_event_has_ended(book: EventBook) -> None:
    sent(book, "0-60-180-never")
    assert decide(ASKED, book.entries[:-1]) is None


def test_times_that_no_cell_offers_are_said_to_be_none_of_them(book: EventBook) -> None:
    book.commit("when", "0-60-180-never")
    book.press("send")
    book.event(waits=(60.0, 3600.0))
    outcome = decide(ASKED, book.entries)
    assert outcome is not None
    assert (outcome.held, outcome.explained) == ((), NOTHING_HELD)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("0-60-180-never", ""),
        ("0-never-never-never", ""),
        (UNKNOWN, ""),
        ("0-60-180", "Choose a time for each of the 4 attempts"),
        ("0-60-180-", "Choose a time for each of the 4 attempts"),
        ("0-61-180-never", "Choose a time for each of the 4 attempts"),
        ("0-60-60-never", "choose times that grow"),
        ("0-never-60-never", "none follows"),
        ("9" * 5000, "Choose a time for each of the 4 attempts"),
    ],
)
def test_an_answer_is_a_time_for_every_attempt_in_order(answer: str, problem: str) -> None:
    found = ASKED.problem(answer)
    assert problem in found
    assert bool(problem) == bool(found)


def test_an_attempt_is_that_of_the_nearest_time_if_any_is_near() -> None:
    assert [TIMES.nearest(seconds) for seconds in (0.0, 62.5, 185.0, 900.0)] == [0, 60, 180, None]
    wide = replace(TIMES, times=(0, 60, 180))
    assert wide.nearest(211.0) is None
