"""JSON as others read it, which is less than Python's module takes and writes. Pure."""

import json
import math
import re
import sys
from typing import NoReturn

_UNSENDABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""Halves of characters, which UTF-8 has no bytes for, and two that XML and SQS do not take."""
_SEPARATORS = (",", ":")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"'{constant}' is no JSON")


def _finite(text: str) -> float:
    """Return a number; one that is beyond every other as the largest there is."""
    number = float(text)
    return number if math.isfinite(number) else math.copysign(sys.float_info.max, number)


STRICT_JSON = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse)
"""Reads no NaN and no infinity. Its ``decode`` raises ``ValueError`` or ``RecursionError``."""


def written(value: object) -> str:
    """Return a value as compact JSON that can be sent: in UTF-8 and to a queue."""
    text = json.dumps(value, separators=_SEPARATORS, ensure_ascii=False)
    return _UNSENDABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def written_anew(text: str) -> str:
    """Return JSON that somebody wrote as ``written``; what is none, or too deep, as a string."""
    try:
        return written(STRICT_JSON.decode(text))
    except (ValueError, RecursionError):
        return written(text)
