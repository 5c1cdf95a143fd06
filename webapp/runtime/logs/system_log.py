"""What the platform itself writes into a function's log, as text or as JSON (4.4, 4.5, 3.3)."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol, get_args

from webapp.runtime.environments.conclusion import Conclusion
from webapp.runtime.functions.runtimes import version_arn, version_of
from webapp.runtime.logs import report
from webapp.runtime.logs.invocation_log import InvocationLog
from webapp.runtime.logs.report import Report
from webapp.runtime.model import MEGABYTE, FunctionRecord, SystemLogLevel
from webapp.trace.events import InitStatus, LogKind, Phase

_LEVELS: tuple[SystemLogLevel, ...] = get_args(SystemLogLevel)
"""From the least to the most urgent."""


class SystemLog(Protocol):
    """Told of each step of an environment; writes what the log format shows of it."""

    def init_started(self, phase: Phase) -> None:
        """The runtime begins; ``invoke``: inside an invocation, after a reset."""

    def init_finished(
        self, phase: Phase, *, status: InitStatus, seconds: float, error_type: str | None
    ) -> None: ...

    def started(self, request_id: str) -> None:
        """The handler has the event."""

    def finished(self, figures: Report, conclusion: Conclusion) -> None:
        """The caller has its answer."""


class TextSystemLog:
    """INIT_START, START, END, REPORT, and what went wrong as lines of its own."""

    def __init__(
        self,
        log: InvocationLog,
        *,
        function: FunctionRecord,
        now: Callable[[], float],
        region: str,
    ) -> None:
        self._log = log
        self._function = function
        self._now = now
        self._region = region

    def init_started(self, phase: Phase) -> None:
        if phase == "init":
            runtime = self._function.configuration.runtime
            line = report.init_start_line(runtime, region=self._region)
            self._log.platform(line, in_tail=False)

    def init_finished(
        self, phase: Phase, *, status: InitStatus, seconds: float, error_type: str | None
    ) -> None:
        if status != "success":
            line = report.init_report_line(
                seconds, phase=phase, status=status, error_type=error_type
            )
            self._log.platform(line, in_tail=False)

    def started(self, request_id: str) -> None:
        self._log.platform(report.start_line(request_id, version=self._function.version))

    def finished(self, figures: Report, conclusion: Conclusion) -> None:
        self._log.platform(report.end_line(figures.request_id))
        self._log.platform(figures.line())
        if conclusion.status == "timeout":
            seconds = float(self._function.configuration.timeout)
            line = report.timeout_line(figures.request_id, seconds=seconds, time=self._now())
            self._log.platform(line, kind="error")
        elif conclusion.exit_text is not None:
            line = report.exit_line(
                figures.request_id,
                text=conclusion.exit_text,
                error_type=conclusion.error_type or report.EXIT_ERROR,
            )
            self._log.platform(line, kind="error")


class JsonSystemLog:
    """Records of the Telemetry API, those of the function's SystemLogLevel and above."""

    def __init__(
        self,
        log: InvocationLog,
        *,
        function: FunctionRecord,
        now: Callable[[], float],
        region: str,
        stream: str,
    ) -> None:
        self._log = log
        self._function = function
        self._now = now
        self._region = region
        self._stream = stream
        self._least = function.configuration.logging.system_level or "INFO"

    def init_started(self, phase: Phase) -> None:
        """Tell the runtime's version in its own phase only, as text does."""
        configuration = self._function.configuration
        version = {
            "runtimeVersion": version_of(configuration.runtime),
            "runtimeVersionArn": version_arn(configuration.runtime, region=self._region),
        }
        record = {
            **_init(phase),
            **(version if phase == "init" else {}),
            "functionName": self._function.name,
            "functionVersion": self._function.version,
            "instanceId": self._stream.replace("/[", f"/{self._function.name}["),
            "instanceMaxMemory": configuration.memory_mb * MEGABYTE,
        }
        level: SystemLogLevel = "INFO" if phase == "init" else "DEBUG"
        self._write("initStart", record, level=level, in_tail=False)

    def init_finished(
        self, phase: Phase, *, status: InitStatus, seconds: float, error_type: str | None
    ) -> None:
        level: SystemLogLevel = "DEBUG" if status == "success" else "WARN"
        record = {**_init(phase), "status": status, "errorType": error_type}
        self._write("initRuntimeDone", record, level=level, in_tail=False)
        metrics = {"durationMs": _milliseconds(seconds)}
        self._write("initReport", {**record, "metrics": metrics}, level=level, in_tail=False)

    def started(self, request_id: str) -> None:
        self._write(
            "start", {"requestId": request_id, "version": self._function.version}, level="INFO"
        )

    def finished(self, figures: Report, conclusion: Conclusion) -> None:
        """Tell a raised exception as success: its runtime took it, and answered (4.2)."""
        duration_ms = _milliseconds(figures.duration)
        status = figures.status or "success"
        outcome = {"status": status, "errorType": figures.error_type}
        produced = len(conclusion.payload) if conclusion.status in ("ok", "error") else 0
        done = {"durationMs": duration_ms, "producedBytes": produced}
        self._write(
            "runtimeDone",
            {"requestId": figures.request_id, **outcome, "metrics": done},
            level="DEBUG" if status == "success" else "WARN",
        )
        metrics = {
            "durationMs": duration_ms,
            "billedDurationMs": figures.billed_ms,
            "memorySizeMB": figures.memory_mb,
            "maxMemoryUsedMB": figures.max_memory_mb,
            "initDurationMs": _milliseconds(figures.init_duration),
        }
        self._write(
            "report",
            {"requestId": figures.request_id, "metrics": _known(metrics), **outcome},
            level="INFO" if status == "success" else "WARN",
        )

    def _write(
        self,
        type_: str,
        record: Mapping[str, Any],
        *,
        level: SystemLogLevel,
        in_tail: bool = True,
    ) -> None:
        if _LEVELS.index(level) < _LEVELS.index(self._least):
            return
        time = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="milliseconds")
        told = {
            "time": time.replace("+00:00", "Z"),
            "type": f"platform.{type_}",
            "record": _known(record),
        }
        kind: LogKind = "error" if level == "WARN" else "platform"
        text = json.dumps(told, separators=(",", ":"))
        self._log.platform(text, kind=kind, in_tail=in_tail)


def system_log(
    log: InvocationLog,
    *,
    function: FunctionRecord,
    now: Callable[[], float],
    region: str,
    stream: str,
) -> SystemLog:
    """Return the log that the function's LoggingConfig asks for; ``now`` is lab time."""
    if function.configuration.logging.format == "Text":
        return TextSystemLog(log, function=function, now=now, region=region)
    return JsonSystemLog(log, function=function, now=now, region=region, stream=stream)


def _init(phase: Phase) -> dict[str, str]:
    return {"initializationType": "on-demand", "phase": phase}


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)


def _known(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value is not None}
