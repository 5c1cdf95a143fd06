"""``/patterns``: every partial in every state, drawn by the templates of the product."""

from flask import Blueprint, render_template

from webapp.pages import errors
from webapp.pages.access import my_workspace
from webapp.pages.patterns.states import read_patterns

pages = Blueprint("patterns", __name__)
errors.catch(pages)


@pages.get("/patterns")
def page() -> str:
    """Show the patterns."""
    return render_template("patterns/page.html", page=read_patterns(my_workspace()))
