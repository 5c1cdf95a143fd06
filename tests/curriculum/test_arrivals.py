"""What arrived from a caller, by facts: the newest event, and each of its attempts in words."""

from collections.abc import Mapping

import pytest

from tests.curriculum.event_book import CHARGE, EventBook
from webapp.curriculum.arrivals import Arrival, Arrivals
from webapp.curriculum.caller import Caller
from webapp.curriculum.content import Html
from webapp.trace.events import (
    InvocationAbandoned,
    InvocationAccepted,
    InvocationStarted,
    InvocationThrottled,
)

SNS = Caller(
    id="sns",
    name="SNS",
    model="asynchronous",
    says=Html("It publishes."),
    known_by=Html("Sns"),
    source="topic",
)
URL = Caller(
    id="url",
    name="Function URL",
    model="synchronous",
    says=Html("It turns requests into calls."),
    known_by=Html("rawPath"),
    source="url",
)
NEWS = "topic news"


@pytest.fixture
def book() -> EventBook:
    return EventBook()


def arrivals(book: EventBook, *callers: Caller) -> Mapping[str, Arrival]:
    found = Arrivals()
    for entry in book.entries:
        found.take(entry, callers)
    return found.shown()


def arrived(book: EventBook) -> Arrival:
    return arrivals(book, SNS)["sns"]


def tries(book: EventBook) -> list[tuple[str, str]]:
    return [(one.state, one.text) for one in arrived(book).tries]


def test_nothing_arrives_from_who_has_not_called(book: EventBook) -> None:
    book.begin(book.queue(), source="page")
    assert arrivals(book, SNS, URL) == {}


def test_an_event_in_line_has_no_attempt_yet(book: EventBook) -> None:
    book.queue({"n": 1}, source=NEWS)
    assert arrived(book) == Arrival(payload='{"n": 1}', size_bytes=8, tries=())


def test_an_attempt_runs_and_then_says_what_it_returned(book: EventBook) -> None:
    request = book.queue({"n": 1}, source=NEWS)
    book.begin(request, source=NEWS)
    assert tries(book) == [("runs", "Attempt 1, at 0:00, runs.")]
    book.end(request, answer={"caller": "sns"})
    assert tries(book) == [("ok", 'Attempt 1, at 0:00, returned {"caller": "sns"}.')]
    assert arrived(book).tries[0].deciding == (2, 3, 4)


def test_the_newest_event_is_shown(book: EventBook) -> None:
    book.queue({"n": 1}, source=NEWS)
    book.queue({"n": 2}, source="topic other-news")
    book.queue({"n": 3}, source="bucket news")
    assert arrived(book).payload == '{"n": 2}'


def test_a_failed_attempt_says_when_the_next_one_comes(book: EventBook) -> None:
    request = book.queue(source=NEWS)
    book.begin(request, source=NEWS)
    book.end(request, "timeout")
    book.wait(request, 60.0)
    assert tries(book) == [
        ("failed", "Attempt 1, at 0:00, was ended by its timeout."),
        ("waits", "Attempt 2 comes at 1:00."),
    ]
    book.begin(request, source=NEWS)
    book.end(request, answer=7)
    book.finish(request, "Success", 2)
    assert tries(book)[1:] == [("ok", "Attempt 2, at 1:00, returned 7.")]


def test_an_attempt_that_found_no_room_failed(book: EventBook) -> None:
    request = book.queue(source=NEWS)
    book.add(InvocationAccepted(function=CHARGE, request_id=request, model="asynchronous"))
    book.add(
        InvocationThrottled(
            function=CHARGE, request_id=request, reason="ConcurrentInvocationLimit", limit=1
        )
    )
    assert tries(book) == [("failed", "Attempt 1, at 0:00, found no room.")]


def test_an_attempt_that_the_platform_gave_up_failed(book: EventBook) -> None:
    request = book.queue(source=NEWS)
    book.add(InvocationAccepted(function=CHARGE, request_id=request, model="asynchronous"))
    book.add(
        InvocationAbandoned(
            function=CHARGE, request_id=request, code="ServiceException", reason="gone"
        )
    )
    assert tries(book) == [("failed", "Attempt 1, at 0:00, could not be run.")]


def test_a_call_whose_caller_waits_is_shown_with_its_answer(book: EventBook) -> None:
    book.add(
        InvocationAccepted(
            function=CHARGE, request_id="r1", source="url", payload="{}", payload_size_bytes=2
        )
    )
    book.add(
        InvocationStarted(function=CHARGE, request_id="r1", environment="e" * 32, start="warm")
    )
    assert arrivals(book, URL) == {}
    book.end("r1", answer="hello")
    (tried,) = arrivals(book, SNS, URL)["url"].tries
    assert (tried.state, tried.text) == (
        "ok",
        'The call returned "hello"; its caller waited for that.',
    )


def test_what_a_handler_returned_is_cut_for_the_sentence(book: EventBook) -> None:
    request = book.queue(source=NEWS)
    book.begin(request, source=NEWS)
    book.end(request, answer="x" * 500)
    assert len(tries(book)[0][1]) < 120
