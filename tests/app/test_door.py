"""The one door of a hosted Coldstart, as somebody without the passphrase tries it."""

import pytest
from flask.testing import FlaskClient

from webapp.classroom.entrance import Door
from webapp.wiring import Application

RIGHT = {"passphrase": "open sesame"}
HTML = {"Accept": "text/html"}


def come_in(application: Application) -> FlaskClient:
    browser = application.app.test_client()
    assert browser.post("/door", data=RIGHT).status_code == 303
    return browser


def own_workspace(browser: FlaskClient) -> str:
    with browser.session_transaction() as session:
        return str(session["workspace"])


def test_without_the_passphrase_there_is_only_the_door(hosted: Application) -> None:
    stranger = hosted.app.test_client()
    for path in ("/", "/w/local/lessons/cold-and-warm", "/lessons/cold-and-warm"):
        answer = stranger.get(path, headers=HTML)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/door")
    for path in ("/w/local/clock", "/w/local/functions", "/w/local/labs/cold-and-warm/events"):
        assert stranger.get(path, headers={"Accept": "application/json"}).status_code == 403
    assert stranger.post("/w/local/clock", data={"pause": "true"}).status_code == 403
    assert stranger.get("/door", headers=HTML).status_code == 200
    assert stranger.get("/healthz").status_code == 200


def test_a_changed_cookie_opens_nothing(hosted: Application) -> None:
    browser = come_in(hosted)
    cookie = browser.get_cookie("coldstart")
    assert cookie is not None
    payload, stamp, signature = cookie.value.rsplit(".", 2)
    forged = [
        f"{payload}.{stamp}.{signature[::-1]}",
        f"{payload[:-1]}.{stamp}.{signature}",
        f"{payload}.{stamp}",
        "eyJ3b3Jrc3BhY2UiOiJsb2NhbCJ9.aaaaaa.bbbbbb",
        "",
        "…",
    ]
    for value in forged:
        thief = hosted.app.test_client()
        thief.set_cookie("coldstart", value)
        assert thief.get("/", headers=HTML).headers.get("Location") == "/door"


def test_each_browser_has_only_its_own_workspace(hosted: Application) -> None:
    ada, bob = come_in(hosted), come_in(hosted)
    assert own_workspace(ada) != own_workspace(bob)
    for who, mine, other in (
        (ada, own_workspace(ada), own_workspace(bob)),
        (bob, own_workspace(bob), own_workspace(ada)),
    ):
        assert who.get(f"/w/{mine}/clock").status_code == 200
        for foreign in (other, "local"):
            assert who.get(f"/w/{foreign}/clock").status_code == 404
            assert who.get(f"/w/{foreign}/labs/cold-and-warm/events").status_code == 404


def test_the_eleventh_wrong_passphrase_in_a_minute_is_not_even_read(hosted: Application) -> None:
    stranger = hosted.app.test_client()
    for _ in range(10):
        assert stranger.post("/door", data={"passphrase": "guess"}).status_code == 403
    for passphrase in ("guess", RIGHT["passphrase"]):
        answer = stranger.post("/door", data={"passphrase": passphrase})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
        assert "Set-Cookie" not in answer.headers


def test_wrong_passphrases_are_forgotten_after_a_minute() -> None:
    time = [100.0]
    door = Door(passphrase="right", now=lambda: time[0])
    for _ in range(10):
        assert not door.throttled
        assert door.open("wrong") is None
    assert door.throttled
    time[0] += 60.0
    assert not door.throttled


@pytest.mark.parametrize(
    "passphrase", ["", "Right", "right ", "righ", "right\0", "ríght", "r" * 9999]
)
def test_only_the_exact_passphrase_opens(passphrase: str) -> None:
    assert Door(passphrase="right", now=lambda: 0.0).open(passphrase) is None


def test_in_self_study_there_is_no_door(browser: FlaskClient) -> None:
    assert browser.get("/door").headers["Location"] == "/"
    answer = browser.post("/door", data=RIGHT)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
