"""What is found in files without running them, also in those that nobody would write."""

import json
from typing import Any

import pytest

from webapp.classroom.checking_handler import handler

pytestmark = pytest.mark.slow

CLEAN = "def handler(event, context):\n    return event\n"


def check(**files: str) -> list[dict[str, Any]]:
    """Check files whose names have two underscores for the dot."""
    named = {name.replace("__", "."): text for name, text in files.items()}
    found = handler({"files": named}, None)
    assert json.loads(json.dumps(found)) == found
    return found


def places(found: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    return [(one["line"], one["column"], one["severity"]) for one in found]


def test_clean_code_has_no_findings() -> None:
    assert check(handler__py=CLEAN, event__json="{}", build__txt="1") == []


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("def handler(:\n", (1, 13, "error")),
        ("x = 1\n  y = 2\n", (2, 1, "error")),
        ("return 1\n", (1, 1, "error")),
        ("x = y\n", (1, 5, "error")),
        ("import os\n", (1, 1, "warning")),
        ("def f():\n    x = 1\n", (2, 5, "warning")),
        ("'%s %s' % (1,)\n", (1, 1, "warning")),
        ("def f(a, a): ...\n", (1, 1, "error")),
        ("print('\n", (1, 7, "error")),
        ("a = 1\n\tb = 2", (2, 1, "error")),
        ("break\n", (1, 1, "error")),
    ],
)
def test_a_finding_has_its_place(code: str, wanted: tuple[int, int, str]) -> None:
    [(line, column, severity)] = places(check(handler__py=code))
    assert (line, severity) == (wanted[0], wanted[2])
    assert column >= 1


def test_findings_come_by_line() -> None:
    found = check(handler__py="import os\n\nx = y\nimport sys\n")
    assert [one["line"] for one in found] == [1, 3, 4]


@pytest.mark.parametrize(
    ("text", "line", "column"), [('{"a": 1', 1, 8), ("{\n  'a': 1}", 2, 3), ("", 1, 1)]
)
def test_json_is_read_too(text: str, line: int, column: int) -> None:
    assert places(check(event__json=text)) == [(line, column, "error")]


def test_only_python_and_json_are_looked_at() -> None:
    assert check(notes__md="def (", build__txt="{") == []


def test_nothing_of_it_runs(capsys: pytest.CaptureFixture[str]) -> None:
    check(handler__py="print('it ran')\nraise SystemExit(3)\n")
    assert capsys.readouterr() == ("", "")


DEEP = 100_000


@pytest.mark.parametrize(
    "code",
    [
        "(" * DEEP,
        "[" * DEEP + "]" * DEEP,
        "-" * DEEP + "1",
        "x = 1" + " + 1" * DEEP,
        "x = 1" + " + 1" * 900,
        "x" + ".a" * DEEP,
        "x" + "()" * DEEP,
        "lambda: " * DEEP + "1",
        "not " * DEEP + "x",
        "if x:\n" + "".join(" " * depth + "if x:\n" for depth in range(1, 200)),
        "f'" + "{" * 500 + "}" * 500 + "'",
        "x = '" + "a" * 500_000 + "'",
        "x = [" + "0," * 200_000 + "]",
        "x = 9 ** 9 ** 9 ** 9",
        "x = 'a' * 10 ** 12",
        "x = " + "9" * 100_000,
        "\0",
        "x = 1\0",
        "x = '\ud800'",
        "\ufeffx = 1",
        "# coding: nonsense\n",
        "# -*- coding: utf-7 -*-\n",
        "\f\v\x1c",
        "é = ²",
        "\\",
        "\r\r\n\n",
        "match x:\n    case " + "[" * 90 + "]" * 90 + ": ...",
        "from __future__ import braces",
        "def f():\n" + "    x = y\n" * 10_000,
    ],
    ids=lambda code: ascii(code[:12]),
)
def test_code_that_nobody_would_write_is_looked_at_without_harm(code: str) -> None:
    found = check(handler__py=code, other__py="y\n")
    assert len(found) <= 50
    assert all(one["line"] >= 1 and one["column"] >= 1 for one in found)


@pytest.mark.parametrize("text", ["[" * DEEP, '{"a":' * DEEP, "9" * 100_000, "\0", "\ud800"])
def test_an_event_that_nobody_would_write_is_an_error(text: str) -> None:
    assert places(check(event__json=text))[0][2] == "error"
