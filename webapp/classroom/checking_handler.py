"""The handler inside the checker's environment: parses, and never runs, what it is given.

It is copied into a walled environment and imports nothing of this package.
"""

import ast
import json
import warnings
from typing import Any

from pyflakes import checker

warnings.simplefilter("ignore")
_MOST_FINDINGS = 50


def handler(event: dict[str, Any], context: object) -> list[dict[str, Any]]:
    """Return findings for ``{"files": {name: text}}``: Python and JSON files are looked at."""
    findings = [one for name, text in event["files"].items() for one in _check(name, text)]
    return findings[:_MOST_FINDINGS]


def _check(name: str, text: str) -> list[dict[str, Any]]:
    if name.endswith(".json"):
        return _json(name, text)
    return _python(name, text) if name.endswith(".py") else []


def _json(name: str, text: str) -> list[dict[str, Any]]:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return [_finding(name, error.lineno, error.colno, error.msg, "error")]
    except (ValueError, RecursionError) as error:
        return [_finding(name, 1, 1, str(error), "error")]
    return []


def _python(name: str, text: str) -> list[dict[str, Any]]:
    try:
        tree = ast.parse(text, name)
        compile(tree, name, "exec")
    except SyntaxError as error:
        return [_finding(name, error.lineno or 1, error.offset or 1, error.msg, "error")]
    except (ValueError, RecursionError, MemoryError) as error:
        return [_finding(name, 1, 1, str(error) or type(error).__name__, "error")]
    try:
        messages = sorted(checker.Checker(tree, filename=name).messages, key=lambda one: one.lineno)
    except RecursionError:
        return []  # Python takes it; it is only too deep for pyflakes
    return [
        _finding(name, one.lineno, one.col + 1, one.message % one.message_args, _severity(one))
        for one in messages
    ]


def _severity(message: object) -> str:
    """A name that is not defined stops the handler; the rest is only untidy."""
    return "error" if type(message).__name__.startswith("Undefined") else "warning"


def _finding(file: str, line: int, column: int, message: str, severity: str) -> dict[str, Any]:
    return {
        "file": file,
        "line": line,
        "column": column,
        "message": message,
        "severity": severity,
    }
