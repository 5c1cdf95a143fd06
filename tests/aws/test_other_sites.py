"""A page elsewhere, as it tries to drive the lab by AWS calls (rule 26)."""

import pytest
from flask.testing import FlaskClient

from tests.aws.signing import send, sign

PATH = "/?Action=GetCallerIdentity&Version=2011-06-15"
CROSS = {"Sec_Fetch_Site": "cross-site"}


def test_a_signed_link_elsewhere_leads_nowhere(client: FlaskClient) -> None:
    link = sign(b"", method="GET", path=PATH, headers={}, in_query=True)
    for mode, kind in (("navigate", "document"), ("no-cors", "image"), ("cors", "empty")):
        answer = send(client, link, **CROSS, Sec_Fetch_Mode=mode, Sec_Fetch_Dest=kind)
        assert answer.status_code == 403, mode
        assert b"<Account>" not in answer.data
    assert send(client, link, Sec_Fetch_Site="none", Sec_Fetch_Mode="navigate").status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9000"])
def test_a_foreign_origin_sends_no_aws_call(client: FlaskClient, origin: str) -> None:
    for request in (sign(), sign(b"", method="GET", path=PATH, headers={}, in_query=True)):
        assert send(client, request, Origin=origin).status_code == 403


def test_a_browser_that_does_not_say_which_site_asks_is_refused(client: FlaskClient) -> None:
    link = sign(b"", method="GET", path=PATH, headers={}, in_query=True)
    assert send(client, link, User_Agent="Mozilla/5.0 (an old one)").status_code == 403
    new = {"User_Agent": "Mozilla/5.0", "Sec_Fetch_Site": "none"}
    assert send(client, link, **new).status_code == 200
    assert send(client, link, User_Agent="Boto3/1.0 md/Botocore").status_code == 200


def test_a_name_that_was_bound_to_this_machine_is_refused(client: FlaskClient) -> None:
    assert send(client, sign(), Host="evil.example").status_code == 403


def test_what_a_browser_opens_of_aws_is_no_page_of_ours(client: FlaskClient) -> None:
    answer = send(client, sign())
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
