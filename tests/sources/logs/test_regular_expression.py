"""The regular expressions of filter patterns: row by row, against ``re``, and under attack."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webapp.sources.logs.errors import InvalidFilterPattern
from webapp.sources.logs.regular_expression import MOST_POSITIONS, RegularExpression


@pytest.mark.parametrize(
    ("source", "text", "matches"),
    [
        ("AUTHORIZED", "[ERROR 401] UNAUTHORIZED REQUEST", True),
        ("^[hc]at", "hat", True),
        ("^[hc]at", "a hat", False),
        ("[hc]at$", "a cat", True),
        ("[hc]at$", "cats", False),
        ("[hc]at$", "cat\n", True),
        ("[hc]at$", "cat\n\n", False),
        ("[hc]at$", "a hat\na cat\n", True),
        ("[hc]at$", "a hat\nof a man\n", False),
        ("colou?r", "color", True),
        ("colou?r", "colour", True),
        ("colou?r", "colouur", False),
        ("[abcx-z]", "y", True),
        ("[abcx-z]", "w", False),
        ("[^a-z]", "abc", False),
        ("[^a-z]", "ab7", True),
        ("^a{3,5}$", "aa", False),
        ("^a{3,5}$", "aaaaa", True),
        ("^a{3,5}$", "aaaaaa", False),
        ("^a{,2}$", "aa", True),
        ("^a{2,}b$", "aaaaab", True),
        ("^a{2}$", "aaa", False),
        ("gra|ey", "grey", True),
        ("^starts|ends$", "it ends", True),
        (r"\[.\]", "list [7]", True),
        (r"10\.10\.0\.1", "10.10.0.1", True),
        (r"10\.10\.0\.1", "10x10x0x1", False),
        ("ab*c", "ac", True),
        ("ab+c", "ac", False),
        (r"\d{3}\D", "404x", True),
        (r"\s\S", "a b", True),
        (r"^\w+$", "under_score9", True),
        (r"\W", "under_score9", False),
        (r"\x3A", "a:b", True),
        (r"\x28\x29", "f()", True),
        ("a.c", "a\nc", True),
        ("a.c", "aäc", True),
        (r"\d", "٣", False),
        ("^$", "", True),
        ("^$", "a", False),
    ],
)
def test_an_expression_matches_as_the_guide_says(source: str, text: str, matches: bool) -> None:
    assert RegularExpression(source).search(text) is matches


@pytest.mark.parametrize(
    "source",
    [
        *(
            "",
            "|",
            "a|",
            "*a",
            "a**",
            "+",
            "{2}",
            "a{2,1}",
            "a{}",
            "a{,}",
            "a{x}",
            "a{2",
            "[",
            "[]",
        ),
        *(
            "[z-a]",
            r"[\d-z]",
            "a$b",
            "a^b",
            "\\",
            r"\x",
            r"\x9",
            r"\xgg",
            r"\xff",
            "]",
            "}",
            "a{0}",
        ),
    ],
)
def test_what_is_no_expression_is_refused(source: str) -> None:
    with pytest.raises(InvalidFilterPattern):
        RegularExpression(source)


@pytest.mark.parametrize(
    ("source", "characters"),
    [("(a)", "("), ("a b", " "), ("something!", "!"), ("ä", "ä"), (r"\(", "("), (r"\q", r"\q")],
)
def test_a_character_that_is_not_supported_is_named(source: str, characters: str) -> None:
    with pytest.raises(InvalidFilterPattern, match=re.escape(f"'{characters}'")):
        RegularExpression(source)


_atoms = st.sampled_from(
    ["a", "b", ":", ".", r"\d", r"\W", "[ab]", "[^a]", "[a-c1]", r"\.", r"\x61"]
)
_quantifiers = st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,2}", "{0,3}", "{2,}", "{,2}"])
_branches = st.builds(
    lambda start, parts, end: start + "".join(a + q for a, q in parts) + end,
    st.sampled_from(["", "^"]),
    st.lists(st.tuples(_atoms, _quantifiers), min_size=1, max_size=5),
    st.sampled_from(["", "$"]),
)


@given(
    st.lists(_branches, min_size=1, max_size=3).map("|".join),
    st.text(alphabet="ab:1.cä\n", max_size=12),
)
@example("a?b?a?$", "ab")
@example("a*b{0,3}|^b$", "b\n")
@example("b$", "a\nb\n")
def test_it_agrees_with_another_implementation(source: str, text: str) -> None:
    other = source.replace("{,", "{0,").replace("$", r"(?=\n?\Z)")
    expected = re.search(other, text, re.ASCII | re.DOTALL) is not None
    assert RegularExpression(source).search(text) is expected


@pytest.mark.parametrize(
    "source",
    [
        "a*a*a*a*a*a*a*a*a*b",
        "a?" * 200 + "b",
        ".*.*.*.*=.*b",
        "a{1,900}a{1,900}b",
        "[ab]*" * 100 + "c",
    ],
)
def test_no_expression_takes_longer_than_its_text_is_long(source: str) -> None:
    # A backtracking matcher would need more steps here than there are atoms.
    assert not RegularExpression(source).search("a" * 100_000)


@pytest.mark.parametrize("source", ["a{999999999}", "a{1000}b{1001}", "a{1,}" + "b{2000}"])
def test_an_expression_that_repeats_too_much_is_refused(source: str) -> None:
    with pytest.raises(InvalidFilterPattern, match=str(MOST_POSITIONS)):
        RegularExpression(source)
