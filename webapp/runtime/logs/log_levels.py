"""Which of a function's lines are kept, and as what: LoggingConfig (lambda-behaviour 4.5). Pure."""

import json
from dataclasses import dataclass
from typing import Protocol, get_args

from webapp.runtime.model import ApplicationLogLevel, Logging
from webapp.trace.events import LogKind

_LEVELS: tuple[ApplicationLogLevel, ...] = get_args(ApplicationLogLevel)
"""From the least to the most urgent."""
_BITS: dict[int, ApplicationLogLevel] = {4 * (one + 1): level for one, level in enumerate(_LEVELS)}
"""What the level bits of a frame's type mean (lambda-behaviour 4.4)."""
_BIT_MASK = 0xFC


class Sorting(Protocol):
    """What becomes of a line: its kind, or ``None`` if it is dropped."""

    def line(self, text: str) -> LogKind | None:
        """A line of plain output."""

    def event(self, text: str, frame_type: int) -> LogKind | None:
        """An event of the runtime's, whose frame has a type with level bits."""


class TextSorting:
    """Text keeps everything; what is an error says so itself."""

    def line(self, _text: str) -> LogKind | None:
        return "output"

    def event(self, text: str, _frame_type: int) -> LogKind | None:
        return "error" if text.startswith("[ERROR]") else "output"


@dataclass(frozen=True, slots=True)
class JsonSorting:
    """JSON keeps what is at least of a level. A line that names none counts as INFO."""

    least: ApplicationLogLevel

    def line(self, text: str) -> LogKind | None:
        return self._kind(_level_of(text))

    def event(self, text: str, frame_type: int) -> LogKind | None:
        return self._kind(_BITS.get(frame_type & _BIT_MASK) or _level_of(text))

    def _kind(self, level: ApplicationLogLevel) -> LogKind | None:
        if _LEVELS.index(level) < _LEVELS.index(self.least):
            return None
        return "error" if level in ("ERROR", "FATAL") else "output"


def sorting(logging: Logging) -> Sorting:
    """Return what a function's LoggingConfig asks for; JSON's default level is INFO."""
    if logging.format == "Text":
        return TextSorting()
    return JsonSorting(logging.application_level or "INFO")


def _level_of(text: str) -> ApplicationLogLevel:
    """Return the level that a line of JSON names in ``level``, in any case; else INFO."""
    if not text.startswith("{") or '"level"' not in text:
        return "INFO"
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return "INFO"
    named = str(found.get("level")).upper()
    return next((level for level in _LEVELS if level == named), "INFO")
