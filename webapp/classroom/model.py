"""What a lesson page shows of one learner's lab, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from webapp.classroom.comparison import ComparedFunction
from webapp.classroom.drafting import text_of
from webapp.classroom.knobs import Knobs
from webapp.curriculum.arrivals import TryState
from webapp.curriculum.asynchronous import DEFAULTS, Asynchronous
from webapp.curriculum.content import Html
from webapp.curriculum.lab import LabFunction
from webapp.curriculum.predictions import PredictionOutcome
from webapp.runtime.model import Configuration, Faults
from webapp.storage.drafts import Draft
from webapp.trace.events import InvocationModel

ResetScope = Literal["code", "configuration", "lab"]
UndoScope = ResetScope | Literal["solution"]


@dataclass(frozen=True, slots=True)
class Undo:
    """A reset, or code that gave way to the solution's, that can still be taken back.

    ``lost`` says how many messages of a queue it does not bring back, by the queue's name.
    """

    id: str
    scope: UndoScope
    lost: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a file, found without running it. ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int
    message: str
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionState:
    """How far one prediction is. ``waiting`` says what the run that decides still needs."""

    status: Literal["open", "committed", "revealed"] = "open"
    option: str | None = None
    outcome: PredictionOutcome | None = None
    segment: str | None = None
    waiting: Html | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskState:
    """How far one task is. ``segment`` is the timeline's id of what decided it.

    ``decided`` is the sequence of the newest fact that speaks for a failure.
    """

    state: Literal["open", "passed", "failed"] = "open"
    message: str = ""
    segment: str | None = None
    decided: int = 0


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """What was seen of errors, and the timeline's id of what says so."""

    text: str
    segment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRow:
    """What a learner saw happen to errors of one model; ``None`` is what they have not seen."""

    model: InvocationModel
    who: ErrorCell | None = None
    tries: ErrorCell | None = None
    end: ErrorCell | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTry:
    """An attempt at an event, or one to come, and the timeline's id of it."""

    state: TryState
    text: str
    segment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArrival:
    """What came last from a caller: the event as JSON text, cut if it is long, and its attempts."""

    payload: str
    size_bytes: int
    tries: tuple[ShownTry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A file as an editor has it; ``text`` is ``None`` for what is kept but not edited here."""

    name: str
    size_bytes: int
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft:
    """A function's draft as it is now, beside what its lesson gives."""

    function: LabFunction
    draft: Draft
    start: Draft

    @property
    def files(self) -> tuple[OpenFile, ...]:
        """The files by name, the handler's in front."""
        front = self.function.knobs.handler.rpartition(".")[0].replace(".", "/") + ".py"
        names = sorted(self.draft.files, key=lambda name: (name != front, name))
        return tuple(_open(name, self.draft.files[name]) for name in names)

    @property
    def texts(self) -> Mapping[str, str]:
        """The text of every file that can be edited."""
        return {file.name: file.text for file in self.files if file.text is not None}

    @property
    def edited(self) -> bool:
        """Whether the files are others than the lesson's."""
        return self.draft.files != self.start.files

    @property
    def is_older(self) -> bool:
        """Whether the lesson gives another start now than when the draft began."""
        return self.draft.start != self.start.start


@dataclass(frozen=True, slots=True, kw_only=True)
class LabState:
    """Everything of a lab that a page paints first; the stream changes it from there.

    Draft and knobs are those of one function; ``asynchronous`` says by name where its records go.
    ``solution`` has every function that the solution changes.
    """

    draft: OpenDraft = field(compare=False)
    files: Mapping[str, str]
    event: str
    knobs: Knobs
    asynchronous: Asynchronous = DEFAULTS
    step: str | None = None
    predictions: Mapping[str, PredictionState] = field(default_factory=dict)
    tasks: Mapping[str, TaskState] = field(default_factory=dict)
    hints_shown: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[ErrorRow, ...] = ()
    arrivals: Mapping[str, ShownArrival] = field(default_factory=dict)
    undo: Undo | None = None
    model: InvocationModel = "synchronous"
    solution: tuple[ComparedFunction, ...] = ()

    @property
    def configuration(self) -> Configuration:
        """The function's configuration."""
        return self.knobs.configuration

    @property
    def faults(self) -> Faults:
        """The function's fault knobs."""
        return self.knobs.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What a press began: its run, the draft's revision after it, and the files that it changed.

    ``sent`` is what its calls came to, where it invoked.
    """

    run: str
    revision: str
    files: Mapping[str, str] = field(default_factory=dict)
    sent: "Sent | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a press of Invoke sent. ``calls`` wait for their answers.

    ``events`` are the request ids that were answered 202: each event is on disk. ``refused`` is
    how many got an error instead, ``why`` the newest of those.
    """

    run: str
    model: InvocationModel
    calls: int = 0
    events: tuple[str, ...] = ()
    refused: int = 0
    why: str = ""


def _open(name: str, data: bytes) -> OpenFile:
    return OpenFile(name=name, size_bytes=len(data), text=text_of(data))
