"""Patterns: row by row, against a second implementation, and what they say of a mismatch."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.matching import naive
from webapp.sources.matching import document as document_module
from webapp.sources.matching.dialect import EVENT_BRIDGE, NOTIFICATION_SERVICE
from webapp.sources.matching.document import Document
from webapp.sources.matching.errors import PatternInvalid
from webapp.sources.matching.pattern import Pattern, read_pattern
from webapp.sources.matching.values import loads


def pattern(document: object, *, dialect: Any = NOTIFICATION_SERVICE) -> Pattern:
    return read_pattern(loads(json.dumps(document)), dialect=dialect)


def event(document: object) -> Any:
    return loads(json.dumps(document))


ROWS = [
    # exactly
    ({"a": ["x"]}, {"a": "x"}, {"a": "X"}),
    ({"a": ["x", "y"]}, {"a": "y"}, {"a": "z"}),
    ({"a": [1]}, {"a": 1}, {"a": "1"}),
    ({"a": [1]}, {"a": 1.0}, {"a": True}),
    ({"a": [True]}, {"a": True}, {"a": "true"}),
    ({"a": [None]}, {"a": None}, {}),
    ({"a": [""]}, {"a": ""}, {"a": None}),
    # text
    ({"a": [{"prefix": "au"}]}, {"a": "auto"}, {"a": "tau"}),
    ({"a": [{"suffix": "to"}]}, {"a": "auto"}, {"a": "top"}),
    ({"a": [{"equals-ignore-case": "Rugby"}]}, {"a": "rUGBY"}, {"a": "rugby "}),
    ({"a": [{"wildcard": "*ball"}]}, {"a": "football"}, {"a": "balls"}),
    ({"a": [{"wildcard": "foot*ll"}]}, {"a": "footll"}, {"a": "footl"}),
    ({"a": [{"wildcard": "a*b*a"}]}, {"a": "abba"}, {"a": "aa"}),
    ({"a": [{"wildcard": "a\\*b"}]}, {"a": "a*b"}, {"a": "axb"}),
    ({"a": [{"wildcard": "a\\\\*"}]}, {"a": "a\\x"}, {"a": "ax"}),
    ({"a": [{"wildcard": "plain"}]}, {"a": "plain"}, {"a": "plainly"}),
    ({"a": [{"prefix": "1"}]}, {"a": "12"}, {"a": 12}),
    # numbers
    ({"a": [{"numeric": ["=", 3.0]}]}, {"a": 3}, {"a": 3.1}),
    ({"a": [{"numeric": [">", 0]}]}, {"a": 0.1}, {"a": 0}),
    ({"a": [{"numeric": ["<", 0]}]}, {"a": -1}, {"a": 0}),
    ({"a": [{"numeric": [">=", 0, "<=", 10]}]}, {"a": 10}, {"a": 10.001}),
    ({"a": [{"numeric": [">", 0, "<", 10]}]}, {"a": 5}, {"a": "5"}),
    # not
    ({"a": [{"anything-but": "x"}]}, {"a": "y"}, {"a": "x"}),
    ({"a": [{"anything-but": ["x", "y"]}]}, {"a": "z"}, {"a": "y"}),
    ({"a": [{"anything-but": ["x", "y"]}]}, {"a": ["x", "z"]}, {"a": ["x", "y"]}),
    ({"a": [{"anything-but": [1, 2]}]}, {"a": 3}, {"a": 2}),
    ({"a": [{"anything-but": "x"}]}, {"a": 1}, {}),
    ({"a": [{"anything-but": {"prefix": "x"}}]}, {"a": "yx"}, {"a": "xy"}),
    ({"a": [{"anything-but": {"suffix": "x"}}]}, {"a": "xy"}, {"a": "yx"}),
    ({"a": [{"anything-but": {"wildcard": "*x*"}}]}, {"a": "y"}, {"a": "yxy"}),
    ({"a": [{"anything-but": {"equals-ignore-case": "x"}}]}, {"a": "y"}, {"a": "X"}),
    # whether it is there
    ({"a": [{"exists": True}]}, {"a": None}, {}),
    ({"a": [{"exists": False}]}, {"b": 1}, {"a": 1}),
    ({"a": [{"exists": False}, "x"]}, {"a": "x"}, {"a": "y"}),
    ({"a": [{"exists": True}]}, {"a": [[], ["x"]]}, {"a": []}),
    ({"a": [{"exists": False}]}, {"a": {"b": 1}}, {"a": [1]}),
    ({"a": {"b": [{"exists": False}]}}, {"a": [{"c": 1}]}, {"a": [{"b": 1}, {"c": 2}]}),
    # addresses
    ({"a": [{"cidr": "10.0.0.0/24"}]}, {"a": "10.0.0.255"}, {"a": "10.0.1.0"}),
    ({"a": [{"cidr": "2001:db8::/32"}]}, {"a": "2001:db8::1"}, {"a": "no address"}),
    # and, or, below
    ({"a": ["x"], "b": ["y"]}, {"a": "x", "b": "y"}, {"a": "x", "b": "z"}),
    ({"a": {"b": {"c": ["x"]}}}, {"a": {"b": {"c": "x"}}}, {"a": {"b": "x"}}),
    ({"a.b": ["x"]}, {"a": {"b": "x"}}, {"a": "x"}),
    ({"a": {"b": ["x"]}}, {"a.b": "x"}, {"a.b": "y"}),
    ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"b": "y"}, {"a": "y"}),
    ({"c": [1], "$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"a": "x", "c": 1}, {"a": "x"}),
    ({"a": {"$or": [{"b": ["x"]}, {"c": ["y"]}]}}, {"a": {"c": "y"}}, {"c": "y"}),
    ({"$or": ["x", "y"]}, {"$or": "y"}, {"a": "x"}),
    # arrays
    ({"a": ["x"]}, {"a": ["y", "x"]}, {"a": [["y"]]}),
    ({"a": {"b": [1], "c": [2]}}, {"a": [{"b": 1, "c": 2}]}, {"a": [{"b": 1}, {"c": 2}]}),
]


@pytest.mark.parametrize(("policy", "right", "wrong"), ROWS)
def test_each_operator_tells_right_from_wrong(policy: Any, right: Any, wrong: Any) -> None:
    assert pattern(policy).matches(event(right))
    assert pattern(policy).why_not(event(right)) == ""
    assert not pattern(policy).matches(event(wrong))
    assert pattern(policy).why_not(event(wrong))


def test_eventbridge_tells_numbers_apart_by_their_digits() -> None:
    found = pattern({"a": [300]}, dialect=EVENT_BRIDGE)
    assert found.matches(loads('{"a": 300}'))
    assert not found.matches(loads('{"a": 300.0}'))
    assert pattern({"a": [300]}).matches(loads('{"a": 3.0e2}'))


def test_eventbridge_takes_several_texts_and_any_case_inside_an_operator() -> None:
    found = pattern({"a": [{"anything-but": {"prefix": ["x", "y"]}}]}, dialect=EVENT_BRIDGE)
    assert found.matches({"a": "z"})
    assert not found.matches({"a": "yes"})
    found = pattern({"a": [{"prefix": {"equals-ignore-case": "eVent"}}]}, dialect=EVENT_BRIDGE)
    assert found.matches({"a": "EventBridge"})


def test_a_mismatch_names_the_field_that_decided() -> None:
    found = pattern({"store": ["example"], "price": [{"numeric": [">=", 100]}]})
    assert found.why_not(event({"store": "example", "price": 7.5})) == (
        "price is 7.5; the pattern asks for a number >= 100"
    )
    assert found.why_not(event({"price": 200})) == (
        'store is missing; the pattern asks for "example"'
    )


def test_a_mismatch_says_everything_that_was_asked_for() -> None:
    found = pattern({"a": {"b": ["x", {"prefix": "y"}, {"anything-but": ["q", "r"]}]}})
    assert found.why_not(event({"a": {"b": "q"}})) == (
        'a.b is "q"; the pattern asks for "x", text that begins with "y" or anything but "q" or "r"'
    )


def test_a_mismatch_of_alternatives_tells_of_each() -> None:
    found = pattern({"$or": [{"a": ["x"]}, {"b": [{"exists": False}]}]})
    assert found.why_not(event({"b": [1, 2, 3, 4]})) == (
        'a is missing; the pattern asks for "x". Nor is the next alternative met: '
        "b is 1, 2, 3, …; the pattern asks for no value at all"
    )


def test_a_mismatch_of_elements_says_that_no_element_has_all() -> None:
    found = pattern({"a": {"b": [1], "c": [2]}})
    assert "one element that has all of them" in found.why_not(event({"a": [{"b": 1}, {"c": 2}]}))


def test_a_long_value_is_cut_where_it_is_shown() -> None:
    reason = pattern({"a": ["x"]}).why_not({"a": "y" * 100_000})
    assert len(reason) < 200


REFUSED = [
    ([], "Filter is not an object"),
    ({"key": "value"}, '"key" must be an object or an array'),
    ({"key": []}, "Empty arrays are not allowed"),
    ({"key": {}}, "Empty objects are not allowed"),
    ({"key": [["value"]]}, "Match value must be String, number, true, false, or null"),
    ({"key": [{"wrong-operator": True}]}, "Unrecognized match type wrong-operator"),
    ({"key": [{"suffix": "a", "prefix": "b"}]}, "Only one key allowed in match expression"),
    ({"key": [{"suffix": 100}]}, "suffix match pattern must be a string"),
    ({"key": {"suffix": "value"}}, '"suffix" must be an object or an array'),
    ({"key": [{"exists": "no"}]}, "exists match pattern must be either true or false."),
    ({"key": [{"numeric": []}]}, "Invalid member in numeric match: ]"),
    ({"key": [{"numeric": ["operator"]}]}, "Unrecognized numeric range operator: operator"),
    ({"key": [{"numeric": [1, "<="]}]}, "Invalid member in numeric match: 1"),
    ({"key": [{"numeric": ["=", "000"]}]}, "Value of equals must be numeric"),
    ({"key": [{"numeric": [">="]}]}, "Value of >= must be numeric"),
    ({"key": [{"numeric": ["<", 9, ">", 1]}]}, "Too many elements in numeric expression"),
    ({"key": [{"numeric": [">=", 1, ">", 2]}]}, "Bad numeric range operator: >"),
    ({"key": [{"numeric": [">", 3, "<", 1]}]}, "Bottom must be less than top"),
    ({"key": [{"numeric": [">", 20, 30]}]}, "Bad value in numeric range: 30"),
    (
        {"key": [{"numeric": [">", 20, "<", 30, "<", 50]}]},
        "Too many terms in numeric range expression",
    ),
    ({"key": [{"cidr": "10.0.0.0"}]}, "Malformed CIDR, one '/' required"),
    ({"key": [{"cidr": "10.0.0.0/x"}]}, "Malformed CIDR, mask bits must be an integer"),
    ({"key": [{"cidr": "10.0/8"}]}, "Nonstandard IP address: 10.0"),
    ({"key": [{"anything-but": {"numeric": [1]}}]}, "Unsupported anything-but pattern: numeric"),
    ({"key": [{"wildcard": "a**b"}]}, "Consecutive wildcard characters at pos 1"),
]


@pytest.mark.parametrize(("policy", "words"), REFUSED)
def test_a_wrong_pattern_is_refused_in_the_services_words(policy: Any, words: str) -> None:
    with pytest.raises(PatternInvalid) as refused:
        pattern(policy)
    assert refused.value.message == words


def test_alternatives_that_multiply_without_end_are_refused() -> None:
    branches = [{f"a{number}": ["x"]} for number in range(40)]
    document = {f"k{number}": {"$or": branches} for number in range(12)}
    with pytest.raises(PatternInvalid, match="too complex"):
        pattern(document)


def test_a_pattern_nested_beyond_reason_is_refused() -> None:
    with pytest.raises(PatternInvalid, match="64 levels"):
        read_pattern(loads('{"a":' * 200 + '["x"]' + "}" * 200), dialect=NOTIFICATION_SERVICE)
    with pytest.raises(ValueError, match="deep"):
        loads("[" * 100_000)


def test_hostile_objects_take_no_recursion_and_no_time_that_grows_fast() -> None:
    found = pattern({"a": {"b": [{"wildcard": "*a*a*a*a*b"}]}})
    nested: Any = "a" * 10_000
    for _ in range(5_000):
        nested = [nested]
    assert not found.matches({"a": {"b": nested}})
    assert not found.matches({"." * 100_000: 1, "a." * 50_000: 1, "a": [{}] * 10_000})


# -- against the second implementation

names = st.sampled_from(["a", "b", "c"])
texts = st.sampled_from(["", "x", "X", "xy", "yx", "xyx", "10.0.0.1", "10.0.1.9"])
numbers = st.sampled_from([Decimal(one) for one in ("0", "1", "1.0", "-2", "2.5")])
leaves = st.one_of(texts, numbers, st.booleans(), st.none())
ranges = st.tuples(numbers, numbers).filter(lambda two: two[0] < two[1])
inside = st.one_of(
    texts,
    st.lists(texts, min_size=1, max_size=2),
    st.lists(numbers, min_size=1, max_size=2),
    st.builds(
        lambda operator, text: {operator: text},
        st.sampled_from(["prefix", "suffix", "equals-ignore-case"]),
        texts,
    ),
)
rules = st.one_of(
    leaves,
    st.builds(
        lambda operator, text: {operator: text},
        st.sampled_from(["prefix", "suffix", "equals-ignore-case"]),
        texts,
    ),
    st.sampled_from(["x*", "*x", "x*x", "*y*", "*"]).map(lambda text: {"wildcard": text}),
    st.booleans().map(lambda wanted: {"exists": wanted}),
    inside.map(lambda wanted: {"anything-but": wanted}),
    st.just({"cidr": "10.0.0.0/24"}),
    st.builds(
        lambda two, low, high: {"numeric": [low, two[0], high, two[1]]},
        ranges,
        st.sampled_from([">", ">="]),
        st.sampled_from(["<", "<="]),
    ),
    st.builds(lambda sign, to: {"numeric": [sign, to]}, st.sampled_from(["=", "<", ">="]), numbers),
)
fields = st.dictionaries(names, st.lists(rules, min_size=1, max_size=2), min_size=1, max_size=3)


def _with_alternatives(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    branches = st.lists(below, min_size=2, max_size=2).map(lambda two: {"$or": two})
    return st.builds(lambda one, other: {**one, **other}, below, st.one_of(st.just({}), branches))


def _deeper(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(names, below, min_size=1, max_size=2)


documents = _with_alternatives(
    st.one_of(fields, _deeper(fields), _deeper(_with_alternatives(fields)))
)
objects = st.recursive(
    st.dictionaries(names, leaves, max_size=3),
    lambda below: st.dictionaries(
        names, st.one_of(leaves, below, st.lists(st.one_of(leaves, below), max_size=3)), max_size=3
    ),
    max_leaves=6,
)


@pytest.mark.slow
@given(document=documents, given_object=objects, by_text=st.booleans())
def test_it_agrees_with_the_naive_implementation(
    document: Any, given_object: Any, by_text: bool
) -> None:
    dialect = EVENT_BRIDGE if by_text else NOTIFICATION_SERVICE
    found = read_pattern(document, dialect=dialect)
    expected = naive.matches(document, given_object, by_text=by_text)
    assert found.matches(given_object) is expected
    assert bool(found.mismatches(given_object)) is not expected


MANY = [{"prefix": f"p{number}"} for number in range(250)]
WORDS = [f"p{number}" for number in range(400)]
OBJECTS = {"items": [{"a": 1}] * 400}
HOSTILE = [
    # an array of many texts, and hundreds of conditions for each
    ({"items": MANY}, {"items": ["x"] * 1_000}),
    ({"items": [{"anything-but": WORDS}]}, {"items": ["p1"] * 90}),
    # fields below many objects, in hundreds of alternatives
    ({"$or": [{"items": {"a": ["x"], f"b{number}": ["y"]}} for number in range(500)]}, OBJECTS),
    ({"items": {"b": [{"exists": False}], "a": ["x"]}}, {"items": [{"a": 1}] * 2_000}),
    # a long text for hundreds of conditions
    ({"a": [{"equals-ignore-case": word} for word in WORDS]}, {"a": "P" * 10_000}),
]


@pytest.fixture
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be a hundredth of the comparisons, so that little is too much."""
    monkeypatch.setattr(document_module, "MOST_WORK", 3_000)
    monkeypatch.setattr(document_module, "MOST_WORK_TOGETHER", 60_000)


