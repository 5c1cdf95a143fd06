"""What a lesson page shows of one learner's lab, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from webapp.curriculum.content import Html
from webapp.curriculum.predictions import PredictionOutcome
from webapp.runtime.model import Configuration, Faults

ResetScope = Literal["code", "configuration", "lab"]
UndoScope = ResetScope | Literal["solution"]


@dataclass(frozen=True, slots=True)
class Undo:
    """A reset, or code that gave way to the solution's, that can still be taken back."""

    id: str
    scope: UndoScope


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
    """How far one task is. ``segment`` is the timeline's id of what decided it."""

    state: Literal["open", "passed", "failed"] = "open"
    message: str = ""
    segment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabState:
    """Everything of a lab that a page paints first; the stream changes it from there."""

    files: Mapping[str, str]
    event: str
    configuration: Configuration
    faults: Faults
    step: str | None = None
    draft_is_older: bool = False
    predictions: Mapping[str, PredictionState] = field(default_factory=dict)
    tasks: Mapping[str, TaskState] = field(default_factory=dict)
    hints_shown: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    undo: Undo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What a press began: its run, and the files if it changed them (an update does)."""

    run: str
    files: Mapping[str, str] | None = None
