"""One launch of a process and its init, phase by phase (lambda-behaviour 2.1, 2.4, 2.5)."""

from webapp.runtime.chronicle import Chronicle
from webapp.runtime.connections.gateway import GatewayDoor
from webapp.runtime.environments.conclusion import error_type_of
from webapp.runtime.environments.session import Ended, Session
from webapp.runtime.environments.watchdog import Watchdog, Watched
from webapp.runtime.functions.runtimes import is_another, kind_of
from webapp.runtime.logs import log_frames
from webapp.runtime.logs.invocation_log import InvocationLog
from webapp.runtime.logs.system_log import SystemLog
from webapp.runtime.ports import EnvironmentSpecification, Exit, Launcher
from webapp.runtime.recorder import Recorder
from webapp.trace.events import InitStatus, Phase


class Initialization:
    """From the launch to the runtime's first ``next``, or to why there is none.

    ``phase`` is ``init`` for a cold start, ``invoke`` for a suppressed init inside an invocation.
    Afterwards ``session`` is the process if init succeeded, ``exit`` how it ended if not, and
    ``seconds`` how long init took without the creation of the environment.
    """

    def __init__(
        self,
        *,
        phase: Phase,
        attempt: int,
        chronicle: Chronicle,
        log: InvocationLog,
        recorder: Recorder,
        system: SystemLog,
        runtime: str,
    ) -> None:
        self.session: Session | None = None
        self.exit: Exit | None = None
        self.seconds = 0.0
        self._phase: Phase = phase
        self._attempt = attempt
        self._chronicle = chronicle
        self._log = log
        self._recorder = recorder
        self._system = system
        self._runtime = runtime
        self._launched = recorder.real()
        self._created: float | None = None

    async def launch(
        self,
        launcher: Launcher,
        specification: EnvironmentSpecification,
        *,
        response_bytes: int,
        gateway: GatewayDoor,
    ) -> Session:
        """Start the process. Raises ``LaunchFailed``."""
        self._log.watch_start(self._runtime_started)
        process = await launcher.launch(specification)
        self.session = Session(
            process,
            output=self._log,
            response_bytes=response_bytes,
            gateway=gateway,
            built_in=kind_of(specification.runtime) == "python",
        )
        await self.session.open()
        return self.session

    async def finish(
        self, *, seconds: float, watchdog: Watchdog, watched: Watched, stop_asked: bool
    ) -> Ended | None:
        """Wait for the end of init, at most ``seconds`` after the launch; return why it failed.

        ``stop_asked``: somebody pressed Stop before there was a process to end.
        """
        assert self.session is not None
        left = self._launched + seconds - self._recorder.real()
        ending = self.session.wait_ready(seconds=left)
        if stop_asked:
            self.session.interrupt("stopped")
        with watchdog.watching(watched):
            ended = await ending
        await self.session.drain()
        self._runtime_started()
        if ended.cause != "ready":
            await self._fail(ended)
            return ended
        self._tell_finished("success", None)
        return None

    def _runtime_started(self) -> None:
        """The walls are up and the runtime begins: creation ends, init starts. Told once.

        A process that is stopped at once may say so only after the platform has assumed it.
        """
        if self._created is not None:
            return
        now = self._recorder.real()
        told = self._log.markers.get(log_frames.RUNTIME_STARTED, now)
        self._created = min(max(told, self._launched), now)
        ago = now - self._created
        if self._phase == "init":
            self._tell_created(seconds=self._created - self._launched, ago=ago)
        self._system.init_started(self._phase)
        self._tell_stand_in()
        self._chronicle.init_started(phase=self._phase, attempt=self._attempt, ago=ago)

    def _tell_created(self, *, seconds: float, ago: float) -> None:
        process = self.session.process if self.session else None
        self._chronicle.created(
            seconds=seconds,
            pid=process.pid if process else 0,
            interpreter=process.interpreter if process else "",
            stands_in_for=self._runtime if self._has_stand_in() else "",
            ago=ago,
        )

    def _tell_stand_in(self) -> None:
        """Say in the log, once an environment, that another version runs the code (rule 25)."""
        if self._phase == "init" and self._has_stand_in():
            assert self.session is not None
            text = (
                f"Coldstart: this host has no {self._runtime}. "
                f"{self.session.process.interpreter} runs the function instead."
            )
            self._log.platform(text, kind="notice", in_tail=False)

    def _has_stand_in(self) -> bool:
        interpreter = self.session.process.interpreter if self.session else ""
        return is_another(interpreter, runtime=self._runtime)

    async def _fail(self, ended: Ended) -> None:
        assert self.session is not None
        self.exit = await self.session.kill()
        self.session.finish_lines()
        self.session = None
        status: InitStatus = "timeout" if ended.cause == "expired" else "error"
        error_type = error_type_of(ended)
        self._tell_finished(status, error_type)

    def _tell_finished(self, status: InitStatus, error_type: str | None) -> None:
        assert self._created is not None
        self.seconds = self._recorder.real() - self._created
        imported = self._log.markers.get(log_frames.FUNCTION_INIT_STARTED, self._created)
        self._chronicle.init_finished(
            phase=self._phase,
            status=status,
            seconds=self.seconds,
            runtime_seconds=min(max(imported - self._created, 0.0), self.seconds),
            error_type=error_type,
        )
        self._system.init_finished(
            self._phase, status=status, seconds=self.seconds, error_type=error_type
        )
