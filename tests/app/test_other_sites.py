"""Pages elsewhere that show, fetch or lead to this one."""

import pytest
from flask.testing import FlaskClient

from webapp.wiring import Application

STREAM = "/w/local/labs/cold-and-warm/events"
LESSON = "/w/local/lessons/cold-and-warm"
ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}


@pytest.mark.parametrize("place", ["iframe", "frame", "embed", "object", "fencedframe"])
def test_another_site_cannot_show_a_page_inside_its_own(browser: FlaskClient, place: str) -> None:
    for path in (LESSON, STREAM):
        answer = browser.get(path, headers={**ELSEWHERE, "Sec-Fetch-Dest": place})
        assert answer.status_code == 403


def test_a_link_elsewhere_opens_the_page_in_its_own_tab(browser: FlaskClient) -> None:
    answer = browser.get(LESSON, headers={**ELSEWHERE, "Sec-Fetch-Dest": "document"})
    assert answer.status_code == 200


def test_what_is_typed_or_bookmarked_is_served(browser: FlaskClient) -> None:
    typed = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1"}
    assert browser.get(LESSON, headers=typed).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_a_foreign_origin_is_refused_whatever_it_does(browser: FlaskClient, method: str) -> None:
    answer = browser.open(LESSON, method=method, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("host", ["127.0.0.2:8000", "127.255.1.1", "[::1]:8000"])
def test_every_address_of_this_machine_alone_is_served(browser: FlaskClient, host: str) -> None:
    assert browser.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "[::ffff:10.0.0.1]", "[]"])
def test_other_ways_to_write_an_address_are_not(browser: FlaskClient, host: str) -> None:
    assert browser.get("/healthz", headers={"Host": host}).status_code == 403


def test_a_page_that_a_proxy_serves_by_tls_may_post_at_home_only(hosted: Application) -> None:
    browser = hosted.app.test_client()
    for origin, status in (
        ("https://school.example", 303),
        ("http://school.example", 303),
        ("https://school.example:444", 403),
        ("https://evil.example", 403),
        ("null", 403),
    ):
        headers = {"Host": "school.example", "Origin": origin}
        answer = browser.post("/door", data={"passphrase": "open sesame"}, headers=headers)
        assert answer.status_code == status, origin
