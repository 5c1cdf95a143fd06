"""Requests that CloudWatch Logs refuses, in its own codes and texts."""

from collections.abc import Mapping
from typing import ClassVar


class LogsError(Exception):
    """A request that is refused. ``code`` is what a client sees; the status is always 400."""

    code: ClassVar[str] = "InvalidParameterException"
    fields: Mapping[str, str] = {}
    """Further members of the error's shape."""

    @property
    def message(self) -> str:
        return str(self)


class InvalidParameter(LogsError):
    """A value is not allowed."""


class InvalidFilterPattern(InvalidParameter):
    """A filter pattern cannot be read."""

    def __init__(self, message: str = "Invalid filter pattern") -> None:
        super().__init__(message)


class NotFound(LogsError):
    """No such group, stream or resource."""

    code = "ResourceNotFoundException"


class AlreadyExists(LogsError):
    """A group or stream of this name is there."""

    code = "ResourceAlreadyExistsException"


class LimitExceeded(LogsError):
    """The workspace holds as many groups as it may."""

    code = "LimitExceededException"

    def __init__(self, message: str = "Resource limit exceeded.") -> None:
        super().__init__(message)


class Protected(LogsError):
    """The group is protected from being deleted."""

    code = "ValidationException"

    def __init__(self, group: str) -> None:
        super().__init__(
            f"Log group {group} has deletion protection enabled. Disable it to delete the group."
        )


class TooManyTags(LogsError):
    """A resource would get more tags than it may have."""

    code = "TooManyTagsException"

    def __init__(self, arn: str, *, most: int) -> None:
        super().__init__(f"The resource {arn} can have at most {most} tags.")
        self.fields = {"resourceName": arn}


class Throttled(LogsError):
    """Too much waits to be stored. Nothing was; try again in a moment."""

    code = "ThrottlingException"

    def __init__(self) -> None:
        super().__init__("Rate exceeded")


class Unavailable(LogsError):
    """The store cannot do it now; the message says why."""

    code = "ServiceUnavailableException"


def unexpected(characters: str) -> InvalidFilterPattern:
    """Return the error for what no term may hold unless it is quoted."""
    return InvalidFilterPattern(f"Invalid character(s) in term '{characters}'")
