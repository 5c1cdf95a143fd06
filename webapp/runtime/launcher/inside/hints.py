"""What an error of learner code has to do with this lab being simpler than AWS."""

import errno
import socket

NO_NETWORK = (
    "Coldstart: there is no network here but this lab's own services, which boto3 finds by itself "
    "(AWS_ENDPOINT_URL). A function on AWS would have reached the internet."
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
        cause = cause.__cause__ or cause.__context__
    return ""


def _is_no_route(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in _NO_ROUTE
