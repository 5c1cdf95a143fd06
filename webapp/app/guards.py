"""What every request must pass before anything else looks at it (rule 26)."""

import hmac
from collections.abc import Callable

from flask import Flask, abort, redirect, request, session
from werkzeug.wrappers import Response

from webapp.app.admission import why_not
from webapp.classroom.access_keys import AccessKeys, is_account
from webapp.classroom.entrance import LOCAL, Door

_OPEN_PATHS = ("/static/", "/healthz", "/door", "/code/")


def register(
    app: Flask,
    *,
    door: Door,
    keys: AccessKeys,
    loopback: bool,
    is_known: Callable[[str], bool],
) -> None:
    """Check Host, origin and workspace of every request, in this order.

    ``is_known`` tells whether a workspace is there.
    """

    @app.before_request
    def guard() -> Response | None:
        refusal = why_not(request.environ, loopback=loopback, may_link=True)
        if refusal is not None:
            abort(403, refusal)
        return _check_door(door, keys, is_known)


def _check_door(door: Door, keys: AccessKeys, is_known: Callable[[str], bool]) -> Response | None:
    """Let each browser into its own workspace only, and who sends a workspace's key into that.

    In self-study those of other accounts are one's own as well, once an AWS client made them.
    """
    if request.path.startswith(_OPEN_PATHS):
        return None
    mine = (_whose_key(keys) or session.get("workspace")) if door.shared else LOCAL
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


def _whose_key(keys: AccessKeys) -> str | None:
    """Return whose access key a terminal sends as name and password, ``None`` if it is nobody's.

    Nothing here ever asks for a password, so that no browser keeps one.
    """
    sent = request.authorization
    if sent is None or sent.type != "basic" or not keys.shared:
        return None
    workspace = keys.workspace(sent.username or "")
    if workspace is None:
        return None
    secret = keys.of(workspace).secret
    fits = hmac.compare_digest((sent.password or "").encode(), secret.encode())
    return workspace if fits else None
