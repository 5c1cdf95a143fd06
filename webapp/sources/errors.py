"""What a source refuses, in the words of the service that it stands for."""

from typing import ClassVar


class SourceError(Exception):
    """A request that a source refuses. ``code`` and ``status`` are what a client sees."""

    code: ClassVar[str] = "InternalFailure"
    status: ClassVar[int] = 400

    @property
    def message(self) -> str:
        return str(self)


class SourceBusy(SourceError):
    """Too much waits for the disk. Nothing was stored."""

    code = "RequestThrottled"
    status = 403


class SourceFailed(SourceError):
    """The disk could not take it. Nothing was stored."""

    code = "InternalFailure"
    status = 500
