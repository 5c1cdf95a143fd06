"""Accounts in self-study: a workspace each, with pages of its own once a client has used it."""

from flask.testing import FlaskClient

from tests.aws.signing import send, sign
from webapp.classroom.access_keys import AccessKey
from webapp.wiring import Application

LESSON = "lessons/cold-and-warm"


def test_the_pages_of_an_account_are_there_once_a_client_used_it(client: FlaskClient) -> None:
    account = "555566667777"
    assert client.get(f"/w/{account}/{LESSON}").status_code == 404
    assert send(client, sign(key=AccessKey(account, "x"))).status_code == 200
    assert client.get(f"/w/{account}/{LESSON}").status_code == 200
    assert client.get(f"/w/{account}/clock").status_code == 200
    assert client.get("/w/555566667778/clock").status_code == 404


def test_the_configured_account_is_the_local_workspace(client: FlaskClient) -> None:
    assert send(client, sign(key=AccessKey("000000000000", "x"))).status_code == 200
    assert client.get("/w/000000000000/clock").status_code == 404


def test_no_account_has_pages_on_a_shared_host(hosted: Application) -> None:
    browser = hosted.app.test_client()
    browser.post("/door", data={"passphrase": "open sesame"})
    for workspace in ("555566667777", "local"):
        assert browser.get(f"/w/{workspace}/clock").status_code == 404
