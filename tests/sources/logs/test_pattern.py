"""Filter patterns as the guide explains them, beside a naive implementation, and hostile ones."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.logs import naive
from webapp.sources.logs.errors import InvalidFilterPattern
from webapp.sources.logs.pattern import read_pattern

TRAIL = json.dumps(
    {
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": None,
        "ThisFlag": True,
        "latency": 50,
        "coordinates": [[0, 1, 2], [4, 5, 6]],
        "ratio": 10e-3,
        "user": {"id": 1, "email": "John.Stiles@example.com"},
    }
)
ACCESS = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534\n'


def matches(pattern: str, message: str) -> bool:
    return read_pattern(pattern).match(message) is not None


@pytest.mark.parametrize(
    ("pattern", "message", "expected"),
    [
        ("", "anything", True),
        ("  ", "anything", True),
        ("ERROR", "[ERROR 401] UNAUTHORIZED REQUEST", True),
        ("ERROR", "Exiting with ERRORCODE: -1", True),
        ("ERROR", "[error]", False),
        ("ERROR -Exiting", "Exiting with ERRORCODE: -1", False),
        ('"ERROR" - "Exiting"', "Exiting with ERRORCODE: -1", False),
        ("-ERROR", "all is well", True),
        ("ERROR Exception", "[ERROR] Caught IllegalArgumentException", True),
        ("ERROR Exception", "Exception", False),
        ("?ERROR ?WARN", "WARN message", True),
        ("?ERROR ?WARN", "INFO message", False),
        ("?ERROR REQUEST", "INFO REQUEST", True),
        ("?ERROR -REQUEST", "INFO", True),
        ('"INTERNAL SERVER ERROR"', "500 INTERNAL SERVER ERROR", True),
        ('"INTERNAL SERVER ERROR"', "ERROR in SERVER", False),
        (r'"level\\\":\\\"error"', r"{\"level\":\"error\"}", True),
        ("%AUTHORIZED%", "UNAUTHORIZED", True),
        (r"%\d{1,3}\.\d{1,3}% -debug", "at 10.0", True),
        ("?%^a% ?%b$%", "xb", True),
    ],
)
def test_terms_are_found_in_any_message(pattern: str, message: str, expected: bool) -> None:
    assert matches(pattern, message) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{$.eventType=UpdateTrail}", True),
        ('{ $.eventType = "Update*" }', True),
        ("{ $.eventType = *Trail }", True),
        ("{ $.eventType = *date* }", True),
        ("{ $.eventType = Up*ail }", False),
        ('{ $.eventType = "*" }', True),
        ("{ $.latency = * }", True),
        ("{ $.missing = * }", False),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ("{ $.sourceIPAddress != 111.111.* }", False),
        ('{ $.arrayKey[0] = "value" }', True),
        ("{ $.arrayKey = value }", False),
        ("{ $.arrayKey != value }", False),
        ("{ $.missing != value }", False),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.objectList[2].id = 2 }", False),
        ("{ $.coordinates[1][2] = 6 }", True),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.SomeOtherObject IS NULL }", False),
        ("{ $.SomeOtherObject NOT EXISTS }", True),
        ("{ $.SomeObject NOT EXISTS }", False),
        ("{ $.ThisFlag IS TRUE }", True),
        ("{ $.ThisFlag IS FALSE }", False),
        ("{ $.ThisFlag = true }", False),
        ("{ $.latency >= 50 }", True),
        ("{ $.latency < +50 }", False),
        ("{ $.latency = 5e1 }", True),
        ("{ $.ratio <= 10e-3 }", True),
        ("{ $.ratio > -1.5 }", True),
        ("{ $.eventType > 1 }", False),
        ("{ $.eventType = %^Up.*l$% }", True),
        (r"{ $.sourceIPAddress != %^111\.% }", False),
        ('{ ($.user.id = 1) && ($.user.email = "John.*") }', True),
        ("{ ($.user.id = 2 && $.latency = 50) || $.latency = 51 }", False),
        ("{ $.user.id = 1 || $.latency = 0 && $.latency = 1 }", True),
        ("{ $.latency = 0 && $.latency = 1 || $.user.id = 1 }", True),
        ("{ ($.user.id = 1 || $.latency = 0) && $.latency = 1 }", False),
        ("{ ((($.user.id=1)) ) }", True),
    ],
)
def test_conditions_look_into_json(pattern: str, expected: bool) -> None:
    assert matches(pattern, TRAIL) is expected


@pytest.mark.parametrize(
    "message", ["$.a 1", "[1]", '"a"', "{", '{"a": NaN}', '{"a": 1} tail', "[" * 10_000, ""]
)
def test_a_json_pattern_matches_no_message_that_is_no_object(message: str) -> None:
    assert not matches("{ $.a NOT EXISTS }", message)


def test_a_json_pattern_looks_into_an_object_between_spaces() -> None:
    assert matches("{ $.a = 1 }", ' {"a": 1}\n')


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[ip, user, username, timestamp, request, status_code, bytes]", True),
        ("[ip, user, username, timestamp, request, status_code]", False),
        ("[..., status_code, bytes]", True),
        ("[ip, user, ...]", True),
        ("[ip, ..., bytes]", True),
        ("[]", True),
        ("[...]", True),
        ("[ip, user, username, timestamp, request, status_code = 4*, bytes > 1000]", True),
        ("[ip, user, username, timestamp, request, status_code = 404, bytes <= 1000]", False),
        ("[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]", True),
        ("[..., request=*.html*, status_code=4*,]", True),
        ("[..., status = 4* && status != 403, bytes]", True),
        ("[..., status = 500 || status = 404, bytes]", True),
        ("[..., (status = 5* || status = 4*) && status != 404, bytes]", False),
        (r"[ip=%127\.0\.0\.[1-9]%, ...]", True),
        ('[ip="127*", ...]', True),
        ('[ip="10.*", ...]', False),
        ("[a,b,c,d,e,f,g,..., h]", False),
        ("[ip-address, ...]", True),
    ],
)
def test_conditions_look_at_fields_between_spaces(pattern: str, expected: bool) -> None:
    assert matches(pattern, ACCESS) is expected


def test_fields_are_extracted_by_name_or_by_position() -> None:
    assert read_pattern("[..., request=*.html*, status_code=4*,]").match(ACCESS) == {
        "$1": "127.0.0.1",
        "$2": "-",
        "$3": "frank",
        "$4": "10/Oct/2000:13:25:15 -0700",
        "$request": "GET /index.html HTTP/1.0",
        "$status_code": "404",
        "$7": "1534",
    }


def test_selected_values_are_extracted_as_they_stood() -> None:
    pattern = read_pattern("{ $.latency = 5e1 && ($.SomeObject IS NULL || $.nothing = 1) }")
    assert pattern.match(TRAIL) == {"$.latency": "50", "$.SomeObject": "null"}


def test_terms_extract_nothing() -> None:
    assert read_pattern("ERROR").match("ERROR") == {}


def test_a_report_line_has_a_field_for_each_word() -> None:
    line = "REPORT RequestId: 8f\tDuration: 3.01 ms\tBilled Duration: 4 ms\t\n"
    pattern = '[r="REPORT", l="RequestId:", id, d="Duration:", ms >= 3, u="ms", ...]'
    found = read_pattern(pattern).match(line)
    assert found is not None
    assert (found["$id"], found["$ms"], found["$9"]) == ("8f", "3.01", "4")


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("{ $.a = 1", "If a filter pattern starts with '{' it must end with '}'"),
        ("{", "If a filter pattern starts with '{' it must end with '}'"),
        ("[time, level=ERROR, msg", "If a filter pattern starts with '[' it must end with ']'"),
        ("?Status: timeout", "Invalid character(s) in term ':'"),
        ("spawned (reason", "Invalid character(s) in term '('"),
        ("error-response", "Invalid character(s) in term '-'"),
        ('{ $."sc-status" = 5* }', "Invalid character(s) in term '$.\"'"),
        ('{ $.message = "x", $.path = "/y" }', "Invalid character(s) in term ','"),
        ('""', "Invalid character(s) in term '\"\"'"),
        (r"level\"", "Invalid character(s) in term '\\'"),
        ("%(a|b)%", "Invalid character(s) in term '('"),
        ('{ status = "401" }', "Invalid character(s) in term 's'"),
        ("{ $.a = 1 ) }", "Invalid character(s) in term ')'"),
        ("{ $.a ~ 1 }", "Invalid character(s) in term '~'"),
        ("{ $.a = b:c }", "Invalid character(s) in term ':'"),
    ],
)
def test_an_error_names_what_it_is_about(pattern: str, message: str) -> None:
    with pytest.raises(InvalidFilterPattern) as refused:
        read_pattern(pattern)
    assert refused.value.message == message
    assert refused.value.code == "InvalidParameterException"


@pytest.mark.parametrize(
    "pattern",
    [
        *("{}", "{ }", "{ $ = 1 }", "{ $[0] = 1 }", "{ $.a }", "{ $.a = }", "{ $.a[b] = 1 }"),
        *("{ $.a = 1 && }", "{ && }", "{ ($.a = 1 }", "{ $.a IS NOTHING }", "{ $.a ISNULL }"),
        *("{ $.a NOT THERE }", "{ $.a > b }", '{ $.a >= "1" }', "{ $.a < %1% }", "{ $.a = 'b' }"),
        *("[a=1 && b=2]", "[a && a=1]", "[..., a, ...]", "[a=]", "[,a b]", "[a=1 a=2]"),
        *('"open', "%open", "%%", "-", "?", "?-a", "- ", "{ $.a = %a% && $.b = %b% && $.c = %c% }"),
        *("%a% -%b% ?%c%", '"\\"', "[%a%]", "}", "]", "a\0b", "ä"),
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidFilterPattern):
        read_pattern(pattern)


# -- against the naive implementation


@given(naive.term_patterns(), naive.messages)
def test_terms_agree_with_the_naive_implementation(made: naive.Made, message: str) -> None:
    text, means = made
    assert matches(text, message) is means(message)


@pytest.mark.slow
@given(naive.json_patterns(), naive.documents)
def test_json_agrees_with_the_naive_implementation(
    made: tuple[str, Callable[[Any], bool]], document: dict[str, Any]
) -> None:
    text, means = made
    assert matches(text, json.dumps(document)) is means(document)


@given(naive.delimited_patterns(), st.lists(naive.values, max_size=7))
def test_fields_agree_with_the_naive_implementation(
    made: tuple[str, Callable[[list[str]], bool]], fields: list[str]
) -> None:
    text, means = made
    assert matches(text, "  ".join(fields)) is means(fields)


# -- hostile


@given(st.text(alphabet='{}[]()"%$.=!<>&|*?-,a1 \\^', max_size=40), st.text(max_size=20))
def test_no_text_breaks_the_reader(pattern: str, message: str) -> None:
    try:
        found = read_pattern(pattern)
    except InvalidFilterPattern:
        return
    assert found.match(message) in (None, {}) or pattern.strip()[0] in "[{"


@pytest.mark.parametrize("depth", [100, 480])
def test_nesting_costs_no_recursion(depth: int) -> None:
    assert matches("{" + "(" * depth + "$.a = 1" + ")" * depth + "}", '{"a": 1}')


def test_operators_can_nest_as_deep_as_a_pattern_is_long() -> None:
    nested = "($.a=1||" * 110 + "$.a=1" + ")" * 110
    assert matches("{" + nested + "}", '{"a": 1}')


@pytest.mark.parametrize(
    "pattern", ["a" * 1025, "{" + "(" * 1_000_000 + "}", "%" + "a*" * 500_000 + "%"]
)
def test_a_pattern_of_any_length_is_refused_at_once(pattern: str) -> None:
    with pytest.raises(InvalidFilterPattern, match="less than or equal to 1024"):
        read_pattern(pattern)


@pytest.mark.parametrize(
    "message", ["[ " * 130_000, '" ' * 130_001, "[" * 260_000, '{"a":' * 50_000]
)
@pytest.mark.parametrize("pattern", ["[..., a=1]", "{ $.a = 1 }", "%a*a*a*a*b%", "b"])
def test_no_message_takes_longer_than_it_is_long(pattern: str, message: str) -> None:
    # Quadratic work on messages of this size would take minutes: the suite's own limit ends it.
    assert not matches(pattern, message)


@pytest.mark.parametrize("number", ["1e999999999999999999", "9" * 100_000, "-1E-99999999999"])
def test_no_number_is_too_large_to_compare(number: str) -> None:
    assert matches("{ $.a != 1 }", f'{{"a": {number}}}')
    assert matches("{ $.a = * }", f'{{"a": {number}}}')
