"""What the platform asks of the world, as Protocols, and the plain data that crosses."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from webapp.clock import ClockState
from webapp.trace.events import Entry

if TYPE_CHECKING:
    from webapp.runtime.events.queued_event import QueuedEvent
    from webapp.runtime.model import FunctionRecord
    from webapp.runtime.recorder import Recorder
    from webapp.runtime.service_calls import ServiceCalls
    from webapp.runtime.timers import Timers
    from webapp.runtime.urls.url_config import UrlTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentSpecification:
    """What one execution environment is made from.

    ``code`` is the unpacked archive, read-only, below the launcher's code root.
    ``temporary_bytes`` is the size of ``/tmp``. ``variables`` is the whole process
    environment. ``fault`` is an init fault knob of the built-in runtime. ``runtime`` is the
    function's; without one the app's own Python runs it.
    """

    identifier: str
    code: Path
    memory_bytes: int
    temporary_bytes: int
    variables: Mapping[str, str]
    fault: str | None = None
    runtime: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentIdentity:
    """Who speaks through an environment's gateway: the session of its function's role.

    The gateway belongs to one environment, so this is known before a byte is read and nothing in
    a request can change it. ``role`` is an ARN; the credentials are what the environment was given.
    """

    workspace: str
    account: str
    region: str
    function: str
    version: str
    environment: str
    role: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRequest:
    """One HTTP request as it came. ``target`` is raw: path and query, percent signs and all.

    Header names are in lower case and in their order; values are text of single bytes (latin-1).
    """

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayResponse:
    """The answer. A body of pieces is sent as it is made, and no faster than it is read."""

    status: int
    headers: Sequence[tuple[str, str]] = ()
    body: bytes | AsyncIterator[bytes] = b""


class Gateway(Protocol):
    """This lab's services as code in an environment reaches them: the only network there is."""

    async def answer(
        self, request: GatewayRequest, *, identity: EnvironmentIdentity
    ) -> GatewayResponse:
        """Answer one request, on the loop thread. What is wrong with it is in the answer."""


@dataclass(frozen=True, slots=True)
class Exit:
    """How a process ended: a status or a signal. ``peak_memory_bytes`` is 0 if unknown.

    ``why`` is set when the launcher ended it for breaking a limit that no wall here holds.
    """

    code: int | None
    signal: int | None
    peak_memory_bytes: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Wall:
    """One wall around learners' code: whether this host can build it, and what it stops."""

    name: str
    built: bool
    detail: str


class LaunchFailed(Exception):
    """No environment could be started; the message says why."""


class Entrance(Protocol):
    """Where an environment asks for connections to its gateway. Never blocks."""

    def fileno(self) -> int:
        """Return what is readable when somebody asks."""

    def accept(self) -> socket.socket | None:
        """Return the near end of a connection; ``None`` if nobody asks.

        Raises ``EOFError`` when nobody ever will, ``OSError`` when it could not be made now.
        """

    def close(self) -> None:
        """Idempotent."""


class EnvironmentProcess(Protocol):
    """A walled process. ``connection``, ``frames`` and ``output`` are non-blocking.

    The runtime client in it speaks the Runtime API (HTTP/1.1) on the other end of
    ``connection``; ``frames`` carries AWS's telemetry frames, ``output`` raw stdout and stderr.
    ``interpreter`` names program and version that run its code; nothing if the code itself does.

    Connections to ``http://127.0.0.1:9002`` come in at ``gateway``; those to port 9001, where it
    has a network of its own, at ``runtime_api``.
    """

    @property
    def identifier(self) -> str: ...
    @property
    def interpreter(self) -> str: ...
    @property
    def pid(self) -> int: ...
    @property
    def connection(self) -> socket.socket: ...
    @property
    def frames(self) -> int: ...
    @property
    def output(self) -> int: ...
    @property
    def gateway(self) -> Entrance: ...
    @property
    def runtime_api(self) -> Entrance | None: ...

    def freeze(self) -> None:
        """Stop the whole process group."""

    def thaw(self) -> None:
        """Let it go on, with another invocation."""

    def hold(self) -> None:
        """Stop the whole group in the middle of an invocation."""

    def release(self) -> None:
        """Let that invocation go on."""

    def give_way(self) -> None:
        """Let other environments go first if it has computed for long. Cheap, as below."""

    def kill(self) -> None:
        """SIGKILL everything in it; idempotent."""

    def memory_bytes(self) -> int:
        """Return resident bytes of all its processes now, or more; 0 when gone.

        Cheap: asked every 20 ms.
        """

    def exact_memory_bytes(self) -> int:
        """Return the same, with what its processes share counted once. Not as cheap."""

    def cpu_seconds(self) -> float:
        """Return the processor time that all its processes have taken; it never falls.

        Cheap: asked every few milliseconds.
        """

    def peak_memory_bytes(self) -> int:
        """Return the largest resident size so far."""

    async def wait(self) -> Exit:
        """Return how it ended, once everything of it is gone. Any number may wait."""

    def close(self) -> None:
        """Close the descriptors; idempotent."""


