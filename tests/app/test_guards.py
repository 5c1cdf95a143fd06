"""Requests as attackers make them."""

import pytest
from flask.testing import FlaskClient

HOME = "http://127.0.0.1:8000"
CLOCK = "/w/local/clock"
STREAM = "/w/local/labs/cold-and-warm/events"


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8000", "localhost.", "127.0.0.1", "127.0.0.1:9", "[::1]", "[::1]:80"],
)
def test_this_machines_own_names_are_served(browser: FlaskClient, host: str) -> None:
    assert browser.get(CLOCK, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "127.0.0.1.evil.example:8000",
        "evil-localhost",
        "localhost@evil.example",
        "evil.example#localhost",
        "0.0.0.0:8000",
        "192.168.1.10",
        "[::2]",
        "[::1].evil.example",
        "127.0.0.1:80:evil",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", CLOCK, "/healthz", "/door", "/static/x/y.js", STREAM])
def test_a_name_that_was_bound_to_this_machine_is_refused(
    browser: FlaskClient, host: str, path: str
) -> None:
    assert browser.get(path, headers={"Host": host}).status_code in (400, 403)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "Cross-Site", "anything"])
@pytest.mark.parametrize("mode", ["navigate", "no-cors", "cors"])
def test_another_site_cannot_post(browser: FlaskClient, site: str, mode: str) -> None:
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}
    answer = browser.post(CLOCK, data={"pause": "true"}, headers=headers)
    assert answer.status_code == 403
    assert browser.get(CLOCK).json["paused"] is False  # type: ignore[index]


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "https://evil.example",
        "http://localhost.evil.example",
        "http://127.0.0.1:8001",
        "http://127.0.0.1",
        "http://localhost:8000",
        "https://127.0.0.1:8000",
        "file://",
        "http://[::1",
        "http://127.0.0.1:8000@evil.example",
    ],
)
def test_another_origin_cannot_post(browser: FlaskClient, origin: str) -> None:
    headers = {"Origin": origin, "Host": "127.0.0.1:8000"}
    assert browser.post(CLOCK, data={"pause": "true"}, headers=headers).status_code == 403
    assert browser.get(CLOCK).json["paused"] is False  # type: ignore[index]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_every_changing_method_is_guarded(browser: FlaskClient, method: str) -> None:
    headers = {"Origin": "https://evil.example"}
    answer = browser.open("/w/local/functions/f", method=method, headers=headers)
    assert answer.status_code == 403


def test_the_page_itself_and_programs_may_post(browser: FlaskClient) -> None:
    own = {"Origin": HOME, "Host": "127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
    for headers in ({}, own):
        assert browser.post(CLOCK, data={"rate": "1"}, headers=headers).status_code == 200


@pytest.mark.parametrize("path", [STREAM, CLOCK, "/w/local/functions", "/w/local/lessons/x"])
@pytest.mark.parametrize("mode", ["cors", "no-cors", "websocket", ""])
def test_another_site_cannot_read_or_hold_a_stream(
    browser: FlaskClient, path: str, mode: str
) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode}
    assert browser.get(path, headers=headers).status_code == 403


def test_a_link_from_another_site_may_lead_here(browser: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert browser.get("/w/local/lessons/cold-and-warm", headers=headers).status_code == 200


@pytest.mark.parametrize("name", ["other", "LOCAL", "local%20", "..", "w0123456789"])
def test_a_foreign_workspace_is_not_there(browser: FlaskClient, name: str) -> None:
    for path in ("clock", "functions", "labs/cold-and-warm/events", "lessons/cold-and-warm"):
        assert browser.get(f"/w/{name}/{path}").status_code == 404
    assert browser.post(f"/w/{name}/clock", data={"pause": "true"}).status_code == 404
