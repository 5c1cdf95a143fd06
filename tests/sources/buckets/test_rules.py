"""Which requests and changes fit: ranges, conditions, notification rules, names."""

from typing import Any

import pytest

from webapp.sources.buckets.checksums import checksum_of
from webapp.sources.buckets.conditions import Conditions
from webapp.sources.buckets.errors import (
    BucketError,
    InvalidArgument,
    InvalidRange,
    MalformedXml,
    NotModified,
    PreconditionFailed,
)
from webapp.sources.buckets.names import check_bucket_name, check_key
from webapp.sources.buckets.notification import Rule, Rules, check_rules, document, read_rules
from webapp.sources.buckets.ports import ObjectRecord
from webapp.sources.buckets.ranges import bytes_asked

OBJECT = ObjectRecord(key="k", version="null", order=1, modified=100.5, body="b", etag="e")
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"


def rule(*events: str, prefix: str = "", suffix: str = "", identifier: str = "r") -> Rule:
    return Rule(
        identifier=identifier, kind="queue", arn=QUEUE, events=events, prefix=prefix, suffix=suffix
    )


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("bytes=0-4", (0, 5)),
        ("bytes=5-", (5, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-99", (0, 10)),
        ("bytes=8-99", (8, 10)),
        ("", None),
        ("bytes=-", None),
        ("bytes=4-2", None),
        ("bytes=0-1,3-4", None),
        ("pages=0-1", None),
        ("bytes=0-99999999999999999999", None),
    ],
)
def test_a_range_names_bytes_or_means_all(text: str, asked: tuple[int, int] | None) -> None:
    assert bytes_asked(text, 10) == asked


@pytest.mark.parametrize("text", ["bytes=10-", "bytes=-0", "bytes=99-100"])
def test_a_range_without_a_byte_cannot_be_answered(text: str) -> None:
    with pytest.raises(InvalidRange):
        bytes_asked(text, 10)


@pytest.mark.parametrize(
    ("conditions", "refused"),
    [
        ({}, None),
        ({"match": '"e"'}, None),
        ({"match": '"a", "e"'}, None),
        ({"match": "*"}, None),
        ({"match": '"a"'}, PreconditionFailed),
        ({"none_match": '"a"'}, None),
        ({"none_match": 'W/"e"'}, NotModified),
        ({"modified_since": 99.0}, None),
        ({"modified_since": 100.0}, NotModified),
        ({"unmodified_since": 99.0}, PreconditionFailed),
        ({"match": '"e"', "unmodified_since": 99.0}, None),
        ({"none_match": '"a"', "modified_since": 100.0}, None),
    ],
    ids=str,
)
def test_conditions_are_weighed_as_in_rfc_9110(
    conditions: dict[str, Any], refused: type[BucketError] | None
) -> None:
    if refused is None:
        Conditions(**conditions).check_read(OBJECT)
        return
    with pytest.raises(refused):
        Conditions(**conditions).check_read(OBJECT)


@pytest.mark.parametrize(
    ("rule_", "event", "key", "why"),
    [
        (rule("s3:ObjectCreated:*"), "ObjectCreated:Put", "k", ""),
        (rule("s3:ObjectCreated:Put"), "ObjectCreated:Put", "k", ""),
        (rule("s3:ObjectCreated:Copy"), "ObjectCreated:Put", "k", "It is told of"),
        (rule("s3:ObjectRemoved:*"), "ObjectCreated:Put", "k", "It is told of"),
        (rule("s3:ObjectCreated:*", prefix="in/"), "ObjectCreated:Put", "in/k", ""),
        (rule("s3:ObjectCreated:*", prefix="in/"), "ObjectCreated:Put", "IN/k", "does not begin"),
        (rule("s3:ObjectCreated:*", suffix=".j"), "ObjectCreated:Put", "k.jpg", "does not end"),
    ],
)
def test_a_rule_says_why_it_does_not_fit(rule_: Rule, event: str, key: str, why: str) -> None:
    said = rule_.why_not(event, key)
    assert why in said
    assert bool(said) == bool(why)


@pytest.mark.parametrize(
    "rules",
    [
        [rule("s3:ObjectCreated:*"), rule("s3:ObjectCreated:Put", identifier="o")],
        [
            rule("s3:ObjectCreated:Put", prefix="a"),
            rule("s3:ObjectCreated:*", prefix="ab", identifier="o"),
        ],
        [rule("s3:ObjectCreated:*"), rule("s3:ObjectRemoved:*")],
        [rule("s3:Whatever")],
        [rule("s3:ObjectCreated:*", identifier="i" * 256)],
        [rule("s3:ObjectCreated:*", prefix="p" * 1025)],
        [rule("s3:ObjectCreated:*", suffix="ü" * 513)],
        [
            rule("s3:ObjectCreated:*", prefix=f"{number:03}", identifier=str(number))
            for number in range(101)
        ],
    ],
)
def test_rules_that_overlap_or_mean_nothing_or_are_too_much_are_refused(rules: list[Rule]) -> None:
    with pytest.raises(InvalidArgument):
        check_rules(rules)


@pytest.mark.parametrize(
    "no_xml",
    [
        rule(),
        rule("s3:ObjectCreated:*", prefix="a\0"),
        rule("s3:ObjectCreated:*", suffix="\x1b"),
        rule("s3:ObjectCreated:*", identifier="half \ud800 a letter"),
    ],
)
def test_what_no_xml_could_hold_is_refused_as_such(no_xml: Rule) -> None:
    with pytest.raises(MalformedXml):
        check_rules([no_xml])


def test_rules_that_are_apart_are_kept_as_they_are() -> None:
    rules = (
        rule("s3:ObjectCreated:*", prefix="a", suffix=".x"),
        rule("s3:ObjectCreated:*", prefix="a", suffix=".y", identifier="o"),
        rule("s3:ObjectRemoved:*", identifier="p"),
    )
    check_rules(rules)
    kept = read_rules(document(Rules(rules, bus=True)))
    assert [one.identifier for one in kept.rules] == ["r", "o", "p"]
    assert (kept.rules[0].prefix, kept.rules[0].suffix, kept.bus) == ("a", ".x", True)
    assert document(Rules()) == {}


@pytest.mark.parametrize("name", ["abc", "a.b.c", "0-9", "a" * 63])
def test_a_good_name_is_a_good_name(name: str) -> None:
    check_bucket_name(name)


@pytest.mark.parametrize("key", ["../..", "/", "\x01", "🦆" * 256])
def test_almost_any_text_is_a_key(key: str) -> None:
    check_key(key)


@pytest.mark.parametrize("key", ["", "a\x00", "🦆" * 256 + "x"])
def test_a_key_has_an_end_and_no_nul(key: str) -> None:
    with pytest.raises(BucketError):
        check_key(key)


@pytest.mark.parametrize(
    ("algorithm", "checksum"),
    [
        ("CRC32", "y/Q5Jg=="),
        ("CRC32C", "4waSgw=="),
        ("CRC64NVME", "rosUhgp5mIg="),
    ],
)
def test_checksums_are_those_of_the_catalogue(algorithm: str, checksum: str) -> None:
    # The check values of "123456789" in the catalogue of CRC algorithms.
    assert checksum_of(b"123456789", algorithm) == checksum