class Launcher(Protocol):
    """Starts walled processes. Used from the loop thread only and never blocks it."""

    @property
    def walls(self) -> tuple[Wall, ...]: ...

    async def start(self) -> None:
        """Probe the walls by building one whole environment, then be ready."""

    async def launch(self, specification: EnvironmentSpecification) -> EnvironmentProcess:
        """Start a process. An identifier launched before (its process dead) keeps its ``/tmp``.

        Raises ``LaunchFailed``.
        """

    async def discard(self, identifier: str) -> None:
        """Drop ``/tmp`` and whatever else was kept; kills it if alive; idempotent."""

    async def stop(self) -> None:
        """Kill and reap everything within a deadline; idempotent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceRecord:
    """What the store knows of a workspace when it is opened; ``region`` is its home.

    ``functions`` are those of every region. ``newest_epoch`` is that of the newest fact: another
    than ``epoch`` means that the server has been restarted since.
    """

    identifier: str
    account: str
    region: str
    clock: ClockState
    functions: Sequence["FunctionRecord"]
    last_sequence: int
    epoch: int
    newest_epoch: int = 0
    versions: Sequence["FunctionRecord"] = ()
    last_versions: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By region and name: the highest version numbers of functions that are deleted."""
    events: Sequence["QueuedEvent"] = ()
    sources: Mapping[str, object] = field(default_factory=dict)
    """What the store kept of the sources of each region; only they can read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesPlace:
    """Where and with what the sources of a region work. ``kept`` is theirs (see above).

    ``functions`` takes the events that they bring to functions.
    """

    workspace: str
    account: str
    region: str
    recorder: "Recorder"
    timers: "Timers"
    take_facts: Callable[[], Sequence[Entry]]
    functions: "ServiceCalls"
    kept: object


class Sources(Protocol):
    """What events of a region come from and go to besides functions: queues and their like."""

    def kind_of(self, arn: str) -> str:
        """Return what an ARN names here, such as ``queue``; empty if nothing."""

    async def deliver(
        self,
        arn: str,
        body: str,
        *,
        attributes: Mapping[str, tuple[str, str]],
        run: str,
        source: str,
        cause: int | None = None,
        trace: str = "",
        detail_type: str = "",
        resources: Sequence[str] = (),
    ) -> str:
        """Bring a body to what the ARN names; return an empty text, or why that failed.

        ``trace`` is the X-Ray header that carries the chain of calls on.

        ``attributes`` are data type and value by name. A bus gets the body as the detail of an
        event of ``detail_type`` about ``resources``. On disk when it returns.
        """

    def log(
        self,
        *,
        group: str,
        stream: str,
        now: Callable[[], float],
        text: str,
        run: str,
        cause: int,
    ) -> None:
        """Take note of a line that a function wrote; ``now`` gives its lab time to who wants it."""

    async def close(self) -> None:
        """Leave what is not done to the next start."""


MakeSources = Callable[[SourcesPlace], Sources]


class Store(Protocol):
    """Durable state. Every awaitable completes when its transaction is on disk (rule 14).

    Each ``save``/``delete`` commits the given facts in the same transaction (rule 3).
    Raises ``StoreBusy`` at once when too much is waiting, ``StoreFailed`` when it can't write.
    Called on the loop thread; never blocks it.
    """

    def open_workspace(self, workspace: str) -> Awaitable[WorkspaceRecord]:
        """Read a workspace, creating its row if it is new."""

    def save_function(
        self,
        workspace: str,
        function: "FunctionRecord",
        *,
        facts: Sequence[Entry],
        versions: Sequence["FunctionRecord"] = (),
        deleted_versions: Collection[str] = (),
    ) -> Awaitable[None]:
        """Insert or replace a function, and these of its versions; delete those."""

    def delete_function(
        self,
        workspace: str,
        name: str,
        *,
        region: str,
        facts: Sequence[Entry],
        last_version: int = 0,
    ) -> Awaitable[None]:
        """Delete a function with its versions; remember their highest number, 0 forgets it."""

    def find_url(self, identifier: str) -> Awaitable["UrlTarget | None"]:
        """Return where a function URL leads, over all workspaces."""

    def save_clock(
        self, workspace: str, state: ClockState, *, facts: Sequence[Entry]
    ) -> Awaitable[None]: ...

    def save_event(
        self, workspace: str, event: "QueuedEvent", *, facts: Sequence[Entry]
    ) -> Awaitable[None]:
        """Insert an event or replace what changes of it; one without a payload keeps it."""

    def delete_event(
        self, workspace: str, event: "QueuedEvent", *, facts: Sequence[Entry]
    ) -> Awaitable[None]: ...

    def workspaces_with_events(self) -> Awaitable[Sequence[str]]:
        """Return the workspaces in which an event is not at its end, or a schedule goes on."""

    def event_payload(self, workspace: str, event: "QueuedEvent") -> Awaitable[bytes]:
        """Return the payload of an event that is on disk. Raises ``KeyError``."""

    def write_facts(self, workspace: str, facts: Sequence[Entry]) -> None:
        """Hand over facts that nobody waits for; never fails, never blocks."""

    def save_archive(self, digest: str, data: bytes) -> Awaitable[None]:
        """Keep a code archive under its SHA-256 (hex); the same one twice is stored once."""

    def delete_unused_archives(self, digests: Collection[str]) -> Awaitable[Collection[str]]:
        """Delete those archives that no function and no version names; return which are gone.

        What is saved after this was called is kept, whether or not a row names it yet.
        """

    def archive(self, digest: str) -> Awaitable[bytes]:
        """Return an archive. Raises ``KeyError``."""

    @property
    def busy(self) -> bool:
        """Whether doors should turn calls away because too much waits for the disk."""


class StoreBusy(Exception):
    """Too many changes wait to be written. Nothing was stored. Try again in a moment."""


class StoreFailed(Exception):
    """The store could not write; the message says why. Nothing was stored."""
