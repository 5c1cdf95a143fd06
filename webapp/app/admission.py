"""Who may ask at all: Host, Origin and Sec-Fetch-Site, before anything else (rule 26). Pure."""

from functools import lru_cache
from ipaddress import ip_address
from typing import Any

Environ = dict[str, Any]
ELSEWHERE = "Another site made this request. Open the page itself and try again."


def why_not(environ: Environ, *, loopback: bool, may_link: bool, below: bool = False) -> str | None:
    """Return why a request is refused, ``None`` if it is let in.

    ``loopback`` is whether the server is for this machine alone. ``may_link`` is whether a page
    elsewhere may lead here: that navigates a whole tab, and a page changes nothing by a GET.
    ``below`` is whether names below ``localhost`` are served, too, as those of buckets.
    """
    host = environ["HTTP_HOST"] if "HTTP_HOST" in environ else _address(environ)
    if loopback and not _is_loopback(host, below=below):
        return f"This address is not served here: '{host}'. Use localhost."
    if _is_foreign(environ, host, loopback=loopback, may_link=may_link):
        return ELSEWHERE
    # On this machine alone a signature proves nothing, so a browser must say who asks.
    if loopback and not may_link and _is_silent_browser(environ):
        return "This browser does not say which site makes a request. Use a newer one."
    return None


def _is_silent_browser(environ: Environ) -> bool:
    """Whether a browser asks that sends no ``Sec-Fetch-Site``: one from before 2023."""
    browser = environ.get("HTTP_USER_AGENT", "").startswith("Mozilla/")
    return browser and "HTTP_SEC_FETCH_SITE" not in environ


def _is_foreign(environ: Environ, host: str, *, loopback: bool, may_link: bool) -> bool:
    """Whether another site drives this browser; programs send none of these headers."""
    opens_a_tab = (
        may_link
        and environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        and environ.get("HTTP_SEC_FETCH_DEST", "document") == "document"
    )
    site = environ.get("HTTP_SEC_FETCH_SITE", "none")
    if site not in ("same-origin", "none") and not opens_a_tab:
        return True
    origin = environ.get("HTTP_ORIGIN")
    if origin is None:
        return False
    # Of a host behind a proxy that ends TLS, the browser alone knows the scheme.
    schemes = {environ["wsgi.url_scheme"]} | (set() if loopback else {"https"})
    return origin not in {_origin(scheme, host) for scheme in schemes}


def _origin(scheme: str, host: str) -> str:
    """Return an origin as browsers write it, without the scheme's own port."""
    own_port = ":443" if scheme == "https" else ":80"
    return f"{scheme}://{host.removesuffix(own_port)}"


def _address(environ: Environ) -> str:
    """Return what an old client asks without naming it."""
    return f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"


@lru_cache(maxsize=64)
def _is_loopback(host: str, *, below: bool) -> bool:
    """Whether the name is one that no DNS server can lead elsewhere: localhost, or an address.

    What is ``below`` localhost stays on this machine as well (RFC 6761, 6.3).
    """
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    plain = name.lower().rstrip(".")
    if plain == "localhost" or (below and plain.endswith(".localhost")):
        return True
    try:
        return ip_address(name.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False
