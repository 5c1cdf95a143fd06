"""The nouns of a course as plain data: parts, lessons, steps, labs, presses, predictions, tasks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from webapp.curriculum.content import NO_HTML, Content, Html, Renderer
from webapp.curriculum.errors import UnknownLesson
from webapp.curriculum.verdict import Check
from webapp.trace.events import Fact

UNKNOWN = "unknown"
"""The option of every prediction that says "I don't know"; never wrong, never right."""

FAULTS = ("off", "raise", "time-out", "out-of-memory", "crash-in-init", "slow-init")
"""Names that a fault press may switch on; ``off`` switches all of them off."""

PARTS: tuple[str, ...] = (
    "code",
    "event",
    "configuration",
    "faults",
    "invoke",
    "clock",
    "timeline",
    "environment",
    "response",
    "logs",
    "story",
)
"""Parts of the lab that prose can point at; the page gives each the id ``part-<name>``."""

Files = Mapping[str, str]
"""Text of each file by its path, with ``/`` between folders."""


# -- presses


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoke:
    """Send ``count`` synchronous calls at the same moment, each with the named event."""

    function: str
    event: str
    count: int = 1


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
    """Switch one of ``FAULTS`` on (or all off) for the function."""

    function: str
    name: str


Action = Invoke | Wait | Update | Stop | Fault


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
        match self.action:
            case Invoke(count=count):
                return "layers" if count > 1 else "play"
            case Wait():
                return "fast-forward"
            case Update():
                return "code"
            case Stop():
                return "square"
            case Fault():
                return "zap"


# -- predictions, tasks, questions


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedFact:
    """A kind of fact that an option expects in the deciding run, so many times (rule 7).

    ``where`` gives for a field of the fact the values that it may have. ``at_most`` of ``None``
    means any number. These become the ghost marks on the timeline.
    """

    fact: type[Fact]
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    at_least: int = 1
    at_most: int | None = None

    def matches(self, fact: Fact) -> bool:
        """Whether ``fact`` is one of these."""
        return isinstance(fact, self.fact) and all(
            getattr(fact, name) in values for name, values in self.where.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionOption:
    """One answer. ``feedback`` says, after the run, why it was right or wrong."""

    id: str
    text: Html
    feedback: Html
    expected: tuple[ExpectedFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A question that a run answers. ``options`` end with "I don't know" (``UNKNOWN``).

    ``press`` decides it, in the first run of it after the commitment in which every check of
    ``given`` holds on the facts before the run. ``given_text`` says that condition to a person.
    """

    id: str
    question: Html
    press: Press
    options: tuple[PredictionOption, ...]
    given: tuple[Check, ...] = ()
    given_text: Html = NO_HTML

    def option(self, identifier: str) -> PredictionOption:
        """Return an option. Raises ``KeyError``."""
        return {option.id: option for option in self.options}[identifier]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One step of help towards a task; steps are shown in order and stay readable."""

    id: str
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to cause, checked on the trace. ``failed`` follows the fact that decided it."""

    id: str
    text: Html
    check: Check
    failed: str = ""
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOption:
    """One answer of a review question, with its feedback."""

    id: str
    text: Html
    feedback: Html
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQuestion:
    """A question at the end of a lesson; exactly one option is right."""

    id: str
    question: Html
    options: tuple[ReviewOption, ...]


# -- lab


@dataclass(frozen=True, slots=True, kw_only=True)
class LabFunction:
    """A function of a lab as it is at the start. ``name`` is unique across the course (rule 1).

    ``solution`` holds the whole solved code: the start's files with the solution's over them.
    """

    name: str
    handler: str
    memory_mb: int
    timeout: int
    variables: Mapping[str, str]
    start: Files
    solution: Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """What a lesson owns. ``events`` holds JSON text by name; the first is the one shown."""

    slug: str
    functions: tuple[LabFunction, ...]
    events: Mapping[str, str]

    def function(self, name: str) -> LabFunction:
        """Return a function. Raises ``KeyError``."""
        return {function.name: function for function in self.functions}[name]

    @property
    def function_names(self) -> frozenset[str]:
        """The names whose facts the lab sees."""
        return frozenset(function.name for function in self.functions)


# -- course


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One section of a lesson, under a second-level heading (rule 6). ``number`` counts from 1."""

    id: str
    number: int
    title: Html
    content: Content

    def render(self, renderer: Renderer) -> Html:
        """Return the step's prose as HTML, without its title."""
        return self.content.render(renderer)


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A lesson with content. ``version`` is a hash of all its files: it changes when they do."""

    slug: str
    title: str
    summary: str
    number: str
    part: int
    minutes: int
    version: str
    lab: Lab
    steps: tuple[Step, ...]
    presses: Mapping[str, Press]
    predictions: tuple[Prediction, ...]
    tasks: tuple[Task, ...]
    reviews: tuple[ReviewQuestion, ...]
    solution_presses: tuple[Press, ...]

    def step(self, identifier: str) -> Step:
        """Return a step. Raises ``KeyError``."""
        return {step.id: step for step in self.steps}[identifier]

    def task(self, identifier: str) -> Task:
        """Return a task. Raises ``KeyError``."""
        return {task.id: task for task in self.tasks}[identifier]

    def prediction(self, identifier: str) -> Prediction:
        """Return a prediction. Raises ``KeyError``."""
        return {prediction.id: prediction for prediction in self.predictions}[identifier]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLesson:
    """A lesson of the course map that has no content yet."""

    slug: str
    title: str
    number: str
    part: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the course: lessons in order, those with content and those planned."""

    number: int
    slug: str
    title: str
    lessons: tuple[Lesson | PlannedLesson, ...]


@dataclass(frozen=True, kw_only=True)
class Course:
    """The whole course, in order."""

    title: str
    parts: tuple[Part, ...]

    def __iter__(self) -> Iterator[Lesson | PlannedLesson]:
        return (lesson for part in self.parts for lesson in part.lessons)

    @cached_property
    def lessons(self) -> Mapping[str, Lesson]:
        """Lessons with content by slug, in order."""
        return {lesson.slug: lesson for lesson in self if isinstance(lesson, Lesson)}

    def lesson(self, slug: str) -> Lesson:
        """Return a lesson with content. Raises ``UnknownLesson``."""
        if slug not in self.lessons:
            raise UnknownLesson(f"There is no lesson '{slug}'. Choose one from the course map.")
        return self.lessons[slug]

    def part_of(self, lesson: Lesson | PlannedLesson) -> Part:
        """Return the part that a lesson stands in."""
        return self.parts[lesson.part - 1]

    def before(self, lesson: Lesson) -> Lesson | None:
        """Return the lesson with content before this one, or ``None``."""
        slugs = list(self.lessons)
        place = slugs.index(lesson.slug)
        return self.lessons[slugs[place - 1]] if place else None

    def after(self, lesson: Lesson) -> Lesson | None:
        """Return the lesson with content after this one, or ``None``."""
        slugs = list(self.lessons)
        rest = slugs[slugs.index(lesson.slug) + 1 :]
        return self.lessons[rest[0]] if rest else None
