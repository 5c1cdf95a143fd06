"""Service errors as JSON, in AWS's shape (lambda-behaviour 4.3)."""

from flask import Flask, Response, jsonify

from webapp.runtime.errors import ServiceError, TooManyRequests
from webapp.runtime.loop import LoopStopped
from webapp.runtime.ports import StoreBusy, StoreFailed


def answer(error: ServiceError) -> Response:
    """Return the JSON answer of a service error."""
    body = {"Type": error.kind, "message": error.message}
    if error.reason is not None:
        body["Reason"] = error.reason
    response = jsonify(body)
    response.status_code = error.status
    response.headers["x-amzn-ErrorType"] = error.code
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = f"{error.retry_after:.0f}"
    return response


def register(app: Flask) -> None:
    """Answer the platform's errors wherever a view did not."""
    app.register_error_handler(ServiceError, answer)
    app.register_error_handler(StoreBusy, _unavailable)
    app.register_error_handler(StoreFailed, _unavailable)
    app.register_error_handler(LoopStopped, _unavailable)


def _unavailable(error: Exception) -> Response:
    response = jsonify({"Type": "Service", "message": str(error) or (error.__doc__ or "")})
    response.status_code = 503
    response.headers["Retry-After"] = "1"
    return response
