"""One answer for every press on a board of a lab: words there, JSON, or back on the lesson."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Response, jsonify, render_template

from webapp.pages import htmx
from webapp.pages.answers import asked_form, back
from webapp.pages.boards.said import Said
from webapp.runtime.errors import ServiceError
from webapp.sources.errors import SourceError

Act = Callable[[], tuple[str | Said, Mapping[str, Any]]]
"""Does it; returns what is said at the board, in whichever place, and what a script is told."""


def answered(
    workspace: str, slug: str, act: Act, *, board: Callable[[], str], anchor: str
) -> Response:
    """Do it, and answer in the form that was asked for.

    ``board`` returns the id of the board on the page, and raises ``ResourceNotFound`` for one that
    the lab has not; ``anchor`` is the part of the page where boards of its kind are.
    """
    form = asked_form()
    if form != "fragment":
        _, body = act()
        return back(workspace, slug, anchor=anchor) if form == "page" else jsonify(body)
    identifier = board()
    try:
        told, _ = act()
        said = (
            replace(told, id=identifier)
            if isinstance(told, Said)
            else Said(id=identifier, text=told)
        )
        status = 200
    except (ServiceError, SourceError) as error:
        said, status = Said(id=identifier, error=error.message), error.status
    return htmx.fragment(render_template("boards/_said.html", said=said), status=status)
