"""What a function URL tells browsers of other origins (DG:urls-configuration). Pure."""

from collections.abc import Sequence

from webapp.runtime.urls.url_config import Cors

Header = tuple[str, str]
ANSWERED_HERE = frozenset(
    {
        "access-control-allow-credentials",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-allow-origin",
        "access-control-expose-headers",
        "access-control-max-age",
    }
)
"""What the URL says where it has rules; a function's own words for it are passed over then."""


def preflight(cors: Cors, *, origin: str, wanted_method: str) -> list[Header]:
    """Return the headers of the answer to a preflight: none for whom it is not allowed."""
    allowed = _of_origin(cors, origin)
    methods = cors.allow_methods
    if not allowed or not ("*" in methods or wanted_method in methods):
        return []
    listed = (
        ("Access-Control-Allow-Methods", methods),
        ("Access-Control-Allow-Headers", cors.allow_headers),
    )
    headers = [*allowed, *((name, ",".join(values)) for name, values in listed if values)]
    if cors.max_age is not None:
        headers.append(("Access-Control-Max-Age", str(cors.max_age)))
    return headers


def answering(cors: Cors, *, origin: str | None) -> list[Header]:
    """Return the headers of every other answer."""
    allowed = [] if origin is None else _of_origin(cors, origin)
    if allowed and cors.expose_headers:
        allowed.append(("Access-Control-Expose-Headers", ",".join(cors.expose_headers)))
    return allowed


def without_own(headers: Sequence[Header]) -> list[Header]:
    """Return headers without those that the URL's rules speak of."""
    return [(name, value) for name, value in headers if name.lower() not in ANSWERED_HERE]


def _of_origin(cors: Cors, origin: str) -> list[Header]:
    anybody = "*" in cors.allow_origins
    if not anybody and origin not in cors.allow_origins:
        return []
    # A header's value that came from outside: only what can be an origin is repeated.
    if not origin.isascii() or not origin.isprintable() or " " in origin:
        return []
    if anybody and not cors.allow_credentials:
        return [("Access-Control-Allow-Origin", "*")]
    headers = [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
    if cors.allow_credentials:
        headers.append(("Access-Control-Allow-Credentials", "true"))
    return headers
