"""What every request must pass before anything else looks at it (rule 26)."""

from collections.abc import Callable

from flask import Flask, abort, redirect, request, session
from werkzeug.wrappers import Response

from webapp.app.admission import why_not
from webapp.classroom.access_keys import is_account
from webapp.classroom.entrance import LOCAL, Door

_OPEN_PATHS = ("/static/", "/healthz", "/door", "/code/")


def register(app: Flask, *, door: Door, loopback: bool, is_known: Callable[[str], bool]) -> None:
    """Check Host, origin and workspace of every request, in this order.

    ``is_known`` tells whether a workspace is there.
    """

    @app.before_request
    def guard() -> Response | None:
        refusal = why_not(request.environ, loopback=loopback, may_link=True)
        if refusal is not None:
            abort(403, refusal)
        return _check_door(door, is_known)


def _check_door(door: Door, is_known: Callable[[str], bool]) -> Response | None:
    """Let each browser into its own workspace only.

    In self-study those of other accounts are one's own as well, once an AWS client made them.
    """
    if request.path.startswith(_OPEN_PATHS):
        return None
    mine = session.get("workspace") if door.shared else LOCAL
    if mine is None:
        if request.method == "GET" and request.accept_mimetypes.accept_html:
            return redirect("/door")
        abort(403, "Come in through the door first: open / in a browser.")
    asked = (request.view_args or {}).get("workspace")
    if asked is None or asked == mine:
        return None
    if door.shared or not is_account(asked) or not is_known(asked):
        abort(404, f"There is no workspace '{asked}' for you. Yours is '{mine}'.")
    return None
