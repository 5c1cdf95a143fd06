"""Buckets named by the host are read as those that the path names."""

from dataclasses import replace

from webapp.aws.signature.bucket_host import bucket_of_host
from webapp.aws.wire import WireRequest


def by_path(request: WireRequest) -> WireRequest:
    """Return the request with its bucket in the path."""
    bucket = bucket_of_host(request)
    return replace(request, path=f"/{bucket}{request.path}") if bucket else request
