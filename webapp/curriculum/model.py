"""The nouns of a course as plain data: parts, lessons, steps, predictions, tasks, questions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from webapp.curriculum.attempt_times import AttemptTimes
from webapp.curriculum.caller import Caller
from webapp.curriculum.calls import answer_holds
from webapp.curriculum.checks.verdict import Check
from webapp.curriculum.content import NO_HTML, Content, Html, Renderer
from webapp.curriculum.errors import UnknownLesson
from webapp.curriculum.lab import Lab
from webapp.curriculum.press import Press
from webapp.curriculum.words import Chapter, Term
from webapp.trace.events import Fact

UNKNOWN = "unknown"
"""The option of every prediction that says "I don't know"; never wrong, never right."""

PARTS: tuple[str, ...] = (
    "code",
    "event",
    "configuration",
    "destinations",
    "faults",
    "invoke",
    "clock",
    "timeline",
    "environment",
    "response",
    "logs",
    "queues",
    "topics",
    "buses",
    "buckets",
    "schedules",
    "story",
)
"""Parts of the lab that prose can point at; the page gives each the id ``part-<name>``."""

# -- predictions, tasks, questions


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedFact:
    """A kind of fact that an option expects in the deciding run, so many times (rule 7).

    ``where`` gives for a field of the fact the values that it may have, ``answer`` for a key of
    the function's answer the value that it has. ``at_most`` of ``None`` means any number. These
    become the ghost marks on the timeline.
    """

    fact: type[Fact]
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    at_least: int = 1
    at_most: int | None = None

    def matches(self, fact: Fact) -> bool:
        """Whether ``fact`` is one of these."""
        if not isinstance(fact, self.fact):
            return False
        if not all(getattr(fact, name) in values for name, values in self.where.items()):
            return False
        return not self.answer or answer_holds(fact, self.answer)


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
    With ``attempts`` the answer is a time for each attempt instead of one of the options.
    """

    id: str
    question: Html
    press: Press
    options: tuple[PredictionOption, ...]
    given: tuple[Check[Any], ...] = ()
    given_text: Html = NO_HTML
    attempts: AttemptTimes | None = None
    line: int = 0

    def option(self, identifier: str) -> PredictionOption:
        """Return an option. Raises ``KeyError``."""
        if self.attempts and identifier != UNKNOWN:
            said = ", ".join(self.attempts.shown(identifier))
            return PredictionOption(id=identifier, text=Html(said), feedback=NO_HTML)
        return {option.id: option for option in self.options}[identifier]

    def problem(self, answer: str) -> str:
        """Return why an answer cannot be committed; empty if it can."""
        if answer in {option.id for option in self.options}:
            return ""
        if self.attempts:
            return self.attempts.problem(answer)
        return f"'{answer}' is not an answer. Choose one of those shown."


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
    check: Check[Any]
    failed: str = ""
    hints: tuple[Hint, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOption:
    """One answer of a review question, with its feedback."""

    id: str
    text: Html
    feedback: Html
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQuestion:
    """A question at the end of a lesson; exactly one option is right.

    ``event`` is the event that it asks about, as a coloured block; empty for none.
    """

    id: str
    question: Html
    options: tuple[ReviewOption, ...]
    event: Html = NO_HTML


@dataclass(frozen=True, slots=True, kw_only=True)
class Reflection:
    """A question that a learner answers in their own words, for themselves.

    ``answer`` is what a good answer says; it is shown beside theirs once they have written one.
    """

    id: str
    question: Html
    answer: Html


# -- course


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One section of a lesson, under a second-level heading (rule 6). ``number`` counts from 1.

    The page gives it the id ``step-<id>``: the words of authors never meet the ids of the lab.
    """

    id: str
    number: int
    title: Html
    content: Content
    line: int = 0

    def render(self, renderer: Renderer) -> Html:
        """Return the step's prose as HTML, without its title."""
        return self.content.render(renderer)


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A lesson with content. ``version`` is a hash of all its files: it changes when they do.

    ``solution_presses`` are done on the solved code, after ``solution_before`` on the start's.
    ``terms`` are the words of the glossary that its text explains, each once. ``file`` is where
    its text stands, and the ``line`` of a step, task or prediction is one of it.
    """

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
    solution_before: tuple[Press, ...] = ()
    reflections: tuple[Reflection, ...] = ()
    callers: tuple[Caller, ...] = ()
    terms: tuple[Term, ...] = ()
    file: str = ""

    def step(self, identifier: str) -> Step:
        """Return a step. Raises ``KeyError``."""
        return {step.id: step for step in self.steps}[identifier]

    def task(self, identifier: str) -> Task:
        """Return a task. Raises ``KeyError``."""
        return {task.id: task for task in self.tasks}[identifier]

    def prediction(self, identifier: str) -> Prediction:
        """Return a prediction. Raises ``KeyError``."""
        return {prediction.id: prediction for prediction in self.predictions}[identifier]

    def caller(self, identifier: str) -> Caller:
        """Return a caller of a gallery. Raises ``KeyError``."""
        return {caller.id: caller for caller in self.callers}[identifier]

    def reflection(self, identifier: str) -> Reflection:
        """Return a reflection. Raises ``KeyError``."""
        return {reflection.id: reflection for reflection in self.reflections}[identifier]


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
    """The whole course, in order. ``glossary`` holds its words by id.

    ``spellings`` holds them by every way to write them, in small letters.
    """

    title: str
    parts: tuple[Part, ...]
    glossary: Mapping[str, Term] = field(default_factory=dict)
    spellings: Mapping[str, Term] = field(default_factory=dict)
    reference: tuple[Chapter, ...] = ()

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
