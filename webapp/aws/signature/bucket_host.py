"""Buckets that a host names: ``bucket.localhost``, ``bucket.s3.localhost``.

Only names below ``localhost`` are: no DNS server can lead them elsewhere (rule 26).
"""

import re

from webapp.aws.wire import WireRequest

_HOST = re.compile(
    r"([a-z0-9][a-z0-9.-]{1,61}?[a-z0-9])(?:\.s3(?:\.[a-z0-9-]+)?)?\.localhost(?::\d+)?",
    re.ASCII | re.IGNORECASE,
)


def bucket_of_host(request: WireRequest) -> str:
    """Return the bucket that the request's host names; empty if it names none."""
    found = _HOST.fullmatch(request.headers.get("host", ""))
    return found[1].lower() if found else ""