@pytest.mark.usefixtures("little_work")
@pytest.mark.parametrize(("asked", "given_to"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_takes_too_many_comparisons_does_not_match_and_says_so(
    asked: dict[str, Any], given_to: dict[str, Any]
) -> None:
    document, asks = Document(event(given_to)), pattern(asked, dialect=EVENT_BRIDGE)
    assert not asks.matches(document)
    assert asks.why_not(document) == (
        "The event is too much to compare with this pattern here; the pattern asks for what takes "
        "at most 300,000 comparisons"
    )


@pytest.mark.usefixtures("little_work")
def test_a_hostile_pattern_leaves_work_for_others_and_all_of_them_together_have_a_bound() -> None:
    hostile, kind = pattern({"items": MANY}), pattern({"source": ["shop"]})
    document = Document(event({"items": ["x"] * 1_000, "source": "shop"}))
    for _ in range(3):
        assert not hostile.matches(document)
        assert kind.matches(document)
    for _ in range(20):
        assert not hostile.matches(document)
    assert not kind.matches(document)
    assert kind.why_not(document).startswith("The event is too much to compare")


@pytest.mark.usefixtures("little_work")
def test_names_are_put_in_order_once_for_all_patterns() -> None:
    """Each name of an object counts once, however many patterns and alternatives look at it."""
    document = Document(event({f"k{number}": 1 for number in range(20_000)}))
    asks = pattern({"$or": [{f"a{number}": ["x"]} for number in range(500)]})
    for _ in range(20):
        assert not asks.matches(document)
    assert "too much" not in asks.why_not(document)


def test_a_name_of_many_steps_is_refused_as_if_it_were_nested() -> None:
    for wanted in ({"a" + ".a" * 1900: ["x"]}, {"a" + ".a" * 40: {"b" + ".b" * 40: ["x"]}}):
        with pytest.raises(PatternInvalid, match="more than 64 levels deep"):
            pattern(wanted)
