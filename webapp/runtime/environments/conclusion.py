"""From how a wait ended to what the caller gets (lambda-behaviour 2.4, 4.2). Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from webapp.runtime.environments.session import Cause, Ended
from webapp.runtime.launcher.inside.exhaustion import OUT_OF_MEMORY
from webapp.runtime.logs import report
from webapp.runtime.ports import Exit
from webapp.trace.events import ResetReason, Status

_KILLED = Exit(code=None, signal=9, peak_memory_bytes=0)
_PARSED_BYTES = 1024 * 1024
_FAILURES: Mapping[Cause, tuple[Status, str | None]] = {
    "error": ("error", None),
    "init error": ("init", "error"),
    "too large": ("too large", "error"),
    "expired": ("timeout", "timeout"),
    "stopped": ("stopped", "error"),
}
"""What each cause is for the caller, and ``Status`` in its REPORT."""
_RESETS: Mapping[Status, ResetReason] = {
    "timeout": "timeout",
    "stopped": "stopped",
    "init": "init",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """The answer to the caller and the words of the log. ``duration`` in seconds."""

    status: Status
    payload: bytes
    duration: float
    error_type: str | None = None
    error_message: str | None = None
    report_status: str | None = None
    report_error_type: str | None = None
    exit_text: str | None = None
    size_bytes: int | None = None
    """How long a streamed response was; ``payload`` is its beginning then."""
    reset_reason: ResetReason = "crash"


def conclude(
    ended: Ended,
    *,
    exit_: Exit | None,
    request_id: str,
    duration: float,
    timeout: int,
) -> Conclusion:
    """Return the conclusion; ``exit_`` is how the process ended, if it did."""
    if ended.cause == "response":
        if ended.size_bytes is None:
            return Conclusion(status="ok", payload=ended.body or b"null", duration=duration)
        return Conclusion(
            status="ok", payload=ended.body, duration=duration, size_bytes=ended.size_bytes
        )
    if is_out_of_memory(ended):
        return _exited("memory", request_id, report.exit_text(_KILLED), duration)
    if ended.cause == "no entrypoint":
        text = ended.body.decode(errors="replace")[:1000]
        return _exited("init", request_id, text, duration, error_type=report.ENTRYPOINT_ERROR)
    if ended.cause not in _FAILURES:
        return _exited("crash", request_id, report.exit_text(exit_ or _KILLED), duration)
    status, report_status = _FAILURES[ended.cause]
    if ended.cause == "expired":
        duration = float(timeout)
    payload = _payload(ended, request_id, timeout=timeout)
    return _failed(status, payload, duration, report_status=report_status)


def is_out_of_memory(ended: Ended) -> bool:
    """Tell whether memory ended it: by the watchdog, or by a hard stop behind it."""
    return ended.cause == "memory" or ended.error_type == OUT_OF_MEMORY


def _payload(ended: Ended, request_id: str, *, timeout: int) -> bytes:
    if ended.cause == "too large":
        return report.too_large_payload(ended.limit_bytes)
    if ended.cause == "expired":
        return report.timeout_payload(request_id, seconds=float(timeout))
    if ended.cause == "stopped":
        return report.stopped_payload(request_id)
    return ended.body or b"{}"


def error_fields(payload: bytes) -> tuple[str | None, str | None]:
    """Return ``errorType`` and ``errorMessage`` of an error object, if it is one of usual size."""
    if len(payload) > _PARSED_BYTES:
        return None, None
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(body, dict):
        return None, None
    return _text(body.get("errorType")), _text(body.get("errorMessage"))


def error_type_of(ended: Ended) -> str | None:
    """Return the error type of a failed init as INIT_REPORT prints it; none for a timeout."""
    if ended.cause == "init error":
        return error_fields(ended.body)[0] or ended.error_type or "Runtime.Unknown"
    types: Mapping[Cause, str] = {
        "memory": "Runtime.OutOfMemory",
        "exited": report.EXIT_ERROR,
        "no entrypoint": report.ENTRYPOINT_ERROR,
    }
    return types.get(ended.cause)


def _text(value: object) -> str | None:
    """Return it as text that can be stored and shown: JSON may hold half a character."""
    if value is None:
        return None
    return str(value)[:1000].encode(errors="replace").decode()


def _failed(
    status: Status, payload: bytes, duration: float, *, report_status: str | None
) -> Conclusion:
    error_type, message = error_fields(payload)
    return Conclusion(
        status=status,
        payload=payload,
        duration=duration,
        error_type=error_type,
        error_message=message,
        report_status=report_status,
        report_error_type=error_type if report_status == "error" else None,
        reset_reason=_RESETS.get(status, "crash"),
    )


def _exited(
    status: Status,
    request_id: str,
    text: str,
    duration: float,
    *,
    error_type: str = report.EXIT_ERROR,
) -> Conclusion:
    payload = report.exit_payload(request_id, text=text, error_type=error_type)
    return Conclusion(
        status=status,
        payload=payload,
        duration=duration,
        error_type=error_type,
        error_message=error_fields(payload)[1],
        report_status="error",
        report_error_type="Runtime.OutOfMemory" if status == "memory" else error_type,
        exit_text=text,
        reset_reason="memory" if status == "memory" else _RESETS.get(status, "crash"),
    )
