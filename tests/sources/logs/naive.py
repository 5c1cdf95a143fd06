"""A second, naive implementation of filter patterns: a pattern is made together with its meaning.

Each strategy gives a pattern's text and a function that tells, the long way, what it matches.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Meaning = Callable[[str], bool]
Made = tuple[str, Meaning]

WORDS = ("ERROR", "error", "a", "b1", "x_y", "401")
PHRASES = ("ERROR 401", 'say "hi"', "back\\slash", "ärger", "a-b", "(", "% of")


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# -- terms

_terms = st.one_of(
    st.sampled_from(WORDS).map(lambda word: (word, word)),
    st.sampled_from(PHRASES).map(lambda phrase: (quoted(phrase), phrase)),
)


@st.composite
def term_patterns(draw: st.DrawFn) -> Made:
    chosen = draw(st.lists(st.tuples(st.sampled_from(("", "-", "?")), _terms), max_size=5))
    text = " ".join(sign + written for sign, (written, _) in chosen)
    by_sign = {sign: [term for one, (_, term) in chosen if one == sign] for sign in ("", "-", "?")}

    def means(message: str) -> bool:
        for term in by_sign[""]:
            if message.find(term) < 0:
                return False
        for term in by_sign["-"]:
            if message.find(term) >= 0:
                return False
        if by_sign["?"] and not by_sign[""] and not by_sign["-"]:
            return any(message.find(term) >= 0 for term in by_sign["?"])
        return True

    return text, means


messages = st.lists(st.sampled_from(WORDS + PHRASES + (" ", "\n", "zz")), max_size=8).map("".join)

# -- comparisons: of a value as text


@st.composite
def comparisons(draw: st.DrawFn) -> Made:
    kind = draw(st.sampled_from(("text", "number", "order")))
    if kind == "order":
        sign = draw(st.sampled_from(("<", "<=", ">", ">=")))
        number = draw(st.sampled_from(("0", "-1", "400", "4e2", "1.5", "+7")))
        return f"{sign} {number}", lambda value: _ordered(sign, value, number)
    sign = draw(st.sampled_from(("=", "!=")))
    if kind == "number":
        number = draw(st.sampled_from(("0", "-1", "400", "4e2", "1.5")))
        return f"{sign}{number}", lambda value: _same(value, number) is (sign == "=")
    core = draw(st.sampled_from(("", "a", "400", "a b", "Ev*ent")))
    before, after = draw(st.booleans()), draw(st.booleans())
    wanted = "*" * before + core + "*" * after
    expression = ".*" * before + re.escape(core) + ".*" * after
    if before and not core and not after:
        expression = ".*"  # a single asterisk
    return (
        f"{sign} {quoted(wanted)}",
        lambda value: (re.fullmatch(expression, value, re.DOTALL) is not None) is (sign == "="),
    )


def _number(text: str) -> float | None:
    try:
        return float(text) if re.fullmatch(r"[-+\d.eE]+", text) else None
    except ValueError:
        return None


def _same(value: str, number: str) -> bool:
    return float(value) == float(number) if _number(value) is not None else value == number


def _ordered(sign: str, value: str, number: str) -> bool:
    left, right = _number(value), float(number)
    if left is None:
        return False
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]


# -- JSON

documents = st.dictionaries(
    st.sampled_from(("a", "b", "c-d")),
    st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.sampled_from((0, 1.5, 400, -1, "a", "400", "a b", "Ev*ent", "Event", "")),
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from(("a", "b")), inner, max_size=2),
        ),
        max_leaves=6,
    ),
)
PATHS: tuple[tuple[str, list[Any]], ...] = (
    ("$.a", ["a"]),
    ("$.b", ["b"]),
    ("$.c-d", ["c-d"]),
    ("$.a.b", ["a", "b"]),
    ("$.b[0]", ["b", 0]),
    ("$.b[1].a", ["b", 1, "a"]),
    ("$.a[0][1]", ["a", 0, 1]),
)


def _select(document: Any, path: list[Any]) -> tuple[bool, Any]:
    try:
        for part in path:
            if isinstance(part, int) and not isinstance(document, list):
                return False, None
            if isinstance(part, str) and not isinstance(document, dict):
                return False, None
            document = document[part]
    except (KeyError, IndexError):
        return False, None
    return True, document


@st.composite
def _json_conditions(draw: st.DrawFn) -> tuple[str, Callable[[Any], bool]]:
    selector, path = draw(st.sampled_from(PATHS))
    state = draw(st.sampled_from(("NULL", "TRUE", "FALSE", "EXISTS", "compared", "compared")))
    if state == "EXISTS":
        return f"{selector} NOT EXISTS", lambda document: not _select(document, path)[0]
    if state != "compared":
        wanted = {"NULL": None, "TRUE": True, "FALSE": False}[state]
        return (
            f"{selector} IS {state}",
            lambda document: _select(document, path)[0] and _select(document, path)[1] is wanted,
        )
    written, means = draw(comparisons())

    def compared(document: Any) -> bool:
        found, value = _select(document, path)
        if not found or isinstance(value, bool) or not isinstance(value, str | int | float):
            return False
        return means(value if isinstance(value, str) else json.dumps(value))

    return f"{selector} {written}", compared


@st.composite
def _joined(
    draw: st.DrawFn, inner: st.SearchStrategy[tuple[str, Callable[[Any], bool]]]
) -> tuple[str, Callable[[Any], bool]]:
    (left, means_left), (right, means_right) = draw(inner), draw(inner)
    if draw(st.booleans()):
        return f"(({left}) && ({right}))", lambda of: means_left(of) and means_right(of)
    return f"({left} || {right})", lambda of: means_left(of) or means_right(of)


@st.composite
def _chains(
    draw: st.DrawFn, inner: st.SearchStrategy[tuple[str, Callable[[Any], bool]]]
) -> tuple[str, Callable[[Any], bool]]:
    """Conditions without parentheses: ``&&`` binds closer."""
    alternatives = draw(st.lists(st.lists(inner, min_size=1, max_size=2), min_size=1, max_size=3))
    text = " || ".join(" && ".join(one for one, _ in group) for group in alternatives)
    return f"({text})", lambda of: any(
        all(means(of) for _, means in group) for group in alternatives
    )


def json_patterns() -> st.SearchStrategy[tuple[str, Callable[[Any], bool]]]:
    tree = st.recursive(
        _json_conditions(), lambda inner: _joined(inner) | _chains(inner), max_leaves=6
    )
    return tree.map(lambda made: (f"{{ {made[0]} }}", made[1]))


# -- fields

values = st.sampled_from(("a", "400", "1.5", "Event", "Ev*ent", "b-c"))


@st.composite
def delimited_patterns(draw: st.DrawFn) -> tuple[str, Callable[[list[str]], bool]]:
    sides: list[list[Made]] = [[], []]
    for side in sides:
        for index in range(draw(st.integers(0, 3))):
            side.append(draw(_fields(f"f{index}")))
    ellipsis = draw(st.booleans()) or not (sides[0] or sides[1])
    middle = ["..."] if ellipsis else []
    written = [text for text, _ in sides[0]] + middle + [text for text, _ in sides[1]]

    def means(fields: list[str]) -> bool:
        wanted = sides[0] + sides[1]
        if len(fields) < len(wanted) or (not ellipsis and len(fields) != len(wanted)):
            return False
        last = fields[len(fields) - len(sides[1]) :]
        return all(test(value) for (_, test), value in zip(sides[0], fields, strict=False)) and all(
            test(value) for (_, test), value in zip(sides[1], last, strict=True)
        )

    return f"[{', '.join(written)}]", means


@st.composite
def _fields(draw: st.DrawFn, name: str) -> Made:
    if draw(st.booleans()):
        return name, lambda _value: True
    (first, means_first), (second, means_second) = draw(comparisons()), draw(comparisons())
    if draw(st.booleans()):
        return f"{name} {first}", means_first
    return (
        f"{name}{first} || {name} {second}",
        lambda value: means_first(value) or means_second(value),
    )
