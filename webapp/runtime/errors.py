"""Requests that never reached user code, in AWS's codes and texts (lambda-behaviour 1.6, 4.3)."""

from typing import ClassVar


class ServiceError(Exception):
    """A request that the platform refuses. ``code`` and ``status`` are what a client sees."""

    code: ClassVar[str] = "ServiceException"
    status: ClassVar[int] = 500
    kind: ClassVar[str] = "User"
    reason: str | None = None

    @property
    def message(self) -> str:
        return str(self)


class InvalidParameterValue(ServiceError):
    """A value is not allowed."""

    code = "InvalidParameterValueException"
    status = 400


class ValidationFailed(ServiceError):
    """A value has not the shape that the service's model asks for."""

    code = "ValidationException"
    status = 400


def invalid(value: object, path: str, constraint: str) -> ValidationFailed:
    """Return the error for a member that does not satisfy a constraint of its model."""
    return ValidationFailed(
        f"1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: "
        f"Member must {constraint}"
    )


class InvalidRequestContent(ServiceError):
    """The body is not JSON."""

    code = "InvalidRequestContentException"
    status = 400


class ResourceNotFound(ServiceError):
    """No such function."""

    code = "ResourceNotFoundException"
    status = 404


class AccessDenied(ServiceError):
    """Who asks may not do this."""

    code = "AccessDeniedException"
    status = 403


class ResourceConflict(ServiceError):
    """It exists already, or is in a state that does not allow this."""

    code = "ResourceConflictException"
    status = 409


class PreconditionFailed(ServiceError):
    """The revision id is not the latest."""

    code = "PreconditionFailedException"
    status = 412

    def __init__(self, *, look: str = "GetFunction/GetAlias") -> None:
        super().__init__(
            "The Revision Id provided does not match the latest Revision Id. "
            f"Call the {look} API to retrieve the latest Revision Id"
        )


class RequestTooLarge(ServiceError):
    """The payload is over the limit."""

    code = "RequestTooLargeException"
    status = 413


class RequestEntityTooLarge(ServiceError):
    """The code archive is over the limit."""

    code = "RequestEntityTooLargeException"
    status = 413


class UnknownRegion(ServiceError):
    """A request was signed for a region that there is not."""

    code = "InvalidSignatureException"
    status = 403

    def __init__(self, region: str) -> None:
        super().__init__(f"Credential should be scoped to a valid Region, not '{region}'.")


class PolicyLengthExceeded(ServiceError):
    """The function's policy would be over its limit."""

    code = "PolicyLengthExceededException"
    status = 400


class CodeStorageExceeded(ServiceError):
    """The workspace holds as many functions, or as much code, as it may."""

    code = "CodeStorageExceededException"
    status = 400


class TooManyRequests(ServiceError):
    """Throttled. ``reason`` is one of lambda-behaviour 4.3; ``retry_after`` in seconds."""

    code = "TooManyRequestsException"
    status = 429

    def __init__(self, reason: str, *, retry_after: float = 1.0) -> None:
        super().__init__("Rate Exceeded.")
        self.reason = reason
        self.retry_after = retry_after


class RecursiveInvocation(ServiceError):
    """The function has run too often in one chain of calls (9.3). ``runs`` says how often."""

    code = "RecursiveInvocationException"
    status = 400

    def __init__(self, *, runs: int) -> None:
        super().__init__(
            "Lambda has detected your function being invoked in a recursive loop with other AWS "
            "resources and stopped your function's invocation."
        )
        self.runs = runs


class InjectedThrottle(TooManyRequests):
    """Throttled because the lab's fault knob asks for it."""

    def __init__(self) -> None:
        super().__init__("ConcurrentInvocationLimitExceeded")


class ServiceFailed(ServiceError):
    """The platform itself could not do it; the message says why. Nothing was done."""

    code = "ServiceException"
    status = 500
    kind = "Service"
