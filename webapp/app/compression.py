"""Text leaves smaller: static files once for all, pages as they are made."""

import gzip

from flask import Flask, Response, request

LEAST_BYTES = 1024
"""What is shorter fits into one packet anyway."""
PAGE_LEVEL = 5
FILE_LEVEL = 9
COMPRESSIBLE = frozenset(
    (
        "text/html",
        "text/css",
        "text/javascript",
        "application/javascript",
        "application/json",
        "image/svg+xml",
    )
)


def register(app: Flask, *, blueprints: frozenset[str]) -> None:
    """Compress what these blueprints answer; what a learner's function answers is left alone."""

    @app.after_request
    def compress(response: Response) -> Response:
        if request.blueprint in blueprints and _can_shrink(response):
            response.set_data(gzip.compress(response.get_data(), PAGE_LEVEL, mtime=0))
            mark(response)
        return response


def wanted() -> bool:
    """Tell whether who asks takes gzip."""
    return request.accept_encodings.quality("gzip") > 0


def mark(response: Response) -> None:
    """Say that the body is compressed, to readers and to caches."""
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")


def _can_shrink(response: Response) -> bool:
    if response.is_streamed or response.direct_passthrough or response.mimetype not in COMPRESSIBLE:
        return False
    if "Content-Encoding" in response.headers or len(response.get_data()) < LEAST_BYTES:
        return False
    response.vary.add("Accept-Encoding")
    return wanted()
