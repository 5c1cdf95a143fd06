"""Errors say what happened and what to do, in the form that was asked for."""

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import HTMX, JSON, LESSON
from webapp.pages.errors import _page
from webapp.wiring import Application

STATUSES = (400, 403, 404, 405, 413, 429, 500, 503)


def test_a_person_gets_a_page(client: FlaskClient) -> None:
    answer = client.get("/nothing/here")
    assert answer.status_code == 404
    assert "Nothing is at /nothing/here." in answer.text
    assert 'href="/#course"' in answer.text


def test_a_script_gets_json(client: FlaskClient) -> None:
    answer = client.get("/nothing/here", headers=JSON)
    assert answer.get_json()["message"] == "Nothing is at /nothing/here."


def test_htmx_gets_a_fragment_for_the_place_of_errors(client: FlaskClient) -> None:
    answer = client.get("/nothing/here", headers=HTMX)
    assert answer.headers["HX-Retarget"] == "#lab-error"
    assert "<html" not in answer.text


def test_a_method_that_an_address_does_not_take_is_named(client: FlaskClient) -> None:
    answer = client.post(LESSON)
    assert answer.status_code == 405
    assert f"{LESSON} takes no POST request." in answer.text


def test_a_body_over_the_limit_is_refused(client: FlaskClient) -> None:
    answer = client.post(
        "/w/local/labs/cold-and-warm/save", data={"event": "x" * (17 * 1024 * 1024)}
    )
    assert answer.status_code == 413
    assert "Send less than 16 MB" in answer.text


def test_what_another_site_asks_is_not_let_in(client: FlaskClient) -> None:
    answer = client.post("/door", headers={"Sec-Fetch-Site": "cross-site", "Accept": "text/html"})
    assert answer.status_code == 403
    assert "Another site made this request" in answer.text


def test_a_break_in_coldstart_is_a_page_too(client: FlaskClient, application: Application) -> None:
    application.app.config["PROPAGATE_EXCEPTIONS"] = False
    application.app.jinja_env.globals["icon"], kept = (
        None,
        application.app.jinja_env.globals["icon"],
    )
    try:
        answer = client.get("/nothing-that-needs-icons", headers=JSON)
        broken = client.get("/", headers=JSON)
    finally:
        application.app.jinja_env.globals["icon"] = kept
        del application.app.config["PROPAGATE_EXCEPTIONS"]
    assert answer.status_code == 404
    assert (broken.status_code, broken.get_json()["code"]) == (500, "")
    assert "Something in Coldstart broke" in broken.get_json()["message"]


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_words_of_its_own(application: Application, status: int) -> None:
    with application.app.test_request_context("/somewhere?else=1"):
        page = _page(status)
        assert page.advice != _page(418).advice
    assert page.title
    again = [way.address for way in page.ways if way.label == "Try again"]
    assert again == (["/somewhere?else=1"] if status in (429, 500, 503) else [])
    assert page.ways[-1].address == "/#course"


@pytest.mark.parametrize(
    ("slug", "says"),
    [
        ("cold-and-worm", 'href="/lessons/cold-and-warm"'),
        ("cold_and_warm", 'href="/lessons/cold-and-warm"'),
        ("brokers", "“Brokers” is planned and cannot be taken yet."),
    ],
)
def test_a_lesson_that_is_not_there_leads_to_one_that_is(
    client: FlaskClient, slug: str, says: str
) -> None:
    for address in (f"/lessons/{slug}", f"/w/local/lessons/{slug}"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert says in answer.text


@pytest.mark.parametrize("slug", ["x" * 4000, "%00", "<b>", "'\"", "%F0%9F%92%A9"])
def test_a_hostile_name_of_a_lesson_is_text(client: FlaskClient, slug: str) -> None:
    answer = client.get(f"/lessons/{slug}")
    assert answer.status_code == 404
    assert "<b>" not in answer.text
    assert 'href="/#course"' in answer.text
