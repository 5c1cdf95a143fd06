"""Log lines, error payloads and billing (lambda-behaviour 2.5, 2.6, 4.2, 4.4). Pure."""

import json
import math
import signal
from dataclasses import dataclass
from datetime import UTC, datetime

from webapp.runtime.functions.runtimes import version_arn, version_of
from webapp.runtime.model import MEGABYTE
from webapp.runtime.ports import Exit

TAIL_BYTES = 4096
EXIT_ERROR = "Runtime.ExitError"
ENTRYPOINT_ERROR = "Runtime.InvalidEntrypoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of a REPORT line; ``duration`` and ``init_duration`` in seconds."""

    request_id: str
    duration: float
    memory_mb: int
    max_memory_mb: int
    init_duration: float | None = None
    status: str | None = None
    error_type: str | None = None

    @property
    def billed_ms(self) -> int:
        """Duration plus init, rounded up to whole milliseconds (rule 24)."""
        seconds = self.duration + (self.init_duration or 0.0)
        return math.ceil(round(seconds * 1000, 6))

    def line(self) -> str:
        """Return the REPORT line; it ends with a tab, as on AWS."""
        parts = [
            f"REPORT RequestId: {self.request_id}",
            f"Duration: {milliseconds(self.duration)}",
            f"Billed Duration: {self.billed_ms} ms",
            f"Memory Size: {self.memory_mb} MB",
            f"Max Memory Used: {self.max_memory_mb} MB",
        ]
        if self.init_duration is not None:
            parts.append(f"Init Duration: {milliseconds(self.init_duration)}")
        if self.status is not None:
            parts.append(f"Status: {self.status}")
        if self.error_type is not None:
            parts.append(f"Error Type: {self.error_type}")
        return "\t".join(parts) + "\t"


def milliseconds(seconds: float) -> str:
    """Return ``3.01 ms``."""
    return f"{seconds * 1000:.2f} ms"


def start_line(request_id: str, *, version: str) -> str:
    return f"START RequestId: {request_id} Version: {version}"


def end_line(request_id: str) -> str:
    return f"END RequestId: {request_id}"


def init_start_line(runtime: str, *, region: str) -> str:
    return (
        f"INIT_START Runtime Version: {version_of(runtime)}\t"
        f"Runtime Version ARN: {version_arn(runtime, region=region)}"
    )


def init_report_line(seconds: float, *, phase: str, status: str, error_type: str | None) -> str:
    """Return INIT_REPORT, printed only for an init that failed or timed out."""
    parts = [
        f"INIT_REPORT Init Duration: {milliseconds(seconds)}",
        f"Phase: {phase}",
        f"Status: {status}",
    ]
    if error_type is not None:
        parts.append(f"Error Type: {error_type}")
    return "\t".join(parts)


def timeout_payload(request_id: str, *, seconds: float) -> bytes:
    return _error("Sandbox.Timedout", f"RequestId: {request_id} Error: {timeout_text(seconds)}")


def timeout_text(seconds: float) -> str:
    return f"Task timed out after {seconds:.2f} seconds"


def timeout_line(request_id: str, *, seconds: float, time: float) -> str:
    stamp = datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    return f"{stamp}Z {request_id} {timeout_text(seconds)}"


def exit_text(exit_: Exit) -> str:
    """Return how AWS words a runtime process that ended by itself or was killed."""
    if exit_.signal is not None:
        # Lambda prints the kernel's names, in Go's spelling: all in small letters.
        name = signal.strsignal(exit_.signal) or f"signal {exit_.signal}"
        return f"Runtime exited with error: signal: {name.lower()}"
    if exit_.code:
        return f"Runtime exited with error: exit status {exit_.code}"
    return "Runtime exited without providing a reason"


def exit_payload(request_id: str, *, text: str, error_type: str = EXIT_ERROR) -> bytes:
    return _error(error_type, f"RequestId: {request_id} Error: {text}")


def exit_line(request_id: str, *, text: str, error_type: str = EXIT_ERROR) -> str:
    return f"RequestId: {request_id} Error: {text}\n{error_type}"


def limit_line(why: str) -> str:
    """Say that the launcher ended a process for a limit that no wall of this host holds."""
    return f"Coldstart ended the process: {why}. /tmp was emptied."


def too_large_payload(limit_bytes: int) -> bytes:
    return json.dumps(
        {
            "errorMessage": "Response payload size exceeded maximum allowed payload size "
            f"({limit_bytes} bytes).",
            "errorType": "Function.ResponseSizeTooLarge",
        },
        separators=(",", ":"),
    ).encode()


def stopped_payload(request_id: str) -> bytes:
    """Return the answer of an invocation that was stopped from the lab; AWS has no such thing."""
    return _error("Coldstart.Stopped", f"RequestId: {request_id} Error: Stopped from the lab")


def tail(lines: list[str]) -> bytes:
    """Return the last 4 KB of the lines, as ``X-Amz-Log-Result`` holds them."""
    return "".join(f"{line}\n" for line in lines).encode()[-TAIL_BYTES:]


def whole_megabytes(size_bytes: int) -> int:
    return math.ceil(size_bytes / MEGABYTE)


def _error(error_type: str, message: str) -> bytes:
    return json.dumps(
        {"errorType": error_type, "errorMessage": message}, separators=(",", ":")
    ).encode()
