"""The lab clock's door, with forms and JSON, sense and nonsense."""

from typing import Any

import pytest
from flask.testing import FlaskClient

CLOCK = "/w/local/clock"


@pytest.mark.parametrize("kind", ["data", "json"])
@pytest.mark.parametrize("rate", ["10", "60", "600", "max", "1"])
def test_a_rate_is_chosen_by_form_and_by_json(client: FlaskClient, kind: str, rate: str) -> None:
    answer = client.post(CLOCK, **{kind: {"rate": rate}})
    assert answer.status_code == 200
    assert answer.get_json()["rate"] == rate
    assert client.get(CLOCK).get_json()["rate"] == rate


@pytest.mark.parametrize(
    ("said", "paused"), [("true", True), ("0", False), (True, True), ("off", False)]
)
def test_the_clock_pauses_and_goes_on(client: FlaskClient, said: Any, paused: bool) -> None:
    assert client.post(CLOCK, json={"pause": said}).get_json()["paused"] is paused


def test_time_passes_by_what_was_asked(client: FlaskClient) -> None:
    before = client.get(CLOCK).get_json()["now"]
    after = client.post(CLOCK, data={"advance": "3600"}).get_json()["now"]
    assert 3600 <= after - before < 3660


def test_without_anything_to_wait_for_there_is_no_next_event(client: FlaskClient) -> None:
    answer = client.post(CLOCK, json={"next": True})
    assert (answer.status_code, answer.get_json()["jumped"]) == (200, False)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "Send one of rate"),
        ({"speed": 1}, "Send one of rate"),
        ({"rate": "2"}, "'2' is not a rate. Choose one of"),
        ({"rate": None}, "'None' is not a rate"),
        ({"pause": "maybe"}, "pause is 'maybe'. Send true or false."),
        ({"pause": []}, "Send true or false."),
        ({"advance": "soon"}, "advance is 'soon'. Send a number of seconds."),
        ({"advance": None}, "Send a number of seconds."),
        ({"advance": {}}, "Send a number of seconds."),
        ({"advance": "nan"}, "nan s cannot be waited"),
        ({"advance": "inf"}, "inf s cannot be waited"),
        ({"advance": "-inf"}, "-inf s cannot be waited"),
        ({"advance": -1}, "-1 s cannot be waited"),
        ({"advance": 0}, "0 s cannot be waited"),
        ({"advance": "1e300"}, "1e+300 s cannot be waited"),
        ({"advance": 30 * 24 * 3600 + 1}, "cannot be waited. Give more than 0 and at most"),
    ],
)
def test_nonsense_is_refused_in_words_and_changes_nothing(
    client: FlaskClient, body: dict[str, Any], said: str
) -> None:
    before = client.get(CLOCK).get_json()
    answer = client.post(CLOCK, json=body)
    assert answer.status_code == 400
    assert answer.headers["x-amzn-ErrorType"] == "InvalidParameterValueException"
    assert said in answer.get_json()["message"]
    after = client.get(CLOCK).get_json()
    assert after["now"] - before["now"] < 60
    assert (after["rate"], after["paused"]) == (before["rate"], before["paused"])


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"1", b"{", b"\xff", b'{"rate"', b"[" * 9999]
)
def test_a_body_that_is_no_object_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.post(CLOCK, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json()["message"].startswith("The body is not a JSON object.")


def test_a_form_without_script_leads_back_to_its_page(client: FlaskClient) -> None:
    page = "http://localhost/w/local/lessons/cold-and-warm?step=idle"
    answer = client.post(
        "/w/local/clock", data={"rate": "60"}, headers={"Accept": "text/html", "Referer": page}
    )
    assert (answer.status_code, answer.location) == (
        303,
        "/w/local/lessons/cold-and-warm?step=idle",
    )


@pytest.mark.parametrize(
    "referer", ["http://elsewhere/", "//elsewhere/", "javascript:alert(1)", "", "http://[::1"]
)
def test_a_form_from_elsewhere_gets_the_clock(client: FlaskClient, referer: str) -> None:
    headers = {"Accept": "text/html", "Referer": referer}
    answer = client.post("/w/local/clock", data={"rate": "1"}, headers=headers)
    assert answer.get_json()["rate"] == "1"


def test_a_path_that_looks_like_a_host_stays_on_this_one(client: FlaskClient) -> None:
    headers = {"Accept": "text/html", "Referer": "http://localhost//elsewhere/"}
    answer = client.post("/w/local/clock", data={"rate": "1"}, headers=headers)
    assert answer.location == "/elsewhere/"
