"""Values of any shape of botocore's models, as clients may send them."""

import string
from datetime import UTC, datetime
from typing import Any

from botocore.model import Shape
from hypothesis import strategies as st

WORD = string.ascii_letters + string.digits + "-_.~/:%+ =&?#'()*!$,;@"
SECONDS = st.integers(min_value=0, max_value=4_000_000_000)
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8
)
IN_HEADER = st.text(string.ascii_letters + string.digits + '-_.~/:%+=&?#"(),;@', min_size=1)
IN_PATH = st.text(WORD + "é日本", min_size=1, max_size=12)
DEEPEST = 3


def of_shape(shape: Shape, depth: int = 0) -> st.SearchStrategy[Any]:
    """Return values of a shape; structures and lists end at some depth."""
    if shape.type_name == "structure":
        return st.just({"any": ["thing", 1]}) if shape.is_document_type else members(shape, depth)
    if shape.type_name == "list":
        return st.lists(of_shape(shape.member, depth + 1), min_size=1, max_size=2)
    if shape.type_name == "map":
        keys = of_shape(shape.key, depth + 1)
        return st.dictionaries(keys, of_shape(shape.value, depth + 1), min_size=1, max_size=2)
    return scalar(shape)


def scalar(shape: Shape) -> st.SearchStrategy[Any]:
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "string": st.sampled_from(shape.enum) if getattr(shape, "enum", None) else TEXT,
        "character": TEXT,
        "blob": st.binary(max_size=8),
        "boolean": st.booleans(),
        "integer": st.integers(-(2**31), 2**31 - 1),
        "long": st.integers(-(2**63), 2**63 - 1),
        "float": st.floats(allow_nan=False, allow_infinity=False, width=32),
        "double": st.floats(allow_nan=False, allow_infinity=False),
        "timestamp": SECONDS.map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    }
    return kinds[shape.type_name]


@st.composite
def members(draw: st.DrawFn, shape: Shape, depth: int = 0) -> dict[str, Any]:
    """Return a structure with what it requires and some of the rest, each in its place's form.

    One inside another is never empty: a form, and XML's flat lists, cannot carry that.
    """
    names = _optional(shape, depth)
    if getattr(shape, "is_tagged_union", False):
        chosen = [draw(st.sampled_from(list(shape.members)))]
    else:
        fewest = 1 if depth and not shape.required_members and names else 0
        chosen = draw(st.lists(st.sampled_from(names or [""]), min_size=fewest, max_size=3))
    named = dict.fromkeys([*shape.required_members, *(name for name in chosen if name)])
    values = {name: draw(in_place(shape.members[name], depth)) for name in named}
    payload = shape.serialization.get("payload")
    if payload in values and values[payload] in ({}, "", b""):
        del values[payload]
    return values


def _optional(shape: Shape, depth: int) -> list[str]:
    """Return what may be chosen: deep down only what holds nothing more."""
    required = {*shape.required_members, "ContentLength"}  # which the body alone decides
    names = [name for name in shape.members if name not in required]
    if depth < DEEPEST:
        return names
    nested = ("structure", "list", "map")
    return [name for name in names if shape.members[name].type_name not in nested] or names[:1]


def in_place(member: Shape, depth: int) -> st.SearchStrategy[Any]:
    """Return values as the member's place on the wire can carry them."""
    location = member.serialization.get("location")
    if location == "uri":
        return IN_PATH if member.type_name == "string" and not member.enum else scalar(member)
    if location == "headers":
        names = st.text(string.ascii_lowercase, min_size=1, max_size=5)
        return st.dictionaries(names, IN_HEADER, min_size=1, max_size=2)
    if location == "querystring" and member.type_name == "map":
        names = st.text(string.ascii_lowercase, min_size=12, max_size=14)
        return st.dictionaries(names, TEXT, min_size=1, max_size=2)
    if location == "header":
        return _in_header(member)
    if location == "statusCode":
        return st.integers(200, 299)
    return of_shape(member, depth + 1)


def _in_header(member: Shape) -> st.SearchStrategy[Any]:
    if member.type_name == "list":
        return st.lists(_in_header(member.member), min_size=1, max_size=3)
    if member.type_name == "string" and not member.enum:
        return IN_HEADER
    return scalar(member)
