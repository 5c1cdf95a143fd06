"""On a shared host a terminal comes in with its workspace's key, and nobody else does."""

from base64 import b64encode
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from webapp.app import create_app
from webapp.classroom.access_keys import AccessKey, AccessKeys
from webapp.classroom.entrance import Door
from webapp.wiring import Application, content_folder

MINE, OTHER = "w" + "a1" * 10, "w" + "b2" * 10
KEYS = AccessKeys(secret="for tests", shared=True, account="000000000000")
PATH = "/w/{}/clock"


@pytest.fixture
def terminal(application: Application) -> FlaskClient:
    door = Door(passphrase="sesame", now=lambda: 0.0)
    services = replace(application.services, door=door, access_keys=KEYS)
    app = create_app(
        services, door=application.aws, secret="for tests", static=content_folder("static")
    )
    return app.test_client()


def basic(name: str, password: str) -> dict[str, str]:
    words = b64encode(f"{name}:{password}".encode()).decode()
    return {"Authorization": f"Basic {words}"}


def status(terminal: FlaskClient, workspace: str, headers: dict[str, str]) -> int:
    return terminal.post(PATH.format(workspace), data={"rate": "60"}, headers=headers).status_code


def key() -> AccessKey:
    return KEYS.of(MINE)


def test_a_workspaces_key_opens_its_labs(terminal: FlaskClient) -> None:
    assert status(terminal, MINE, basic(key().id, key().secret)) == 200
    assert status(terminal, MINE, {}) == 403


def test_a_key_opens_no_other_workspace(terminal: FlaskClient) -> None:
    assert status(terminal, OTHER, basic(key().id, key().secret)) == 404
    assert status(terminal, "local", basic(key().id, key().secret)) == 404


def test_nothing_asks_a_browser_for_a_password(terminal: FlaskClient) -> None:
    assert "WWW-Authenticate" not in terminal.post(PATH.format(MINE)).headers


@pytest.mark.parametrize(
    "headers",
    [
        basic(KEYS.of(MINE).id, ""),
        basic(KEYS.of(MINE).id, KEYS.of(OTHER).secret),
        basic(KEYS.of(MINE).id, KEYS.of(MINE).secret[:-1]),
        basic(KEYS.of(MINE).id.lower(), KEYS.of(MINE).secret),
        basic(MINE, KEYS.of(MINE).secret),
        basic("AKIA", ""),
        basic("AKIA" + "7" * 16, "é\x00"),
        basic("", ""),
        basic("local", "test"),
        {"Authorization": "Basic"},
        {"Authorization": "Basic ////"},
        {"Authorization": "Basic " + "A" * 60_000},
        {"Authorization": f"Bearer {KEYS.of(MINE).id}:{KEYS.of(MINE).secret}"},
    ],
)
def test_what_is_no_key_opens_nothing(terminal: FlaskClient, headers: dict[str, str]) -> None:
    assert status(terminal, MINE, headers) in (400, 403)


def test_a_key_does_not_help_another_site(terminal: FlaskClient) -> None:
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert status(terminal, MINE, basic(key().id, key().secret) | foreign) == 403


def test_in_self_study_a_key_changes_nothing(application: Application) -> None:
    client = application.app.test_client()
    assert status(client, "local", basic("123456789012", "test")) == 200
    assert status(client, MINE, basic("test", "test")) == 404
