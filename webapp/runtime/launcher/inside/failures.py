"""Errors of learner code as Lambda reports them: the error object and its log event (4.2, 4.4)."""

from __future__ import annotations

import os
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from webapp.runtime.launcher.inside import answers, hints

_OURS = str(Path(__file__).parent)
_LIBRARY = os.path.dirname(os.__file__)  # noqa: PTH120 - as tracebacks spell it
_SHOWN_LIBRARY = f"/var/lang/lib/python{sys.version_info[0]}.{sys.version_info[1]}"
_INDENT = "  "
_SHOWN_INDENT = "\N{NO-BREAK SPACE}" * 2


@dataclass(frozen=True)
class Failure:
    """What went wrong; ``trace`` holds entries as ``traceback.format_list`` makes them.

    ``hint`` is the lab's own word on it, for the log.
    """

    type: str
    message: str
    trace: list[str] = field(default_factory=list)
    hint: str = ""

    def body(self, *, request_id: str) -> bytes:
        """Return the error object that is sent; ``request_id`` is empty during init."""
        return answers.to_json(self.fields(request_id=request_id))

    def fields(self, *, request_id: str) -> dict[str, object]:
        """Return the members of the error object."""
        return {
            "errorMessage": self.message,
            "errorType": self.type,
            "requestId": request_id,
            "stackTrace": self.trace,
        }

    def event(self) -> str:
        """Return the one log event, indented with no-break spaces."""
        head = f"[ERROR] {self.type}" + (f": {self.message}" if self.message else "")
        lines = [line for entry in self.trace for line in entry.splitlines()]
        return "\n".join([head, "Traceback (most recent call last):", *map(_indent, lines)])


def of(error: BaseException) -> Failure:
    """Describe an exception with the frames that are not the runtime's."""
    trace = _trace(error.__traceback__)
    return Failure(type(error).__name__, _message(error), trace, hints.of(error))


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # learner code runs here
        return f"<unprintable {type(error).__name__} object>"


def _trace(start: TracebackType | None) -> list[str]:
    """Leave out the runtime's own first frames, as Lambda does."""
    frames = traceback.extract_tb(start)
    while frames and frames[0].filename.startswith(_OURS):
        del frames[0]
    shown = [
        (_shown(frame.filename), frame.lineno or 0, frame.name, frame.line) for frame in frames
    ]
    return traceback.format_list(shown)


def _shown(filename: str) -> str:
    if filename.startswith(_LIBRARY + "/"):
        return _SHOWN_LIBRARY + filename[len(_LIBRARY) :]
    return filename


def _indent(line: str) -> str:
    text = line.lstrip(" ")
    spaces = len(line) - len(text)
    return _SHOWN_INDENT * (spaces // 2) + " " * (spaces % 2) + text
