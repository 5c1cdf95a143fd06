"""Which headers a function may send to a browser: none that reach beyond its own answer. Pure."""

import re
from collections.abc import Iterable

Header = tuple[str, str]

DROPPED_HEADER = "Coldstart-Dropped"
"""Names what a function sent and its caller did not get."""

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_MOST_HEADERS = 100
_MOST_BYTES = 10_240
"""AWS takes 10,240 bytes of headers from an integration."""
_FORBIDDEN = frozenset(
    {
        # of one connection, which is the server's
        "connection",
        "content-length",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        # of the server, and of what stands before it
        "date",
        "server",
        "x-sendfile",
        "x-amzn-requestid",
        "x-amzn-trace-id",
        # of the browser beyond this answer
        "alt-svc",
        "clear-site-data",
        "content-security-policy",
        "content-security-policy-report-only",
        "nel",
        "origin-agent-cluster",
        "public-key-pins",
        "report-to",
        "reporting-endpoints",
        "service-worker-allowed",
        "set-cookie",
        "set-cookie2",
        "strict-transport-security",
    }
)
_FORBIDDEN_PREFIXES = ("x-accel-", "coldstart-")


def passed(headers: Iterable[Header]) -> tuple[list[Header], list[str]]:
    """Return the headers that pass, and the names of those that do not, in small letters."""
    kept: list[Header] = []
    dropped: list[str] = []
    left_bytes = _MOST_BYTES
    for name, value in headers:
        left_bytes -= len(name) + len(value)
        if _passes(name, value) and left_bytes >= 0 and len(kept) < _MOST_HEADERS:
            kept.append((name, value.strip(" \t")))
        elif _NAME.fullmatch(name):
            dropped.append(name.lower())
    return kept, sorted(set(dropped))[:20]


def _passes(name: str, value: str) -> bool:
    lowered = name.lower()
    return (
        _NAME.fullmatch(name) is not None
        and lowered not in _FORBIDDEN
        and not lowered.startswith(_FORBIDDEN_PREFIXES)
        and all(char == "\t" or (32 <= ord(char) < 256 and ord(char) != 127) for char in value)
    )
