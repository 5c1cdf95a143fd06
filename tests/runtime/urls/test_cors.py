"""What a function URL tells browsers of other origins (DG:urls-configuration)."""

import pytest

from webapp.runtime.urls.cors import answering, preflight, without_own
from webapp.runtime.urls.url_config import Cors

PAGE = "https://example.com"
RULES = Cors(
    allow_origins=(PAGE, "http://localhost:3000"),
    allow_methods=("GET", "POST"),
    allow_headers=("X-Mine",),
    expose_headers=("X-Yours",),
    max_age=300,
)


def told(rules: Cors, origin: str = PAGE, method: str = "GET") -> dict[str, str]:
    return dict(preflight(rules, origin=origin, wanted_method=method))


def test_a_preflight_hears_what_is_allowed() -> None:
    assert told(RULES) == {
        "Access-Control-Allow-Origin": PAGE,
        "Vary": "Origin",
        "Access-Control-Allow-Methods": "GET,POST",
        "Access-Control-Allow-Headers": "X-Mine",
        "Access-Control-Max-Age": "300",
    }


@pytest.mark.parametrize(
    ("origin", "method"),
    [("https://evil.example", "GET"), (f"{PAGE}.evil.example", "GET"), (PAGE, "DELETE")],
)
def test_a_preflight_hears_nothing_where_nothing_is_allowed(origin: str, method: str) -> None:
    assert told(RULES, origin, method) == {}


def test_an_asterisk_is_everybody_and_every_method() -> None:
    everybody = Cors(allow_origins=("*",), allow_methods=("*",))
    assert told(everybody, "https://anybody.example", "DELETE") == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "*",
    }


def test_credentials_are_for_an_origin_that_is_named() -> None:
    rules = Cors(allow_origins=("*",), allow_methods=("*",), allow_credentials=True)
    heard = told(rules, "https://anybody.example")
    assert heard["Access-Control-Allow-Origin"] == "https://anybody.example"
    assert heard["Access-Control-Allow-Credentials"] == "true"
    assert heard["Vary"] == "Origin"
    for strange in ("https://a b", "https://a\r\nx: y", "https://ä"):
        assert told(rules, strange) == {}


def test_every_other_answer_says_who_may_read_it() -> None:
    assert dict(answering(RULES, origin=PAGE)) == {
        "Access-Control-Allow-Origin": PAGE,
        "Vary": "Origin",
        "Access-Control-Expose-Headers": "X-Yours",
    }
    assert answering(RULES, origin=None) == []
    assert answering(RULES, origin="https://evil.example") == []


def test_the_urls_rules_stand_where_the_function_has_its_own() -> None:
    own = [("access-control-allow-origin", "*"), ("X-Mine", "a")]
    assert without_own(own) == [("X-Mine", "a")]
