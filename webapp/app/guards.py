"""What every request must pass before anything else looks at it (rule 26)."""

from urllib.parse import urlsplit

from flask import Flask, abort, redirect, request, session
from werkzeug.wrappers import Response

from webapp.classroom.entrance import LOCAL, Door

_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN_PATHS = ("/static/", "/healthz", "/door")


def register(app: Flask, *, door: Door, loopback: bool) -> None:
    """Check Host, origin and workspace of every request, in this order."""

    @app.before_request
    def guard() -> Response | None:
        if loopback and not _is_loopback(request.host):
            abort(403, f"This address is not served here: '{request.host}'. Use localhost.")
        if _is_foreign():
            abort(403, "Another site made this request. Open the page itself and try again.")
        return _check_door(door)


def _is_loopback(host: str) -> bool:
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name.lower().rstrip(".") in _LOOPBACK_HOSTS


def _is_foreign() -> bool:
    """Whether another site drives this browser; programs send none of these headers."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    navigates = request.method in _SAFE and request.headers.get("Sec-Fetch-Mode") == "navigate"
    if site not in ("same-origin", "none") and not navigates:
        return True
    origin = request.headers.get("Origin")
    return (
        origin is not None
        and request.method not in _SAFE
        and urlsplit(origin).netloc != request.host
    )


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
