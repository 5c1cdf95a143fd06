"""What an error of learner code has to do with this lab being simpler than AWS."""

from __future__ import annotations

import errno
import socket
import sys

NO_NETWORK = (
    "Coldstart: there is no network here but this lab's own services, which boto3 finds by itself "
    "(AWS_ENDPOINT_URL). A function on AWS would have reached the internet."
)
OLDEST_FOR_BOTO3 = (3, 10)
NO_BOTO3 = (
    "Coldstart: the boto3 that this host has does not run on Python 3.9. Put one that does into "
    "the function's archive, or choose a newer runtime."
)
_DEEPEST = 20
_NO_ROUTE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EAFNOSUPPORT)


def of(error: BaseException) -> str:
    """Return a hint, or nothing."""
    cause: BaseException | None = error
    for _ in range(_DEEPEST):
        if cause is None:
            break
        if isinstance(cause, socket.gaierror) or _is_no_route(cause):
            return NO_NETWORK
        if _is_no_boto3(cause):
            return NO_BOTO3
        cause = cause.__cause__ or cause.__context__
    return ""


def _is_no_boto3(error: BaseException) -> bool:
    missing = isinstance(error, ImportError) and error.name in ("boto3", "botocore")
    return missing and sys.version_info < OLDEST_FOR_BOTO3


def _is_no_route(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in _NO_ROUTE
