"""What is told of one environment: facts, the lines of its log, and the end of each call."""

from collections.abc import Callable
from typing import Protocol

from webapp.runtime.chronicle import Chronicle
from webapp.runtime.environments import variables
from webapp.runtime.environments.conclusion import Conclusion
from webapp.runtime.logs import report
from webapp.runtime.logs.invocation_log import InvocationLog
from webapp.runtime.logs.log_levels import sorting
from webapp.runtime.logs.report import Report
from webapp.runtime.logs.system_log import system_log
from webapp.runtime.model import Address, FunctionRecord, Invocation
from webapp.runtime.ports import Exit
from webapp.runtime.recorder import Recorder
from webapp.trace.events import LogWritten, Start


class WriteLog(Protocol):
    """Tells whoever follows log groups of a line (``ports.Sources.log``)."""

    def __call__(
        self,
        *,
        group: str,
        stream: str,
        now: Callable[[], float],
        text: str,
        run: str,
        cause: int,
    ) -> None: ...


def nowhere(
    *, group: str, stream: str, now: Callable[[], float], text: str, run: str, cause: int
) -> None:
    """Write a line where nobody follows log groups."""


class Telling:
    """Tells the trace, the log and who follows log groups. ``logs`` is where its lines go."""

    def __init__(
        self,
        function: FunctionRecord,
        *,
        environment: str,
        recorder: Recorder,
        address: Address,
        output_bytes: int,
        write_log: WriteLog,
    ) -> None:
        self._recorder = recorder
        self._write_log = write_log
        self.logs = variables.log_destination(
            function, environment=environment, time=recorder.now()
        )
        self.chronicle = Chronicle(
            recorder,
            function=function,
            environment=environment,
            region=address.region,
            logs=self.logs,
        )
        self.log = InvocationLog(
            recorder,
            function=function.name,
            environment=environment,
            most_bytes=output_bytes,
            sorting=sorting(function.configuration.logging),
            on_written=self._written,
        )
        self.system = system_log(
            self.log,
            function=function,
            now=recorder.now,
            region=address.region,
            stream=self.logs.stream,
        )

    def started(self, invocation: Invocation, start: Start, *, injected: str = "") -> None:
        """Tell that the runtime has an invocation; ``injected`` are the fault knobs on it."""
        self.log.begin(run=invocation.run, request_id=invocation.request_id)
        self.chronicle.started(invocation, start=start, injected=injected)
        self.system.started(invocation.request_id)

    def limit(self, exit_: Exit | None) -> None:
        """Tell which wall ended the process, if one did."""
        if exit_ is not None and exit_.why:
            self.log.platform(report.limit_line(exit_.why), kind="notice")

    def finished(self, conclusion: Conclusion, figures: Report, *, exit_: Exit | None) -> None:
        """Tell how an invocation ended; ``exit_`` is of the process, if it ended with it."""
        self.system.finished(figures, conclusion)
        if conclusion.exit_text is not None:
            self.limit(exit_)
        self.chronicle.finished(conclusion, figures)

    def _written(self, fact: LogWritten, run: str, sequence: int) -> None:
        self._write_log(
            group=self.logs.group,
            stream=self.logs.stream,
            now=self._recorder.now,
            text=fact.message,
            run=run,
            cause=sequence,
        )
