"""One answer in the form that was asked for: fragment (htmx), JSON (scripts) or a page to go to."""

from collections.abc import Mapping
from typing import Any, Literal

from flask import Response, jsonify, redirect, request, url_for

from webapp.pages import htmx
from webapp.pages.access import lesson
from webapp.pages.sent import function

Form = Literal["fragment", "json", "page"]


def asked_form() -> Form:
    """Return what this request wants; a program that sends JSON or accepts anything gets JSON."""
    if htmx.asks():
        return "fragment"
    if request.is_json:
        return "json"
    best = request.accept_mimetypes.best_match(("application/json", "text/html"))
    return "page" if best == "text/html" else "json"


def done(workspace: str, slug: str, *, body: Mapping[str, Any]) -> Response:
    """Answer a press: JSON for scripts, back to the lesson for a form without script."""
    if asked_form() == "page":
        return back(workspace, slug)
    return jsonify(body)


def back(workspace: str, slug: str, *, anchor: str | None = None) -> Response:
    """Lead back to the lesson after a form was sent, and to the function that it was about."""
    shown = (function() or None) if len(lesson(slug).lab.functions) > 1 else None
    address = url_for(
        "lessons.page", workspace=workspace, slug=slug, function=shown, _anchor=anchor
    )
    response = redirect(address, 303)
    assert isinstance(response, Response)
    return response
