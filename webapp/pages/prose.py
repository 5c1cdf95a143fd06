"""Draws what stands in a lesson's text: buttons, predictions, tasks with hints, questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from flask import render_template, url_for
from markupsafe import Markup

from webapp.classroom.comparison import ComparedFunction
from webapp.classroom.model import ErrorRow, LabState, PredictionState, TaskState
from webapp.curriculum.caller import Caller
from webapp.curriculum.content import Badge, Callout, Html, SolutionPlace, TasksPlace
from webapp.curriculum.model import (
    UNKNOWN,
    Lesson,
    Prediction,
    PredictionOption,
    Reflection,
    ReviewOption,
    ReviewQuestion,
    Step,
    Task,
)
from webapp.curriculum.press import MODELS, Press
from webapp.curriculum.words import Term
from webapp.pages.access import open_course
from webapp.pages.gallery import Arrived, Card, arrived, taught


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Whose lesson is drawn, and how far its lab is. ``change`` names a prediction to change."""

    workspace: str
    lesson: Lesson
    state: LabState
    change: str | None = None

    @property
    def base(self) -> str:
        """The address below which the lab's doors are."""
        return f"/w/{self.workspace}/labs/{self.lesson.slug}"

    def address(self, step: Step) -> str:
        """Return the address of a step."""
        slug = self.lesson.slug
        return url_for("lessons.page", workspace=self.workspace, slug=slug, step=step.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionCard:
    """A prediction as it is shown. ``held`` are the answers that came true, if a run decided."""

    base: str
    number: int
    prediction: Prediction
    state: PredictionState
    press: Html
    changing: bool

    @property
    def form(self) -> bool:
        """Whether it asks, rather than waits for the run."""
        return self.state.status == "open" or (self.changing and self.state.status == "committed")

    @property
    def chosen(self) -> PredictionOption | None:
        """The answer that was committed."""
        return self.prediction.option(self.state.option) if self.state.option else None

    @property
    def knows(self) -> bool:
        """Whether the learner said something else than "I don't know"."""
        return self.state.option != UNKNOWN

    @property
    def held(self) -> tuple[PredictionOption, ...]:
        """The answers that came true."""
        outcome = self.state.outcome
        return tuple(self.prediction.option(one) for one in outcome.held) if outcome else ()

    @property
    def said(self) -> tuple[str, ...]:
        """The time of each attempt that was committed, in words; empty for any other answer."""
        attempts, answer = self.prediction.attempts, self.state.option
        return attempts.shown(answer) if attempts and answer and self.knows else ()

    @property
    def cells(self) -> tuple[str, ...]:
        """What each cell of the form begins with: the value that was said, or none."""
        attempts, answer = self.prediction.attempts, self.state.option
        if attempts and answer and self.knows:
            return tuple(answer.split("-"))
        return ("",) * attempts.most if attempts else ()

    @property
    def verdict(self) -> str:
        """A few words for the card's head."""
        right = self.state.outcome.right if self.state.outcome else None
        cells = self.state.outcome.cells if self.state.outcome else ()
        if cells and right is False:
            return f"{sum(bool(cell.right) for cell in cells)} of {len(cells)} right"
        return {True: "right", False: "not what ran", None: "answered by the run"}[right]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEntry:
    """A task with its state and the hints that are shown."""

    task: Task
    state: TaskState
    hints: tuple[Html, ...]

    @property
    def more_hints(self) -> bool:
        """Whether a hint is left that helps; a passed task needs none."""
        return len(self.hints) < len(self.task.hints) and self.state.state != "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorTable:
    """What a learner saw happen to errors, a row for each way to invoke."""

    base: str
    rows: tuple[ErrorRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """Tasks that stand together. ``elsewhere`` is set when another place of the page is updated."""

    base: str
    id: str
    tasks: tuple[TaskEntry, ...]
    elsewhere: bool = False

    @property
    def passed(self) -> int:
        """How many of these are passed."""
        return sum(entry.state.state == "passed" for entry in self.tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A review question and the answer that was chosen last."""

    base: str
    question: ReviewQuestion
    chosen: ReviewOption | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A question for oneself; ``text`` is what the learner wrote, empty at first."""

    base: str
    reflection: Reflection
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The solution beside the learner's own: the functions that it changes, and its presses.

    ``before`` are presses on the code as it is at the start. ``named``: the lab has several
    functions.
    """

    base: str
    content: Html
    functions: tuple[ComparedFunction, ...]
    named: bool
    before: tuple[Html, ...]
    presses: tuple[Html, ...]

    @property
    def reached(self) -> bool:
        """Whether the learner has what the solution has."""
        return all(function.reached for function in self.functions)

    @property
    def files(self) -> bool:
        """Whether it changes code."""
        return any(function.files for function in self.functions)

    @property
    def knobs(self) -> bool:
        """Whether the learner's configuration is to be changed."""
        return any(function.knobs for function in self.functions)


@dataclass(frozen=True, slots=True)
class PageRenderer:
    """Fills the places of a lesson's text (``curriculum.content.Renderer``)."""

    look: Look

    def press(self, press: Press) -> str:
        return _render("lesson/_press.html", press=press, base=self.look.base)

    def term(self, term: Term, *, words: Html) -> str:
        return _render("lesson/_term.html", term=term, words=words)

    def prediction(self, prediction: Prediction) -> str:
        return _render("lesson/_prediction.html", card=self.card(prediction))

    def card(self, prediction: Prediction) -> PredictionCard:
        """Return what a prediction shows."""
        return PredictionCard(
            base=self.look.base,
            number=self.look.lesson.predictions.index(prediction) + 1,
            prediction=prediction,
            state=self.look.state.predictions.get(prediction.id, PredictionState()),
            press=Html(self.press(prediction.press)),
            changing=self.look.change == prediction.id,
        )

    def tasks(self, tasks: Sequence[Task], *, elsewhere: bool = False) -> str:
        """Return a list of tasks; ``elsewhere`` lets it find its own place in the page."""
        shown = TaskList(
            base=self.look.base,
            id=f"tasks-{tasks[0].id}",
            tasks=tuple(self._task(task) for task in tasks),
            elsewhere=elsewhere,
        )
        return _render("lesson/_tasks.html", list=shown)

    def all_tasks(self) -> str:
        """Return every list of the lesson, each to be put into its own place."""
        return "".join(self.tasks(tasks, elsewhere=True) for tasks in task_lists(self.look.lesson))

    def _task(self, task: Task) -> TaskEntry:
        shown = self.look.state.hints_shown.get(task.id, 0)
        return TaskEntry(
            task=task,
            state=self.look.state.tasks.get(task.id, TaskState()),
            hints=tuple(hint.content.render(self) for hint in task.hints[:shown]),
        )

    def callout(self, callout: Callout, *, content: str) -> str:
        return _render("lesson/_callout.html", title=callout.title, content=Html(content))

    def badge(self, badge: Badge, *, content: str) -> str:
        name = f"simpler-{crc32(badge.title.encode())}"
        return _render("lesson/_badge.html", title=badge.title, content=Html(content), id=name)

    def reviews(self, questions: Sequence[ReviewQuestion]) -> str:
        return "".join(self.review(question) for question in questions)

    def reflection(self, reflection: Reflection) -> str:
        """Return a question for oneself with what was written."""
        note = self.look.state.notes.get(reflection.id, "")
        shown = Note(base=self.look.base, reflection=reflection, text=note)
        return _render("lesson/_reflection.html", shown=shown)

    def solution(self, *, content: str) -> str:
        return _render("lesson/_solution.html", shown=self.compared(content=content))

    def solution_body(self) -> str:
        """Return what unfolds where the lesson offers its solution; it has one such place."""
        nodes = (node for step in self.look.lesson.steps for node in step.content.nodes)
        place = next((node for node in nodes if isinstance(node, SolutionPlace)), None)
        content = place.content.render(self) if place else ""
        return _render("lesson/_solution_body.html", shown=self.compared(content=content))

    def compared(self, *, content: str) -> Solution:
        """Return the solution beside what the learner has."""
        lesson = self.look.lesson
        return Solution(
            base=self.look.base,
            content=Html(content),
            functions=self.look.state.solution,
            named=len(lesson.lab.functions) > 1,
            before=tuple(Html(self.press(press)) for press in lesson.solution_before),
            presses=tuple(Html(self.press(press)) for press in lesson.solution_presses),
        )

    def errors(self) -> str:
        """Return the table of what was seen of errors; rows are there before anything was."""
        rows = self.look.state.errors or tuple(ErrorRow(model=model) for model in MODELS)
        return _render("lesson/_errors.html", table=ErrorTable(base=self.look.base, rows=rows))

    def gallery(self, callers: Sequence[Caller]) -> str:
        """Return callers as cards."""
        return _render("lesson/_gallery.html", cards=[self._caller(one) for one in callers])

    def _caller(self, caller: Caller) -> Card:
        return Card(
            caller=caller,
            presses=tuple(Html(self.press(press)) for press in caller.presses),
            arrived=self._arrived(caller),
            taught=taught(caller, course=open_course()),
        )

    def arrived(self, caller: Caller) -> str:
        """Return what came last from a caller."""
        return _render("lesson/_arrived.html", arrived=self._arrived(caller))

    def _arrived(self, caller: Caller) -> Arrived:
        return arrived(self.look.base, caller, self.look.state.arrivals.get(caller.id))

    def review(self, question: ReviewQuestion) -> str:
        """Return one question."""
        answer = self.look.state.answers.get(question.id)
        chosen = next((option for option in question.options if option.id == answer), None)
        shown = Question(base=self.look.base, question=question, chosen=chosen)
        return _render("lesson/_question.html", shown=shown)


def task_lists(lesson: Lesson) -> list[tuple[Task, ...]]:
    """Return the tasks of a lesson as they stand together in its text."""
    nodes = (node for step in lesson.steps for node in step.content.nodes)
    return [node.tasks for node in nodes if isinstance(node, TasksPlace)]


def _render(template: str, **context: object) -> str:
    """Render without the template's last newline: a button is followed by a full stop."""
    return Markup(render_template(template, **context).strip())
