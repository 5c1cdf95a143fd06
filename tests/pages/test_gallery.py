"""Cards of callers: what they show before and after a call, and what attackers send by them."""

import base64
import gzip
import json
from collections.abc import Iterator
from time import monotonic

import pytest
from flask.testing import FlaskClient

from tests.classroom.gallery_course import write_door
from tests.pages.asking import HTMX, JSON
from webapp import wiring
from webapp.classroom.model import ShownArrival, ShownTry
from webapp.curriculum.caller import Caller
from webapp.curriculum.content import Html
from webapp.pages.gallery import MOST_SHOWN, Arrived, arrived, unpacked
from webapp.settings import Settings

LAB = "/w/local/labs/door"
LESSON = "/w/local/lessons/door"
PATIENCE_SECONDS = 60.0
BELL = Caller(
    id="bell", name="The bell", model="asynchronous", says=Html("It rings."), known_by=Html("Sns")
)


def packed(data: bytes) -> str:
    return json.dumps({"awslogs": {"data": base64.b64encode(data).decode()}})


def shown(payload: str, *, size_bytes: int = 0) -> Arrived:
    arrival = ShownArrival(payload=payload, size_bytes=size_bytes, tries=())
    return arrived("/lab", BELL, arrival)


# -- one event


def test_nothing_is_shown_of_who_has_not_called() -> None:
    assert arrived("/lab", BELL, None) == Arrived(base="/lab", caller=BELL)


def test_an_event_is_laid_out_and_coloured() -> None:
    card = shown('{"a": [1]}', size_bytes=10)
    assert card.event.startswith('<pre class="code" tabindex="0">')
    assert '<span class="nt">"a"</span>' in card.event
    assert (card.inside, card.cut) == ("", False)


def test_markup_in_an_event_stays_text() -> None:
    card = shown(json.dumps({"x": "</pre><img src=x onerror=alert(1)>"}))
    assert "<img" not in card.event
    card = shown(packed(gzip.compress(b'{"x": "<img src=x>"}')))
    assert "<img" not in card.inside
    assert "&lt;img" in card.inside


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "{",
        "7",
        "[" * 100_000,
        '{"awslogs": 7}',
        '{"awslogs": {"data": 7}}',
        packed(b"no gzip"),
        '{"awslogs": {"data": "no base64 é"}}',
    ],
)
def test_what_is_not_packed_is_not_unpacked(payload: str) -> None:
    assert unpacked(payload) == ""
    assert shown(payload).inside == ""


def test_a_bomb_is_unpacked_no_further_than_a_card_shows() -> None:
    bomb = packed(gzip.compress(b"0" * 20_000_000))
    assert len(bomb) < 128 * 1024
    assert unpacked(bomb) == "0" * MOST_SHOWN


def test_a_torn_archive_shows_what_is_left_of_it() -> None:
    whole = gzip.compress(b'{"logEvents": "' + b"abc" * 50 + b'"}')
    assert unpacked(packed(whole[:-12])).startswith('{"logEvents')


def test_a_long_event_is_cut_and_says_so() -> None:
    assert shown(json.dumps("x" * MOST_SHOWN)).cut
    assert shown('{"a": 1}', size_bytes=70_000).cut
    assert len(shown(json.dumps("x" * 60_000)).event) < 2 * MOST_SHOWN


def test_half_a_letter_is_no_reason_to_break() -> None:
    shown('{"a": "\\ud800"}').event.encode()


# -- the page


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wiring.Application]:
    folder = tmp_path_factory.mktemp("door")
    course = write_door(folder / "lessons")
    application = wiring.start(Settings(data=folder / "data", lessons=(course,)))
    yield application
    application.stop()


@pytest.fixture
def door(running: wiring.Application) -> FlaskClient:
    return running.app.test_client()


def wait_for(running: wiring.Application, caller: str) -> ShownTry:
    """Wait until an event of the caller was handled."""
    labs = running.services.labs
    live, deadline = labs.live("local", labs.course().lesson("door")), monotonic()
    while monotonic() < deadline + PATIENCE_SECONDS:
        seen, found = live.log.last_sequence, live.arrivals().get(caller)
        if found is not None and found.tries and found.tries[-1].state == "ok":
            return found.tries[-1]
        live.log.wait_beyond(seen, timeout=0.2)
    raise AssertionError(f"nothing came from {caller}")


@pytest.mark.slow
def test_a_card_says_what_is_real_and_what_stands_in(door: FlaskClient) -> None:
    page = door.get(LESSON).text
    assert "SES does not run here." in page
    assert "The bell does not run here." not in page
    assert "Nothing has come from The paper yet." in page
    assert "Whose is it?" in page
    assert "&lt;img src=x" in page
    assert "<img" not in page


@pytest.mark.slow
def test_a_press_fills_the_card_of_its_caller(
    running: wiring.Application, door: FlaskClient
) -> None:
    assert door.post(f"{LAB}/press/call-as-ses", headers=JSON).status_code == 200
    tried = wait_for(running, "mail")
    card = door.get(f"{LAB}/callers/mail", headers=HTMX).text
    assert "The newest event from SES" in card
    assert "onerror" in card
    assert "<img" not in card
    assert f'data-segment="{tried.segment}"' in card
    assert (
        "Nothing has come from The paper yet."
        in door.get(f"{LAB}/callers/paper", headers=HTMX).text
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nobody", "%3Cimg%20src=x%3E", "..%2F..", "x" * 500])
def test_a_caller_that_the_lesson_has_not_is_not_found(door: FlaskClient, name: str) -> None:
    answer = door.get(f"{LAB}/callers/{name}", headers=HTMX)
    assert answer.status_code == 404
    assert "<img" not in answer.text
