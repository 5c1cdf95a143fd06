"""What every request must pass before anything else looks at it (rule 26)."""

from ipaddress import ip_address

from flask import Flask, abort, redirect, request, session
from werkzeug.wrappers import Response

from webapp.aws.view import is_for_aws
from webapp.classroom.entrance import LOCAL, Door

_OPEN_PATHS = ("/static/", "/healthz", "/door", "/code/")


def register(app: Flask, *, door: Door, loopback: bool) -> None:
    """Check Host, origin and workspace of every request, in this order."""

    @app.before_request
    def guard() -> Response | None:
        if loopback and not _is_loopback(request.host):
            abort(403, f"This address is not served here: '{request.host}'. Use localhost.")
        for_aws = is_for_aws()
        if _is_foreign(loopback=loopback, may_link=not for_aws):
            abort(403, "Another site made this request. Open the page itself and try again.")
        # Who makes an AWS call says so by its signature, which the AWS door reads.
        return None if for_aws else _check_door(door)


def _is_loopback(host: str) -> bool:
    """Whether the name is one that no DNS server can lead elsewhere: localhost, or an address."""
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if name.lower().rstrip(".") == "localhost":
        return True
    try:
        return ip_address(name.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def _is_foreign(*, loopback: bool, may_link: bool) -> bool:
    """Whether another site drives this browser; programs send none of these headers.

    A page may link here: that navigates a whole tab, and nothing changes by a GET. AWS's
    services change things by GET as well, so nobody may link to a signed address.
    """
    headers = request.headers
    opens_a_tab = (
        may_link
        and request.method in ("GET", "HEAD")
        and headers.get("Sec-Fetch-Mode") == "navigate"
        and headers.get("Sec-Fetch-Dest", "document") == "document"
    )
    if headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none") and not opens_a_tab:
        return True
    origin = headers.get("Origin")
    return origin is not None and origin not in _own_origins(loopback=loopback)


def _own_origins(*, loopback: bool) -> tuple[str, ...]:
    own = f"{request.scheme}://{request.host}"
    # Of a host behind a proxy that ends TLS, the browser alone knows the scheme.
    return (own,) if loopback else (own, f"https://{request.host}")


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
