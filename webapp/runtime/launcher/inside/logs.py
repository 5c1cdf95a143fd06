"""``logging`` as it is set up in Lambda's Python: one handler at the root (4.4, 4.5).

A process is told by ``AWS_LAMBDA_LOG_FORMAT`` to write JSON; then ``AWS_LAMBDA_LOG_LEVEL`` is the
root's level, which else is WARNING.
"""

from __future__ import annotations

import json
import logging
import os
import time

from webapp.runtime.launcher.inside import failures
from webapp.runtime.launcher.inside.failures import Failure
from webapp.runtime.launcher.inside.frames import Sink

_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
_TIME = "%Y-%m-%dT%H:%M:%S"
_OWN_FIELDS = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", "aws_request_id"}
"""What a record has without its author's own fields."""
_LEVELS = {"TRACE": "DEBUG"}
"""What Python calls a level otherwise than Lambda does."""


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object; fields that its author gave it are members, too."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "timestamp": _stamp(record.created),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            **_error_of(record),
            "requestId": getattr(record, "aws_request_id", ""),
        }
        own = told.keys() | _OWN_FIELDS
        mine = {key: value for key, value in vars(record).items() if key not in own}
        return _json({**told, **mine})


class LambdaHandler(logging.Handler):
    """Makes each record one log event that names the current request."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self._sink = sink
        self._in_json = False
        self.request_id = ""
        self.setFormatter(_text_formatter())

    def follow_variables(self) -> None:
        """Write in the format that this process's variables ask for; set the root's level."""
        if os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() != "JSON":
            return
        self._in_json = True
        self.setFormatter(JsonFormatter())
        named = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
        level = _LEVELS.get(named, named)
        if level in logging.getLevelNamesMapping():
            logging.getLogger().setLevel(level)

    def handle(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = self.request_id
        return super().handle(record)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._sink.event(self.format(record), level=record.levelno)
        except Exception:  # logging must not hurt who logs
            self.handleError(record)

    def tell(self, failure: Failure) -> None:
        """Write what nobody caught."""
        text = failure.event()
        if self._in_json:
            stamp = {"timestamp": _stamp(time.time()), "log_level": "ERROR"}
            text = _json({**stamp, **failure.fields(request_id=self.request_id)})
        self._sink.event(text, level=logging.ERROR)


def _text_formatter() -> logging.Formatter:
    formatter = logging.Formatter(_FORMAT, _TIME)
    formatter.converter = time.gmtime
    return formatter


def _error_of(record: logging.LogRecord) -> dict[str, object]:
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return {}
    failure = failures.of(error)
    return {
        "stackTrace": failure.trace,
        "errorType": failure.type,
        "errorMessage": failure.message,
        "location": f"{record.pathname}:{record.funcName}:{record.lineno}",
    }


def _stamp(moment: float) -> str:
    return time.strftime(f"{_TIME}Z", time.gmtime(moment))


def _json(told: dict[str, object]) -> str:
    return json.dumps(told, ensure_ascii=False, default=str)
