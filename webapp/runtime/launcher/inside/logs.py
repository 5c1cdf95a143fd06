"""``logging`` as it is set up in Lambda's Python: one handler at the root, level WARNING (4.4)."""

import logging
import time

from webapp.runtime.launcher.inside.frames import Sink

_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
_TIME = "%Y-%m-%dT%H:%M:%S"


class LambdaHandler(logging.Handler):
    """Makes each record one log event that names the current request."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self._sink = sink
        self.request_id = ""
        formatter = logging.Formatter(_FORMAT, _TIME)
        formatter.converter = time.gmtime
        self.setFormatter(formatter)

    def handle(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = self.request_id
        return super().handle(record)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._sink.event(self.format(record), level=record.levelno)
        except Exception:  # logging must not hurt who logs
            self.handleError(record)


def install(sink: Sink) -> LambdaHandler:
    """Give the root logger its handler, and return it."""
    handler = LambdaHandler(sink)
    logging.getLogger().addHandler(handler)
    return handler
