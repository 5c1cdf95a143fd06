"""Lesson pages: the text on the left, its lab on the right."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.pages import errors, mistakes
from webapp.pages.access import lesson, my_workspace
from webapp.pages.lesson_page import read_lesson_page

pages = Blueprint("lessons", __name__)
errors.catch(pages)
mistakes.tell(pages)


@pages.get("/lessons/<slug>")
def find(slug: str) -> Response:
    """Lead to the lesson in this browser's own workspace."""
    step = request.args.get("step")
    return redirect(url_for(".page", workspace=my_workspace(), slug=lesson(slug).slug, step=step))


@pages.get("/w/<workspace>/lessons/<slug>")
def page(workspace: str, slug: str) -> str:
    """Show a lesson; ``step`` names the step to begin with, ``change`` a prediction to change.

    ``function`` names the function of the lab to show.
    """
    shown = read_lesson_page(
        workspace,
        lesson(slug),
        function=request.args.get("function", ""),
        step=request.args.get("step"),
        change=request.args.get("change"),
    )
    return render_template("lesson/page.html", page=shown)
