"""htmx's headers: the only file that knows them, and htmx-flask."""

from typing import Any, cast

from flask import Flask, Response
from htmx_flask import Htmx, make_response, request

_VARY = "HX-Request, Accept"


def register(app: Flask) -> None:
    """Let requests tell whether htmx sent them."""
    Htmx(app)


def asks() -> bool:
    """Tell whether htmx asks, so that a fragment is the answer."""
    return bool(request.htmx)


def fragment(
    html: str, *, status: int = 200, into: str | None = None, events: dict[str, Any] | None = None
) -> Response:
    """Return a fragment. ``into`` names another place (CSS) to fill; ``events`` go to the page."""
    response = cast(Response, make_response(html, status, retarget=into, trigger=events))
    if into is not None:
        response.headers["HX-Reswap"] = "innerHTML"
    response.headers["Vary"] = _VARY
    return response
