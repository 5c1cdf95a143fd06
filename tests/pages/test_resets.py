"""Resets over HTTP: what a script, htmx and a form without script get, and what strangers send."""

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import HTMX, LAB, LESSON, as_form, as_htmx, as_script, editors, texts

pytestmark = pytest.mark.usefixtures("fresh")


def test_a_reset_names_what_undoes_it_and_the_undo_answers_the_old_text(
    client: FlaskClient,
) -> None:
    as_script(client, "/save", **editors())
    undo = as_script(client, "/reset", scope="code").get_json()["undo"]
    answer = as_script(client, f"/undo/{undo}")
    assert answer.status_code == 200
    assert texts(answer)["handler.py"] == editors()["file:handler.py"]


def test_the_menu_offers_to_undo_while_it_can_be(client: FlaskClient) -> None:
    undo = as_script(client, "/reset", scope="configuration").get_json()["undo"]
    offered = client.get(f"{LAB}/undo", headers=HTMX).get_data(as_text=True)
    assert "Undo the reset of the configuration" in offered
    assert f"{LAB}/undo/{undo}" in offered
    as_script(client, f"/undo/{undo}")
    assert "Undo" not in client.get(f"{LAB}/undo", headers=HTMX).get_data(as_text=True)


def test_without_script_both_lead_back_to_the_lesson(client: FlaskClient) -> None:
    reset = as_form(client, "/reset", scope="lab")
    assert (reset.status_code, reset.headers["Location"]) == (303, LESSON)
    page = client.get(LESSON).get_data(as_text=True)
    undo = page.partition(f"{LAB}/undo/")[2].partition('"')[0]
    assert as_form(client, f"/undo/{undo}").headers["Location"] == LESSON


@pytest.mark.parametrize("name", ["0" * 16, "%00", "x" * 4000, "' OR 1=1 --"])
def test_an_undo_that_is_none_is_refused_in_words(client: FlaskClient, name: str) -> None:
    answer = as_htmx(client, f"/undo/{name}")
    assert answer.status_code == 404
    assert "can no longer be undone" in answer.get_data(as_text=True)


def test_an_undo_belongs_to_its_lab_alone(client: FlaskClient) -> None:
    undo = as_script(client, "/reset", scope="code").get_json()["undo"]
    assert client.post(f"/w/local/labs/elsewhere/undo/{undo}").status_code == 404
    assert client.post(f"/w/stranger/labs/cold-and-warm/undo/{undo}").status_code == 404
    assert as_script(client, f"/undo/{undo}").status_code == 200
