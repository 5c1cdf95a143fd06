"""An author's mistakes, said on the page with file and line while they are there."""

from dataclasses import dataclass

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from webapp.curriculum.errors import Problem
from webapp.pages.access import entrance, labs


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakesPage:
    """What to correct in the lessons."""

    problems: tuple[Problem, ...]


def tell(pages: Blueprint) -> None:
    """Let a blueprint's pages say what is wrong in the lessons, rather than show old ones.

    Where others come in by a passphrase, they go on with the lessons as they were last.
    """

    @pages.before_request
    def look() -> Response | None:
        found = () if entrance().shared else labs().mistakes()
        if not found:
            return None
        shown = render_template("errors/lessons.html", page=MistakesPage(problems=found))
        return make_response(shown, 500)
