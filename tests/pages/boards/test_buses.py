"""The boards of a lab's buses: as forms, fragments and JSON, and what attackers send there."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.classroom.bus_course import write_routes
from tests.pages.asking import HTMX, JSON
from tests.pages.boards.board_lab import MARKUP, NO_MARKUP, answered, asked, put_back, started
from webapp import wiring

pytestmark = pytest.mark.slow

LAB = "/w/local/labs/routes"
SHOP = f"{LAB}/buses/bus-shop"
LARGE = f"{SHOP}/rules/large"
NEW = {"rule": "new", "pattern": '{"source": ["shop"]}', "to": "bus-reader"}
ORDER = {"source": "shop", "detail_type": "order"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wiring.Application]:
    yield from started(tmp_path_factory.mktemp("routes"), write_routes)


@pytest.fixture
def routes(running: wiring.Application) -> FlaskClient:
    """Give a client of a lab whose buses are as the lesson says."""
    return put_back(running, LAB)


def newest(client: FlaskClient) -> Any:
    return client.get(SHOP, headers=JSON).get_json()["events"][0]


def rule(client: FlaskClient, name: str = "large") -> Any:
    found = client.get(f"{SHOP}/rules", headers=JSON).get_json()["rules"]
    return next(one for one in found if one["name"] == name)


def test_an_event_that_is_put_shows_which_rules_match_and_which_field_decided(
    routes: FlaskClient,
) -> None:
    said = asked(routes, f"{SHOP}/put", **ORDER, detail='{"total": 5}')
    assert (said.status_code, "Put: event" in said.text) == (200, True)
    found = newest(routes)
    assert found["rules"] == {"large": False, "orders": True}
    assert found["why_not"] == {"large": "detail.total is 5; the pattern asks for a number > 100"}
    html = routes.get(SHOP, headers=HTMX).text
    assert "1 of 2 rules" in html
    assert "detail.total is 5; the pattern asks for a number &gt; 100" in html


def test_a_pattern_is_tried_on_an_event_and_nothing_changes(routes: FlaskClient) -> None:
    pattern = '{"detail": {"total": [{"numeric": [">", 3]}], "kind": ["paid"]}}'
    event = '{"detail": {"total": 5, "kind": "open"}}'
    tried = answered(routes, f"{LARGE}/test", pattern=pattern, event=event)
    assert tried == {
        "matched": False,
        "why_not": [["detail.kind", '"open"', '"paid"']],
        "error": "",
    }
    html = asked(routes, f"{LARGE}/test", pattern=pattern, event=event).text
    assert "no match" in html
    assert "detail.kind" in html
    event = event.replace("open", "paid")
    assert "matches" in asked(routes, f"{LARGE}/test", pattern=pattern, event=event).text
    assert rule(routes)["pattern"] != pattern
    assert routes.get(SHOP, headers=JSON).get_json()["events"] == []


def test_a_rule_gets_another_pattern_and_is_switched(routes: FlaskClient) -> None:
    pattern = '{"detail": {"total": [{"numeric": [">", 3]}]}}'
    assert "from now on" in asked(routes, f"{LARGE}/pattern", pattern=pattern).text
    assert json.loads(rule(routes)["pattern"]) == json.loads(pattern)
    answered(routes, f"{SHOP}/rules/orders/switch", enabled="false")
    answered(routes, f"{SHOP}/put", **ORDER, detail='{"total": 5}')
    assert newest(routes)["rules"] == {"large": True}
    answered(routes, f"{SHOP}/rules/orders/switch", enabled="true")
    assert rule(routes, "orders")["enabled"]


def test_a_rule_is_added_for_what_the_lab_owns_and_deleted_again(routes: FlaskClient) -> None:
    pattern = '{"detail": {"total": [{"numeric": ["<", 9]}]}}'
    new = {"rule": "small", "pattern": pattern, "to": "bus-reader"}
    said = asked(routes, f"{SHOP}/rules", **new)
    assert "Rule small sends what matches to bus-reader from now on" in said.text
    assert rule(routes, "small")["to"] == ["bus-reader"]
    answered(routes, f"{SHOP}/put", **ORDER, detail='{"total": 5}')
    assert newest(routes)["rules"]["small"]
    assert "There is a rule small already" in asked(routes, f"{SHOP}/rules", **new).text
    assert "is deleted" in asked(routes, f"{SHOP}/rules/small/delete").text
    names = [one["name"] for one in routes.get(f"{SHOP}/rules", headers=JSON).get_json()["rules"]]
    assert "small" not in names


def test_the_rows_of_other_rules_keep_their_ids_when_one_comes_and_goes(
    routes: FlaskClient,
) -> None:
    def rows() -> list[str]:
        html = routes.get(f"{SHOP}/rules", headers=HTMX).text
        return re.findall(r'<details class="message__details" id="([^"]+)"', html)

    before = rows()
    new = {"rule": "a-first", "pattern": '{"source": ["shop"]}', "to": "bus-reader"}
    asked(routes, f"{SHOP}/rules", **new)
    assert set(before) < set(rows())
    asked(routes, f"{SHOP}/rules/large/delete")
    assert len(set(before) - set(rows())) == 1


def test_a_new_rule_begins_with_a_pattern_that_the_newest_event_matches(
    routes: FlaskClient,
) -> None:
    answered(routes, f"{SHOP}/put", source="till", detail_type="sale", detail="{}")
    html = routes.get("/w/local/lessons/routes").text
    form = html.partition('id="bus-1-new-pattern"')[2].partition("</textarea>")[0]
    assert "till" in form
    assert "sale" in form


def test_a_pattern_is_laid_out_with_the_values_of_a_field_on_one_line(
    routes: FlaskClient,
) -> None:
    assert rule(routes)["pattern"] == (
        '{\n  "detail": {\n    "total": [{"numeric": [">", 100]}]\n  }\n}'
    )


def test_a_form_without_script_leads_back_to_the_boards(routes: FlaskClient) -> None:
    sent = {**ORDER, "detail": "{}"}
    answer = routes.post(f"{SHOP}/put", data=sent, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("#part-buses")


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("put", {"source": "", "detail_type": "d", "detail": "{}"}, "Source is a required"),
        ("put", {"source": "s", "detail_type": "d", "detail": "[]"}, "Detail is malformed"),
        (
            "put",
            {"source": "s", "detail_type": "d", "detail": '{"a":' * 900},
            "Detail is malformed",
        ),
        ("put", {"source": "aws.s3", "detail_type": "d", "detail": "{}"}, "Not authorized"),
        ("rules/large/pattern", {"pattern": "{"}, "Event pattern is not valid"),
        ("rules/large/pattern", {"pattern": ""}, "must be specified"),
        ("rules/large/pattern", {"pattern": "[" * 5000}, "Event pattern is not valid"),
        ("rules/large/test", {"pattern": "{", "event": "{}"}, "Event pattern is not valid"),
        ("rules/large/test", {"pattern": '{"a":["b"]}', "event": "["}, "Parameter Event"),
        ("rules/large/test", {"pattern": '{"a":["b"]}', "event": "x" * 1_100_000}, "over 1 MB"),
        ("rules/none/pattern", {"pattern": '{"a":["b"]}'}, "Rule none does not exist"),
        ("rules/none/delete", {}, "Rule none does not exist"),
        ("rules", {**NEW, "rule": ""}, "A rule&#39;s name has 1 to 64"),
        ("rules", {**NEW, "rule": "a b"}, "A rule&#39;s name has 1 to 64"),
        ("rules", {**NEW, "rule": "a" * 65}, "A rule&#39;s name has 1 to 64"),
        ("rules", {**NEW, "rule": MARKUP}, "A rule&#39;s name has 1 to 64"),
        ("rules", {**NEW, "to": "bus-shop"}, "nothing called"),
        ("rules", {**NEW, "to": MARKUP}, "nothing called"),
        ("rules", {**NEW, "to": "arn:aws:lambda:us-east-1:1:function:x"}, "nothing called"),
        ("rules", {**NEW, "pattern": "{"}, "Event pattern is not valid"),
        ("rules", {**NEW, "rule": "large"}, "There is a rule large already"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    routes: FlaskClient, path: str, fields: dict[str, str], words: str
) -> None:
    answer = asked(routes, f"{SHOP}/{path}", **fields)
    assert 400 <= answer.status_code < 500
    assert words in answer.text


@pytest.mark.parametrize(
    "name", ["default", "..%2Fbus-shop", "BUS-SHOP", "arn:aws:events:x", MARKUP]
)
def test_a_bus_that_is_not_the_labs_cannot_be_named(routes: FlaskClient, name: str) -> None:
    for method, path in (("get", ""), ("get", "/rules"), ("post", "/put"), ("post", "/rules")):
        answer = getattr(routes, method)(f"{LAB}/buses/{name}{path}", headers=HTMX)
        assert answer.status_code == 404
        assert NO_MARKUP not in answer.text


def test_what_is_typed_never_becomes_markup(routes: FlaskClient) -> None:
    detail = json.dumps({"a": MARKUP, "total": MARKUP})
    answered(routes, f"{SHOP}/put", source=MARKUP, detail_type=MARKUP, detail=detail)
    pattern = json.dumps({"detail": {"a": [MARKUP]}})
    assert asked(routes, f"{LARGE}/pattern", pattern=pattern).status_code == 200
    tried = asked(routes, f"{LARGE}/test", pattern=pattern, event=json.dumps({"detail": {}}))
    page = routes.get("/w/local/lessons/routes").text
    for html in (page, tried.text, routes.get(SHOP, headers=HTMX).text):
        assert "&lt;img src=x" in html
        assert NO_MARKUP not in html


def test_a_deleted_bus_says_so_and_can_be_created_again(
    routes: FlaskClient, running: wiring.Application
) -> None:
    from webapp.classroom.sources.lab_buses import buses_of

    loop, platform = running.services.loop, running.services.platform
    buses = buses_of(loop.call(platform.workspace("local")))
    for live in buses.rules.of_bus("bus-shop"):
        targets = [one.identifier for one in live.record.targets]
        name = live.record.name
        loop.call(buses.rules.remove_targets(name, targets, bus="bus-shop", run=""))
        loop.call(buses.rules.delete(name, bus="bus-shop", run=""))
    loop.call(buses.delete("bus-shop", run=""))
    assert "This bus was deleted" in routes.get(f"{SHOP}/rules", headers=HTMX).text
    assert asked(routes, f"{SHOP}/put", **ORDER, detail="{}").status_code == 400
    assert "Created as the lesson says" in asked(routes, f"{SHOP}/restore").text
    answered(routes, f"{SHOP}/put", **ORDER, detail='{"total": 5}')
    assert newest(routes)["rules"] == {"large": False, "orders": True}


def test_every_button_of_a_board_has_its_command(routes: FlaskClient) -> None:
    answered(routes, f"{SHOP}/put", **ORDER, detail='{"total": 5}')
    html = routes.get(f"{LAB}/commands", headers=HTMX).text
    assert "events put-events" in html
    assert "EventBusName" in html
    assert "events put-rule" in html
    assert "events put-targets" in html
    assert "events enable-rule" in html
