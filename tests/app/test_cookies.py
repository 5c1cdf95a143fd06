"""The one cookie of a hosted Coldstart: what it may, and where it never goes."""

from http.cookies import Morsel, SimpleCookie

import pytest
from flask.testing import FlaskClient

from webapp.wiring import Application


@pytest.fixture
def visitor(hosted: Application) -> FlaskClient:
    """Give a browser that has come in."""
    browser = hosted.app.test_client()
    assert browser.post("/door", data={"passphrase": "open sesame"}).status_code == 303
    return browser


def given(hosted: Application) -> "Morsel[str]":
    answer = hosted.app.test_client().post("/door", data={"passphrase": "open sesame"})
    return SimpleCookie(answer.headers["Set-Cookie"])["coldstart"]


def test_the_cookie_is_for_this_site_and_no_script(hosted: Application) -> None:
    cookie = given(hosted)
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert cookie["expires"]


def test_who_knows_the_passphrase_twice_gets_another_workspace(visitor: FlaskClient) -> None:
    before = visitor.get_cookie("coldstart")
    visitor.post("/door", data={"passphrase": "open sesame"})
    after = visitor.get_cookie("coldstart")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def style_sheet(visitor: FlaskClient) -> str:
    """Return the address of a static file that a page asks for."""
    page = visitor.get("/", headers={"Accept": "text/html"}).text
    return next(part for part in page.split('"') if part.endswith(".css"))


def test_no_later_answer_carries_the_cookie(visitor: FlaskClient) -> None:
    with visitor.session_transaction() as session:
        workspace = session["workspace"]
    for path in (
        "/",
        "/healthz",
        style_sheet(visitor),
        f"/w/{workspace}/clock",
        f"/w/{workspace}/lessons/cold-and-warm",
        f"/w/{workspace}/labs/cold-and-warm/events",
        "/nowhere",
    ):
        answer = visitor.get(path)
        assert "Set-Cookie" not in answer.headers, path
        answer.close()


def test_what_caches_may_share_depends_on_no_cookie(visitor: FlaskClient) -> None:
    answer = visitor.get(style_sheet(visitor), buffered=True)
    assert answer.status_code == 200
    assert "public" in answer.headers["Cache-Control"]
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_self_study_needs_no_cookie(browser: FlaskClient) -> None:
    for path in ("/", "/w/local/clock", "/lessons/cold-and-warm"):
        assert "Set-Cookie" not in browser.get(path).headers
