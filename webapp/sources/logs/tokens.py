"""Tokens of pages: where a reader is, as text that a client hands back."""

import base64
import json
import re
from typing import Any

from webapp.sources.logs.errors import InvalidParameter
from webapp.sources.logs.model import Position, position_of

_EVENTS = re.compile(r"([fb])/([0-9]{56,60})(/s)?")


def events_token(position: Position, *, backward: bool) -> str:
    """Return ``f/…`` or ``b/…``: what comes after an event, or before it."""
    return f"{'b' if backward else 'f'}/{position.event_id}/s"


def read_events_token(token: str) -> tuple[Position, bool]:
    """Return the position and whether it is read backward. Raises ``InvalidParameter``."""
    found = _EVENTS.fullmatch(token)
    position = position_of(found[2]) if found else Position(-1, 0)
    if found is None or not (0 <= position.timestamp_ms < 2**62 and position.number < 2**63):
        raise invalid_token()
    return position, found[1] == "b"


def page_token(*last: str | int) -> str:
    """Return a token that names the last thing of a page."""
    return base64.urlsafe_b64encode(json.dumps(last).encode()).decode()


def read_page_token(token: str, *kinds: type) -> list[Any]:
    """Return what a token names, which are values of these kinds. Raises ``InvalidParameter``."""
    try:
        last = json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        raise invalid_token() from None
    if not isinstance(last, list) or [type(one) for one in last] != list(kinds):
        raise invalid_token()
    if not all(-(2**63) <= one < 2**63 for one in last if isinstance(one, int)):
        raise invalid_token()
    return last


def invalid_token() -> InvalidParameter:
    return InvalidParameter("The specified nextToken is invalid.")
