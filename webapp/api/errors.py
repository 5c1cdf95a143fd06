"""Errors as JSON, in AWS's shape (lambda-behaviour 4.3)."""

from flask import Blueprint, Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from webapp.curriculum.errors import UnknownLesson
from webapp.runtime.errors import RequestTooLarge, ResourceNotFound, ServiceError, TooManyRequests
from webapp.runtime.loop import LoopStopped
from webapp.runtime.ports import StoreBusy, StoreFailed

_CODES = {
    400: "InvalidRequestContentException",
    403: "AccessDeniedException",
    404: ResourceNotFound.code,
    413: RequestTooLarge.code,
    415: "UnsupportedMediaTypeException",
}


def answer(error: ServiceError) -> Response:
    """Return the JSON answer of a service error."""
    response = refusal(error.status, error.message, code=error.code, kind=error.kind)
    if error.reason is not None:
        response.set_data(jsonify({**(response.json or {}), "Reason": error.reason}).data)
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = f"{error.retry_after:.0f}"
    return response


def refusal(status: int, message: str, *, code: str = "", kind: str = "User") -> Response:
    """Return an error that no service error stands for; ``code`` follows from the status."""
    response = jsonify({"Type": kind, "message": message})
    response.status_code = status
    response.headers["x-amzn-ErrorType"] = code or _CODES.get(status, "ServiceException")
    return response


def unavailable(message: str, *, retry_after: int = 1) -> Response:
    """Return a 503 that tells when to try again, in seconds."""
    response = refusal(503, message, code="ServiceUnavailableException", kind="Service")
    response.headers["Retry-After"] = str(retry_after)
    return response


def register(app: Flask) -> None:
    """Answer the platform's errors wherever a view did not."""
    app.register_error_handler(ServiceError, answer)
    for kind in (StoreBusy, StoreFailed, LoopStopped):
        app.register_error_handler(kind, _unavailable)


def catch(door: Blueprint) -> None:
    """Let whatever goes wrong at this door be JSON, not a page for people."""
    door.register_error_handler(HTTPException, _http_error)
    door.register_error_handler(UnknownLesson, lambda error: refusal(404, str(error)))


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    return refusal(status, error.description or "", kind="User" if status < 500 else "Service")


def _unavailable(error: Exception) -> Response:
    return unavailable(str(error) or (error.__doc__ or ""))
