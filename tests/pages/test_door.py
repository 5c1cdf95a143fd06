"""The one door of a hosted Coldstart."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from webapp.app import create_app
from webapp.classroom.entrance import Door
from webapp.wiring import Application


@pytest.fixture
def visitor(application: Application, static: Path) -> FlaskClient:
    door = Door(passphrase="sesame", now=lambda: 0.0)
    services = replace(application.services, door=door)
    app = create_app(services, door=application.aws, secret="for tests", static=static)
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    return client


def test_where_there_is_no_door_it_leads_home(client: FlaskClient) -> None:
    assert client.get("/door").location == "/"
    assert client.post("/door").location == "/"


def test_a_stranger_is_led_to_the_door(visitor: FlaskClient) -> None:
    assert visitor.get("/").location == "/door"
    assert "Passphrase" in visitor.get("/door").text


def test_the_passphrase_opens_a_workspace_of_ones_own(visitor: FlaskClient) -> None:
    answer = visitor.post("/door", data={"passphrase": "sesame"})
    assert (answer.status_code, answer.location) == (303, "/")
    lesson = visitor.get("/lessons/cold-and-warm").location
    assert lesson.startswith("/w/w")
    assert visitor.get(lesson).status_code == 200


def test_another_workspace_is_not_there_for_a_visitor(visitor: FlaskClient) -> None:
    visitor.post("/door", data={"passphrase": "sesame"})
    assert visitor.get("/w/local/lessons/cold-and-warm").status_code == 404


def test_a_wrong_passphrase_says_so_and_lets_nobody_in(visitor: FlaskClient) -> None:
    answer = visitor.post("/door", data={"passphrase": "simsim"})
    assert answer.status_code == 403
    assert "That is not the passphrase" in answer.text
    assert visitor.get("/").location == "/door"


def test_too_many_wrong_ones_have_to_wait(visitor: FlaskClient) -> None:
    answers = [visitor.post("/door", data={"passphrase": "x"}).status_code for _ in range(11)]
    assert answers == [403] * 10 + [429]
    right = visitor.post("/door", data={"passphrase": "sesame"})
    assert (right.status_code, right.headers["Retry-After"]) == (429, "60")
