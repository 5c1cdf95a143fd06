"""Graphs as bytes: what comes back, and that reading them runs nothing."""

import json
import zlib
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

from webapp.curriculum.checks.verdict import Newest
from webapp.curriculum.content import Html
from webapp.trace import graph
from webapp.trace.graph import NotPlain
from webapp.trace.projections.marks import Mark
from webapp.trace.projections.rows import Table

LONG = 10_000


def mark(key: str) -> Mark:
    return Mark(key=key, kind="update", time=1.5, text="Code updated")


def packed(*document: Any) -> bytes:
    return zlib.compress(json.dumps(document).encode())


@pytest.mark.parametrize(
    "value",
    [
        None,
        -3,
        0.1,
        float("inf"),
        "\ud800 \N{SNOWMAN}",
        (1, ("a", None)),
        frozenset({"a", ("b", 2)}),
        {"a": [1, [2]], ("bus", "e"): {1, 2}},
        OrderedDict([("b", 1), ("a", 2)]),
        Newest({"b": 1, "a": 2}),
        Html("<b>"),
    ],
)
def test_values_come_back_with_their_types_and_order(value: Any) -> None:
    again = graph.read(graph.write(value))
    assert again == value
    assert type(again) is type(value)
    if isinstance(value, dict):
        assert list(again) == list(value)


def test_what_is_shared_stays_shared_and_circles_close() -> None:
    table: Table[Mark] = Table()
    first = mark("m1")
    table.add(first, 7)
    again = graph.read(graph.write({"table": table, "told_last": first}))
    assert again["told_last"] is again["table"].get("m1")
    assert again["told_last"].table is again["table"]


def test_what_was_rendered_is_rendered_anew() -> None:
    one = mark("m1")
    shown = one.json()
    again = graph.read(graph.write(one))
    assert again.rendered is None
    assert again.json() == shown


def test_a_long_chain_is_no_deep_one() -> None:
    chain: list[Any] = []
    for _ in range(LONG):
        chain = [chain]
    again = graph.read(graph.write(chain))
    for _ in range(LONG):
        (again,) = again
    assert again == []


@pytest.mark.parametrize("value", [Path("x"), print, object(), [b"bytes"], {1: {2: print}}])
def test_what_is_not_plain_is_refused(value: Any) -> None:
    with pytest.raises(NotPlain):
        graph.write(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"garbage",
        graph.write({"a": 1})[:-2],
        packed(1),
        packed([], [0], []),
        packed([], ["call", "x"], []),
        packed(["subprocess:Popen"], [0], [[0, "args", "id"]]),
        packed(["os:system"], [0], [[0]]),
        packed(["webapp.trace.graph:sys"], [0], [[0]]),
        packed(["webapp.trace.graph:write"], [0], [[0]]),
        packed(["webapp.trace.graph:chain"], [0], [[0]]),
        packed(["webapp.wiring:start"], [0], [[0]]),
        packed(["builtins:type"], [0], [[0]]),
        packed(["builtins:list"], ["text", 0, "x"], []),
        packed(["builtins:dict"], [0], [[0, 1]]),
    ],
)
def test_bytes_that_hold_no_graph_of_ours_are_refused(data: bytes) -> None:
    with pytest.raises(NotPlain):
        graph.read(data)
