"""The one door of a hosted Coldstart: a passphrase lets a browser into a workspace of its own."""

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.pages import errors
from webapp.pages.access import enter, entrance

pages = Blueprint("door", __name__)
errors.catch(pages)

WRONG = "That is not the passphrase. Ask who runs this Coldstart, and write it exactly."
TOO_MANY = "Too many wrong passphrases in a minute. Wait a minute, then try again."


@dataclass(frozen=True, slots=True)
class DoorPage:
    """``error`` says why the door stayed shut; empty at first."""

    error: str = ""


@pages.get("/door")
def page() -> Response:
    """Ask for the passphrase; where there is no door, go on."""
    if not entrance().shared:
        return redirect(url_for("home.page"))
    return _shut(200, "")


@pages.post("/door")
def knock() -> Response:
    """Open the door to who knows the passphrase."""
    if not entrance().shared:
        return redirect(url_for("home.page"), 303)
    if entrance().throttled:
        return _shut(429, TOO_MANY)
    workspace = entrance().open(request.form.get("passphrase", ""))
    if workspace is None:
        return _shut(403, WRONG)
    enter(workspace)
    return redirect(url_for("home.page"), 303)


def _shut(status: int, error: str) -> Response:
    response = make_response(render_template("door/page.html", page=DoorPage(error)), status)
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response
