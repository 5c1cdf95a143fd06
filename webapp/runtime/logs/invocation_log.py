"""The log of one environment: lines become facts, and the tail of one invocation is kept."""

from collections.abc import Callable

from webapp.runtime.logs import log_frames
from webapp.runtime.logs.log_levels import Sorting, TextSorting
from webapp.runtime.logs.report import TAIL_BYTES
from webapp.runtime.recorder import Recorder
from webapp.trace.events import LogKind, LogWritten

EVENT_BYTES = 26
"""What CloudWatch adds to each event's size; a million empty lines are not free here either."""


def _nobody(_written: LogWritten, _run: str, _sequence: int) -> None:
    pass


class InvocationLog:
    """Where an environment's output goes. ``begin`` it for each init and each invocation.

    ``on_written`` is told of each line, its run and the sequence of its fact.
    """

    def __init__(
        self,
        recorder: Recorder,
        *,
        function: str,
        environment: str,
        most_bytes: int,
        sorting: Sorting | None = None,
        on_written: Callable[[LogWritten, str, int], None] = _nobody,
    ) -> None:
        self._recorder = recorder
        self._function = function
        self._environment = environment
        self._most_bytes = most_bytes
        self._sorting = sorting or TextSorting()
        self._on_written = on_written
        self.markers: dict[int, float] = {}
        self._on_start: Callable[[], None] = lambda: None
        self.begin(run="", request_id=None)

    def begin(self, *, run: str, request_id: str | None) -> None:
        """What follows belongs to this run and request (``None`` during init)."""
        self._run = run
        self._request_id = request_id
        self._left = self._most_bytes
        self._tail: list[str] = []
        self._tail_bytes = 0

    def watch_start(self, on_start: Callable[[], None]) -> None:
        """Forget the last process's markers; tell when the next one's runtime begins."""
        self.markers.clear()
        self._on_start = on_start

    @property
    def tail(self) -> list[str]:
        """The newest lines, at least 4 KB of them if there are."""
        return self._tail

    def platform(self, text: str, *, kind: LogKind = "platform", in_tail: bool = True) -> None:
        """Write a line of the platform's own; it doesn't count against the limit."""
        self._record(text, kind)
        if in_tail:
            self._keep(text)

    # -- session.Output

    def on_line(self, text: str) -> bool:
        return self._output(text, self._sorting.line)

    def on_event(self, text: str, frame_type: int) -> bool:
        return self._output(text, lambda text: self._sorting.event(text, frame_type))

    def on_marker(self, type_: int, time: float) -> None:
        if type_ not in self.markers:
            self.markers[type_] = time
            if type_ == log_frames.RUNTIME_STARTED:
                self._on_start()

    def _output(self, text: str, sort: Callable[[str], LogKind | None]) -> bool:
        """Take a line in; what is sorted out counts against the limit, too: it made work."""
        if self._left < 0:
            return False
        size = _size(text)
        self._left -= size + EVENT_BYTES
        if self._left < 0:
            text = text.encode()[: max(0, size + self._left)].decode(errors="ignore")
        kind = sort(text)
        if kind is not None and (text or self._left >= 0):
            self._record(text, kind)
            self._keep(text)
        if self._left >= 0:
            return True
        self.platform(
            f"Coldstart keeps {self._most_bytes} bytes of output per invocation. "
            "The rest was dropped.",
            kind="notice",
        )
        return False

    def _keep(self, text: str) -> None:
        self._tail.append(text)
        self._tail_bytes += len(text) + 1
        while self._tail_bytes - len(self._tail[0]) - 1 > TAIL_BYTES:
            self._tail_bytes -= len(self._tail.pop(0)) + 1

    def _record(self, text: str, kind: LogKind) -> None:
        fact = LogWritten(
            function=self._function,
            environment=self._environment,
            request_id=self._request_id,
            text=text,
            kind=kind,
        )
        sequence = self._recorder.record(fact, run=self._run)
        self._on_written(fact, self._run, sequence)


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
