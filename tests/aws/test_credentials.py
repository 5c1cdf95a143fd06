"""Whose call it is: any credentials in self-study, a proven signature on a shared host."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from botocore import auth
from flask.testing import FlaskClient

from tests.aws.signing import ADA, BOB, TEST_KEY, WHO, error_code, send, sign
from webapp.classroom.access_keys import AccessKey
from webapp.wiring import Application


def account(answer_text: str) -> str:
    found = re.search(r"<Account>(\d{12})</Account>", answer_text)
    assert found is not None, answer_text
    return found[1]


def test_any_credentials_are_the_one_workspace_of_self_study(client: FlaskClient) -> None:
    for key in (TEST_KEY, AccessKey("AKIAIOSFODNN7EXAMPLE", "other"), AccessKey("x", "")):
        answer = send(client, sign(key=key))
        assert (answer.status_code, account(answer.text)) == (200, "000000000000")


def test_a_key_of_twelve_digits_is_an_account_of_its_own(client: FlaskClient) -> None:
    answer = send(client, sign(key=AccessKey("111122223333", "test")))
    assert account(answer.text) == "111122223333"


def test_an_address_may_be_signed_instead_of_a_header(client: FlaskClient) -> None:
    path = "/?Action=GetCallerIdentity&Version=2011-06-15"
    answer = send(client, sign(b"", method="GET", path=path, headers={}, in_query=True))
    assert account(answer.text) == "000000000000"


def test_a_shared_host_wants_the_workspaces_own_signature(hosted: Application) -> None:
    client = hosted.app.test_client()
    keys = hosted.services.access_keys
    assert send(client, sign(key=keys.of(ADA))).status_code == 200
    for key in (
        AccessKey(keys.of(ADA).id, keys.of(BOB).secret),
        AccessKey(keys.of(BOB).id, keys.of(ADA).secret),
        AccessKey(keys.of(ADA).id, ""),
    ):
        answer = send(client, sign(key=key))
        assert (answer.status_code, error_code(answer)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("key", ["test", "AKIAIOSFODNN7EXAMPL1", "111122223333", "AKIA", "w0"])
def test_a_shared_host_knows_no_other_keys(hosted: Application, key: str) -> None:
    answer = send(hosted.app.test_client(), sign(key=AccessKey(key, "test")))
    assert (answer.status_code, error_code(answer)) == (403, "InvalidClientTokenId")


@pytest.mark.parametrize("minutes", [-16, 16, -60 * 24, 60 * 24 * 365])
def test_a_signature_of_another_time_is_refused(
    hosted: Application, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(auth, "get_current_datetime", lambda *_, **__: moment)
    key = hosted.services.access_keys.of(ADA)
    answer = send(hosted.app.test_client(), sign(key=key))
    assert (answer.status_code, error_code(answer)) == (403, "SignatureDoesNotMatch")
    assert "15 min" in answer.text


@pytest.mark.parametrize(
    "authorization",
    ["AWS test:c2lnbmF0dXJl", "AWS4-ECDSA-P256-SHA256 Credential=a", "AWS4", "aws4-x y"],
)
def test_another_kind_of_signature_is_refused_by_its_name(
    client: FlaskClient, authorization: str
) -> None:
    answer = send(client, sign().changed(Authorization=authorization))
    assert (answer.status_code, error_code(answer)) == (400, "IncompleteSignature")
    assert "Unsupported AWS" in answer.text


def test_whatever_was_changed_on_the_way_is_refused(hosted: Application) -> None:
    client = hosted.app.test_client()
    request = sign(key=hosted.services.access_keys.of(ADA))
    assert send(client, request).status_code == 200
    date = request.headers["X-Amz-Date"]
    for changed in (
        {"Host": "evil.example"},
        {"X-Amz-Date": f"{date[:-2]}{(int(date[-2]) + 1) % 10}Z"},
        {"X-Amz-Target": "other"},
        {"X-Amz-Security-Token": "other"},
    ):
        answer = send(client, request.changed(**changed))
        assert answer.status_code in (400, 403), changed
    body = type(request)(request.method, request.url, request.headers, WHO + b"&A=1")
    assert error_code(send(client, body)) == "SignatureDoesNotMatch"
