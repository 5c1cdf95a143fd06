"""What EventBridge Scheduler refuses, in its words."""

from webapp.sources.errors import SourceError


class ExpressionInvalid(Exception):
    """It is no rate, cron or at expression; the message says what is wrong in it."""

    @property
    def message(self) -> str:
        return str(self)


class ScheduleNotFound(SourceError):
    """No such schedule, or group."""

    code = "ResourceNotFoundException"
    status = 404


class ScheduleExists(SourceError):
    """The name is taken, or the thing is just changing."""

    code = "ConflictException"
    status = 409


class ScheduleInvalid(SourceError):
    """A parameter has a value that is not allowed."""

    code = "ValidationException"


class TooManySchedules(SourceError):
    """More than this lab keeps."""

    code = "ServiceQuotaExceededException"
    status = 402
