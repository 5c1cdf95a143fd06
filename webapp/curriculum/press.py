"""Presses: the buttons of a lesson, and what each of them does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from webapp.curriculum.asynchronous import Asynchronous
from webapp.trace.events import InvocationModel

FAULTS = (
    "off",
    "raise",
    "time-out",
    "out-of-memory",
    "crash-in-init",
    "slow-init",
    "slow",
    "throttle",
    "fail",
    "duplicate",
)
"""Names that a fault press may switch on; ``off`` switches all of them off."""

MODELS: tuple[InvocationModel, ...] = get_args(InvocationModel)
"""Ways to invoke that a press may choose; the first unless it says otherwise."""

Reserved = int | Literal["none"] | None
"""What a function shall reserve; ``none`` takes that away, ``None`` leaves it as it is."""

PAGE = "page"
"""The source of what a learner's own press sends."""

Files = Mapping[str, str]
"""Text of each file by its path, with ``/`` between folders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoke:
    """Send ``count`` calls at the same moment, each with the named event.

    The caller of a synchronous one waits for its answer; an asynchronous one is an event, which
    its caller leaves in the queue. ``qualifier`` is an alias; empty means the newest code.
    ``source`` is who calls, as the facts say it: the page, or a service that it stands in for.
    """

    function: str
    event: str
    count: int = 1
    model: InvocationModel = "synchronous"
    qualifier: str = ""
    source: str = PAGE

    @property
    def calls(self) -> int:
        """How many callers wait for an answer."""
        return self.count if self.model == "synchronous" else 0

    @property
    def events(self) -> int:
        """How many events wait in the queue, their callers gone."""
        return self.count - self.calls


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Send one HTTP request to the function's URL, with the named event as its body.

    The function gets a URL that everybody may call, if it has none.
    """

    function: str
    event: str
    calls: int = 1
    events: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Let ``seconds`` of lab time pass while all is quiet."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Deploy the code in the editor again, with the number in ``counter`` one higher.

    The counter makes it a real change: code that did not change is not deployed (rule 8).
    """

    function: str
    counter: str

    def apply(self, files: Files) -> dict[str, str]:
        """Return ``files`` with the next number in the counter (1 if there is none)."""
        text = files.get(self.counter, "").strip()
        number = int(text) if text.isascii() and text.isdigit() else 0
        return {**files, self.counter: f"{number + 1}\n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Stop every running invocation of the function."""

    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Switch one of ``FAULTS`` on (or all off) for the function.

    ``attempts`` says how many of every event ``throttle`` or ``fail`` concerns, ``milliseconds``
    by how much ``slow`` holds a call up.
    """

    function: str
    name: str
    attempts: int = 0
    milliseconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Configure:
    """Change the function's configuration; what is ``None`` stays, other variables stay too."""

    function: str
    memory_mb: int | None = None
    timeout: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    reserved_concurrency: Reserved = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send ``count`` messages with this body to a queue; ``group`` is that of a FIFO queue.

    ``delay`` of ``None`` is the queue's own.
    """

    queue: str
    body: str
    count: int = 1
    delay: int | None = None
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive:
    """Receive up to ``count`` messages of a queue, and delete them if ``delete`` says so."""

    queue: str
    count: int = 1
    delete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """Delete every message of a queue."""

    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Publish ``count`` messages to a topic; ``group`` is that of a FIFO topic.

    ``attributes`` are data type and value by name, as SNS has them.
    """

    topic: str
    body: str
    subject: str = ""
    attributes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    count: int = 1
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutEvents:
    """Put ``count`` events on a bus; ``detail`` is JSON text."""

    bus: str
    source: str
    detail_type: str
    detail: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PutRule:
    """Put a rule on a bus; one of that name gets the pattern (JSON text) and the targets."""

    bus: str
    rule: str
    pattern: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutObject:
    """Put an object with this text into a bucket; with a higher ``count`` so many, numbered.

    ``*`` in the key is the number of the object then.
    """

    bucket: str
    key: str
    body: str
    count: int = 1

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the objects, in order."""
        return tuple(self.key.replace("*", str(number + 1)) for number in range(self.count))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteObject:
    """Delete an object of a bucket; where versions are kept a marker hides it."""

    bucket: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchSchedule:
    """Enable a schedule of the lab, or disable it."""

    schedule: str
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Publish a version, and lead ``alias`` to it; it is made if there is none.

    ``asynchronous`` says how the events of ``qualifier``, the alias or a version, are tried;
    ``None`` leaves that as it is.
    """

    function: str
    alias: str
    asynchronous: Asynchronous | None = None
    qualifier: str = ""

    @property
    def configured(self) -> str:
        """Whose events ``asynchronous`` is about."""
        return self.qualifier or self.alias


OnQueue = Send | Receive | Purge
OnFunction = Invoke | Request | Lead | Update | Configure | Stop | Fault
Spreads = Publish | PutEvents | PutRule | PutObject | DeleteObject | SwitchSchedule
"""What functions of the lab may be called by: what was edited is deployed first."""
Action = OnFunction | OnQueue | Spreads | Wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button of the lesson; ``RunStarted.press`` carries its ``id``.

    The same press may stand in several places of the prose.
    """

    id: str
    label: str
    busy: str
    action: Action

    @property
    def icon(self) -> str:
        """The Lucide name of its icon."""
        if isinstance(self.action, Invoke) and self.action.count > 1:
            return "layers"
        if isinstance(self.action, Invoke) and self.action.model == "asynchronous":
            return "send"
        return _ICONS[type(self.action)]


_ICONS: Mapping[type[Action], str] = {
    Invoke: "play",
    Request: "external-link",
    Lead: "split",
    Wait: "fast-forward",
    Update: "code",
    Configure: "sliders-horizontal",
    Stop: "square",
    Fault: "zap",
    Send: "send",
    Publish: "send",
    PutEvents: "send",
    PutObject: "upload",
    DeleteObject: "trash-2",
    SwitchSchedule: "timer",
    PutRule: "split",
    Receive: "inbox",
    Purge: "trash-2",
}
