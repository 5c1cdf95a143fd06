"""What a target gets of an event (EventBridge user guide, "Input transformation")."""

import json
from typing import Any

import pytest
from hypothesis import given, strategies

from webapp.sources.buses.event import BusEvent, new_event
from webapp.sources.buses.json_path import read_path
from webapp.sources.buses.transformer import (
    InputTooLarge,
    Occasion,
    filled,
    part_of,
    to_json,
)
from webapp.sources.matching.values import MISSING, loads

DETAIL = (
    '{"instance-id":"i-1","state":"RUNNING","price":1.10,"tags":{"a":"b"},'
    '"list":[{"n":1},{"n":2}],"quote":"say \\"hi\\""}'
)
PATHS = {
    "instance": "$.detail.instance-id",
    "state": "$.detail.state",
    "price": "$.detail.price",
    "tags": "$.detail.tags",
    "first": "$.resources[0]",
    "quote": "$.detail.quote",
    "gone": "$.detail.gone",
    "all": "$.detail.list[*].n",
}
ROWS = [
    ('"<instance> is <state>"', '"i-1 is RUNNING"'),
    ('{"i":<instance>,"p":<price>,"t":<tags>}', '{"i":"i-1","p":1.10,"t":{"a":"b"}}'),
    ('{"i":"<instance>","p":"<price>"}', '{"i":"i-1","p":"1.10"}'),
    ('{"s":"instance \\"<instance>\\" is <state>"}', '{"s":"instance \\"i-1\\" is RUNNING"}'),
    ('{"t":"<tags>"}', '{"t":"{a:b}"}'),
    ('{"q":<quote>,"in":"<quote>"}', '{"q":"say \\"hi\\"","in":"say \\"hi\\""}'),
    ('{"gone":<gone>,"in":"<gone>"}', '{"gone":"","in":""}'),
    ('{"first":<first>,"all":<all>}', '{"first":"arn:one","all":[1,2]}'),
    ("<nobody>", "<nobody>"),
]


def event(detail: str = DETAIL) -> BusEvent:
    return new_event(
        source="my.app",
        detail_type="Order",
        detail=detail,
        account="000000000000",
        region="us-east-1",
        now=1_000_000.0,
        resources=("arn:one",),
    )


def occasion(of: BusEvent | None = None) -> Occasion:
    return Occasion(event=of or event(), rule_name="orders", rule_arn="arn:rule/orders")


@pytest.mark.parametrize(("template", "expected"), ROWS)
def test_a_template_is_filled_in_by_where_its_variables_stand(template: str, expected: str) -> None:
    assert filled(template, PATHS, occasion()) == expected


def test_reserved_variables_tell_of_rule_event_and_time() -> None:
    found = occasion()
    template = (
        '{"arn":"<aws.events.rule-arn>","name":<aws.events.rule-name>,'
        '"at":<aws.events.event.ingestion-time>,"head":<aws.events.event>,'
        '"whole":<aws.events.event.json>}'
    )
    told = json.loads(filled(template, {}, found))
    assert (told["arn"], told["name"]) == ("arn:rule/orders", "orders")
    assert told["at"] == "1970-01-12T13:46:40Z"
    assert told["whole"] == json.loads(found.event.text)
    assert told["head"] == {key: one for key, one in told["whole"].items() if key != "detail"}


def test_a_template_that_multiplies_the_event_is_refused_before_it_fills_the_memory() -> None:
    large = event('{"x":"' + "y" * 900_000 + '"}')
    with pytest.raises(InputTooLarge):
        filled("[" + "<aws.events.event.json>," * 300 + "0]", {}, occasion(large))


def test_a_path_leads_to_a_part() -> None:
    assert part_of(event(), "$.detail.tags") == '{"a":"b"}'
    assert part_of(event(), "$.detail.price") == "1.10"
    assert part_of(event(), "$.source") == '"my.app"'
    assert part_of(event(), "$.nothing") == "null"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", {"a": {"b c": [1, 2]}}),
        ("$.a['b c'][1]", 2),
        ("$.a['b c'][-1]", 2),
        ("$.a['b c'][*]", [1, 2]),
        ("$.a.*", [[1, 2]]),
        ("$.a['b c'][9]", MISSING),
        ("$.a.x.y", MISSING),
    ],
)
def test_a_path_is_followed_step_by_step(path: str, value: Any) -> None:
    found = read_path(path)
    assert found is not None
    assert found.value({"a": {"b c": [1, 2]}}) == value


@pytest.mark.parametrize(
    "path", ["", "a", "$a", "$..a", "$.a[", "$.a[?(@.b)]", "$.a[x]", "$.a.length()"]
)
def test_what_is_no_path_is_refused(path: str) -> None:
    assert read_path(path) is None


@given(
    strategies.recursive(
        strategies.none()
        | strategies.booleans()
        | strategies.integers()
        | strategies.floats(allow_nan=False, allow_infinity=False)
        | strategies.text(),
        lambda inner: strategies.lists(inner) | strategies.dictionaries(strategies.text(), inner),
        max_leaves=20,
    )
)
def test_json_is_written_as_it_was_read(value: Any) -> None:
    assert json.loads(to_json(loads(json.dumps(value)))) == value
