"""What a call is refused with, before a service's own words are put around it."""

from collections.abc import Mapping
from typing import Any

from webapp.runtime.errors import ServiceError, TooManyRequests
from webapp.runtime.loop import LoopStopped
from webapp.runtime.ports import StoreBusy, StoreFailed
from webapp.sources.errors import SourceError


class AwsError(Exception):
    """A call that is refused. ``code`` is what clients see, such as ``NoSuchEntity``.

    ``status`` 0 means: what the service's model says of this code, else 400. ``fields`` are
    further members of the error's shape. ``fault`` tells whose mistake it is.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 0,
        fields: Mapping[str, Any] | None = None,
        sender: bool = True,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = dict(fields or {})
        self.sender = sender
        self.queried = code
        """What clients of the service's older protocol call it."""


class Unserializable(AwsError):
    """The body cannot be read as what the operation takes."""

    def __init__(self, message: str) -> None:
        super().__init__("SerializationException", message, status=400)


def as_refused(error: Exception) -> AwsError | None:
    """Return an error as a client sees it, ``None`` for one that nobody foresaw."""
    if isinstance(error, AwsError):
        return error
    if isinstance(error, ServiceError):
        return _refused(error)
    if isinstance(error, SourceError):
        sender = error.status < 500
        return AwsError(error.code, error.message, status=error.status, sender=sender)
    if isinstance(error, StoreBusy):
        return AwsError("ThrottlingException", str(error), status=429)
    if isinstance(error, StoreFailed | LoopStopped):
        message = str(error) or (error.__doc__ or "")
        return AwsError("ServiceUnavailable", message, status=503, sender=False)
    return None


def _refused(error: ServiceError) -> AwsError:
    """Return the platform's refusal (lambda-behaviour 4.3)."""
    fields: dict[str, Any] = {}
    if error.reason is not None:
        fields["Reason"] = error.reason
    if isinstance(error, TooManyRequests):
        fields["retryAfterSeconds"] = f"{error.retry_after:.0f}"
    sender = error.kind == "User"
    return AwsError(error.code, error.message, status=error.status, fields=fields, sender=sender)
