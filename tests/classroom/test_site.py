"""The links that the server gives out, and the hosts that it knows as function URLs."""

import pytest

from webapp.classroom.site import LINK_SECONDS, Site, UrlHost

LOCAL = Site("http://localhost:8000", "secret")
HOSTED = Site("https://lab.example.org", "secret")
ID = "a" * 32


def test_a_function_url_is_below_the_site_with_a_host_of_its_own() -> None:
    url = LOCAL.function_url(ID, region="us-east-1")
    assert url == f"http://{ID}.lambda-url.us-east-1.localhost:8000/"
    hosted = HOSTED.function_url(ID, region="eu-west-1")
    assert hosted == f"https://{ID}.lambda-url.eu-west-1.lab.example.org/"


@pytest.mark.parametrize(
    "host",
    [
        f"{ID}.lambda-url.us-east-1.localhost:8000",
        f"{ID}.lambda-url.us-east-1.localhost",
        f"{ID.upper()}.Lambda-URL.us-east-1.LOCALHOST:8000",
        f"{ID}.lambda-url.us-east-1.localhost.:8000",
    ],
)
def test_the_host_of_a_function_url_is_known_however_it_is_written(host: str) -> None:
    assert LOCAL.url_host(host) == UrlHost(ID, "us-east-1")


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost:8000",
        "127.0.0.1:8000",
        "lambda-url.us-east-1.localhost",
        f"{ID}.lambda-url.localhost",
        f"{ID}.lambda-url.us-east-1.evil.example",
        f"{ID}.lambda-url.us-east-1.localhost.evil.example",
        f"x.{ID}.lambda-url.us-east-1.localhost",
    ],
)
def test_no_other_host_is_one(host: str) -> None:
    assert LOCAL.url_host(host) is None


def test_a_link_to_code_opens_it_for_ten_minutes_and_nothing_else() -> None:
    link = LOCAL.code_link("d" * 64, now=1000.0)
    address, _, query = link.partition("?")
    assert address == f"http://localhost:8000/code/{'d' * 64}"
    fields = dict(pair.split("=") for pair in query.split("&"))
    assert LOCAL.opens("d" * 64, **fields, now=1000.0 + LINK_SECONDS - 1)
    assert not LOCAL.opens("d" * 64, **fields, now=1000.0 + LINK_SECONDS)
    assert not LOCAL.opens("e" * 64, **fields, now=1000.0)
    later = {**fields, "expires": "99999999999"}
    assert not LOCAL.opens("d" * 64, **later, now=1000.0)
    assert not Site(LOCAL.address, "other").opens("d" * 64, **fields, now=1000.0)


@pytest.mark.parametrize("expires", ["", "-1", "1e9", "٣", "9" * 40])
def test_a_link_that_somebody_made_up_is_not_even_compared(expires: str) -> None:
    assert not LOCAL.opens("d" * 64, expires=expires, seal="ü", now=0.0)
