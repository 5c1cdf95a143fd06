"""Requests that CloudWatch Logs refuses, in its own codes and texts."""

from typing import ClassVar


class LogsError(Exception):
    """A request that is refused. ``code`` is what a client sees; the status is always 400."""

    code: ClassVar[str] = "InvalidParameterException"

    @property
    def message(self) -> str:
        return str(self)


class InvalidParameter(LogsError):
    """A value is not allowed."""


class InvalidFilterPattern(InvalidParameter):
    """A filter pattern cannot be read."""

    def __init__(self, message: str = "Invalid filter pattern") -> None:
        super().__init__(message)


def unexpected(characters: str) -> InvalidFilterPattern:
    """Return the error for what no term may hold unless it is quoted."""
    return InvalidFilterPattern(f"Invalid character(s) in term '{characters}'")
