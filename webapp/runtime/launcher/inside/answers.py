"""Results and errors as JSON, as Lambda's Python writes them (lambda-behaviour 3.1, 4.2)."""

from __future__ import annotations

import decimal
import json
import math
import os
from typing import Any

_ESCAPING_RUNTIMES = {f"AWS_Lambda_python3.{minor}" for minor in range(12)}
"""Runtimes before Python 3.12 answer with ``\\uXXXX``, later ones with the character itself."""


def event_of(body: bytes) -> Any:
    """Return the event. Raises ``ValueError``."""
    return json.loads(body)


def result(value: object) -> tuple[bytes, str]:
    """Return body and content type of a handler's result. Raises what ``json`` raises."""
    if isinstance(value, bytes):
        return value, "application/unknown"
    return to_json(value), "application/json"


def to_json(value: object) -> bytes:
    """Return ``value`` as JSON; a Decimal becomes a number, NaN stays NaN."""
    escape = os.environ.get("AWS_EXECUTION_ENV") in _ESCAPING_RUNTIMES
    text = json.dumps(value, ensure_ascii=escape, default=_number)
    return text.encode("utf-8", "surrogatepass")


def _number(value: object) -> object:
    if not isinstance(value, decimal.Decimal):
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
    if value.is_nan():
        return math.nan
    return int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
