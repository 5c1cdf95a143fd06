"""What a learner or a program sends is shown as text, wherever it comes back."""

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import HTMX, JSON, LAB, LESSON, as_htmx, as_script, editors

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fresh")]
MARKUP = "</textarea></script>'\"><img src=x onerror=alert(1)>"
NO_MARKUP = "<img"


def test_code_stays_text_in_its_editor(client: FlaskClient) -> None:
    as_script(client, "/save", **editors(**{"file:handler.py": f"# {MARKUP}\n"}))
    page = client.get(LESSON).text
    assert "&lt;img src=x" in page
    assert NO_MARKUP not in page


def test_an_event_stays_text_in_its_editor(client: FlaskClient) -> None:
    as_script(client, "/save", **editors(event=f'"{MARKUP}'))
    page = client.get(LESSON).text
    assert "&lt;img src=x" in page
    assert NO_MARKUP not in page


def test_the_name_of_a_file_never_becomes_markup(client: FlaskClient) -> None:
    for path in ("/save", "/invoke", "/update"):
        answer = as_htmx(client, path, **editors(**{f"file:{MARKUP}": "x = 1\n"}))
        assert NO_MARKUP not in answer.text or answer.is_json
    assert NO_MARKUP not in client.get(LESSON).text


def test_the_value_of_a_variable_stays_text(client: FlaskClient) -> None:
    form = as_htmx(client, "/configuration", **editors(variables=f"GREETING={MARKUP}")).text
    assert "GREETING=&lt;/textarea&gt;" in form
    for shown in (form, client.get(LESSON).text):
        assert NO_MARKUP not in shown


@pytest.mark.parametrize("name", ["variables", "memory_mb", "timeout", "temporary_mb"])
def test_a_refused_field_shows_what_was_typed_as_text(client: FlaskClient, name: str) -> None:
    answer = as_htmx(client, "/configuration", **editors(**{name: MARKUP}))
    assert answer.status_code == 400
    assert "&lt;img" in answer.text
    assert NO_MARKUP not in answer.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/invoke", {"count": MARKUP}),
        ("/wait", {"minutes": MARKUP}),
        ("/reset", {"scope": MARKUP}),
        ("/step", {"step": MARKUP}),
        ("/faults", {"init": MARKUP}),
        ("/predictions/second-call", {"option": MARKUP}),
        ("/questions/steady-traffic", {"option": MARKUP}),
    ],
)
def test_a_refusal_repeats_what_was_sent_as_text(
    client: FlaskClient, path: str, fields: dict[str, str]
) -> None:
    as_fragment = as_htmx(client, path, **editors(**fields))
    as_page = client.post(f"{LAB}{path}", data=editors(**fields))
    assert as_fragment.status_code == as_page.status_code
    assert 400 <= as_page.status_code < 500
    assert NO_MARKUP not in as_fragment.text + as_page.text


@pytest.mark.parametrize("headers", [{}, HTMX, JSON])
@pytest.mark.parametrize("place", ["/{}", "/lessons/{}", "/w/{}/lessons/cold-and-warm"])
def test_an_address_is_repeated_as_text(
    client: FlaskClient, place: str, headers: dict[str, str]
) -> None:
    answer = client.get(place.format("%3Cimg src=x onerror=alert(1)%3E"), headers=headers)
    assert answer.status_code == 404
    assert NO_MARKUP not in answer.text or answer.is_json
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_step_in_the_address_never_becomes_markup(client: FlaskClient) -> None:
    page = client.get(f"{LESSON}?step=%22%3E%3Cimg%20src=x%3E&change=%22%3E%3Cimg%20src=x%3E")
    assert page.status_code == 200
    assert NO_MARKUP not in page.text
