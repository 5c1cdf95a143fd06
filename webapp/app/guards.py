"""What every request must pass before anything else looks at it (rule 26)."""

from flask import Flask, abort, redirect, request, session
from werkzeug.wrappers import Response

from webapp.app.admission import why_not
from webapp.classroom.entrance import LOCAL, Door

_OPEN_PATHS = ("/static/", "/healthz", "/door", "/code/")


def register(app: Flask, *, door: Door, loopback: bool) -> None:
    """Check Host, origin and workspace of every request, in this order."""

    @app.before_request
    def guard() -> Response | None:
        refusal = why_not(request.environ, loopback=loopback, may_link=True)
        if refusal is not None:
            abort(403, refusal)
        return _check_door(door)


def _check_door(door: Door) -> Response | None:
    """Let each browser into its own workspace only."""
    if request.path.startswith(_OPEN_PATHS):
        return None
    mine = session.get("workspace") if door.shared else LOCAL
    if mine is None:
        if request.method == "GET" and request.accept_mimetypes.accept_html:
            return redirect("/door")
        abort(403, "Come in through the door first: open / in a browser.")
    asked = (request.view_args or {}).get("workspace")
    if asked is not None and asked != mine:
        abort(404, f"There is no workspace '{asked}' for you. Yours is '{mine}'.")
    return None
