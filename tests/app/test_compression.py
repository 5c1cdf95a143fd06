"""Who takes gzip gets less to read of text; everybody gets the same text."""

import gzip
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

GZIP = {"Accept": "text/html", "Accept-Encoding": "gzip, deflate, br"}
LESSON = "/w/local/lessons/cold-and-warm"


def text_of(answer: TestResponse) -> bytes:
    data = answer.get_data()
    return gzip.decompress(data) if answer.headers.get("Content-Encoding") == "gzip" else data


def address_of(browser: FlaskClient, end: str) -> str:
    page = browser.get(LESSON, headers={"Accept": "text/html"}).text
    found = re.search(rf"/static/[0-9a-f]{{12}}/[\w/.-]*{re.escape(end)}", page)
    assert found
    return found[0]


@pytest.mark.parametrize("end", ["all.css", "lesson.js", "htmx.min.js", "icons.svg", "theme.js"])
def test_a_text_file_is_smaller_and_the_same(browser: FlaskClient, end: str) -> None:
    address = address_of(browser, end)
    small, plain = browser.get(address, headers=GZIP), browser.get(address)
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert len(small.get_data()) < len(plain.get_data()) / 2
    assert text_of(small) == plain.get_data()
    assert small.headers["Cache-Control"] == plain.headers["Cache-Control"]
    assert {answer.headers["Vary"] for answer in (small, plain)} == {"Accept-Encoding"}
    assert small.mimetype == plain.mimetype


def test_a_font_is_sent_as_it_is(browser: FlaskClient) -> None:
    version = address_of(browser, "all.css").split("/")[2]
    answer = browser.get(
        f"/static/{version}/vendor/fonts/inter-latin.woff2", headers=GZIP, buffered=True
    )
    assert (answer.status_code, answer.get_data()[:4]) == (200, b"wOF2")
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("wanted", ["", "identity", "br", "gzip;q=0", "*;q=0"])
def test_who_does_not_take_gzip_gets_none(browser: FlaskClient, wanted: str) -> None:
    for address in (LESSON, address_of(browser, "all.css")):
        answer = browser.get(address, headers={**GZIP, "Accept-Encoding": wanted})
        assert "Content-Encoding" not in answer.headers


def test_a_page_is_smaller_and_says_that_it_depends_on_who_asks(browser: FlaskClient) -> None:
    answer = browser.get(LESSON, headers=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) == len(answer.get_data())
    assert len(answer.get_data()) < len(text_of(answer)) / 4
    assert b"The first call builds its own place" in text_of(answer)
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_what_is_short_is_not_worth_it(browser: FlaskClient) -> None:
    answer = browser.get("/w/local/labs/cold-and-warm/undo", headers=GZIP)
    assert "Content-Encoding" not in answer.headers


def test_other_spellings_of_a_file_are_not_kept_beside_it(browser: FlaskClient) -> None:
    address = address_of(browser, "all.css")
    spelled = address.replace("styles/", "styles/./styles/../././")
    answer = browser.get(spelled, headers=GZIP)
    assert answer.status_code in (200, 308, 404)
    if answer.status_code == 200:
        assert text_of(answer) == browser.get(address).get_data()
