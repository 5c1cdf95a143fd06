"""One call of a lab: its event and answer, making it again, what helps with it."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from webapp.pages import errors
from webapp.pages.access import labs, lesson
from webapp.pages.answers import done
from webapp.pages.lab import sent_body
from webapp.pages.sent import tab

pages = Blueprint("calls", __name__, url_prefix="/w/<workspace>/labs/<slug>/calls")
errors.catch(pages)


@pages.get("/<request_id>")
def call(workspace: str, slug: str, request_id: str) -> Response:
    """Answer the event and the answer of a call, as far as they are kept."""
    return jsonify(asdict(labs().calls.detail(workspace, lesson(slug), request_id)))


@pages.post("/<request_id>/again")
def again(workspace: str, slug: str, request_id: str) -> Response:
    """Make a call again with the event that it had."""
    pressed = labs().calls.again(workspace, lesson(slug), request_id, tab=tab())
    return done(workspace, slug, body={"run": pressed.run, **sent_body(pressed.sent)})
