"""The outline of a lesson: its steps with how far each is, and the lessons around it."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template, url_for

from webapp.curriculum.content import PredictionPlace, TasksPlace
from webapp.curriculum.model import Course, Lesson, Step
from webapp.pages.prose import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineStep:
    """A step with what there is to do in it, and how much of that is done."""

    step: Step
    address: str
    done: int
    all: int

    @property
    def finished(self) -> bool:
        """Whether everything is done that there is to do."""
        return 0 < self.all == self.done


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """``elsewhere`` is set when it updates itself while another place of the page does."""

    steps: tuple[OutlineStep, ...]
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """Where another lesson is."""

    title: str
    address: str


def read_outline(look: Look, *, elsewhere: bool = False) -> Outline:
    """Return the steps of a lesson, with what its learner has done."""
    return Outline(
        steps=tuple(_step(step, look) for step in look.lesson.steps), elsewhere=elsewhere
    )


def drawn_steps(look: Look) -> str:
    """Return the outline's list, to be put into its own place."""
    return render_template("lesson/_outline_steps.html", outline=read_outline(look, elsewhere=True))


def lessons_around(
    course: Course, lesson: Lesson, *, workspace: str
) -> tuple[Way | None, Way | None]:
    """Return the ways to the lesson before and to the one after this one."""
    before, after = course.before(lesson), course.after(lesson)
    return _way(before, workspace), _way(after, workspace)


def _step(step: Step, look: Look) -> OutlineStep:
    done = list(_done(step, look))
    return OutlineStep(step=step, address=look.address(step), done=sum(done), all=len(done))


def _done(step: Step, look: Look) -> Iterator[bool]:
    """Yield for each prediction and each task of a step whether it is done."""
    state = look.state
    for node in step.content.nodes:
        if isinstance(node, PredictionPlace):
            said = state.predictions.get(node.prediction.id)
            yield said is not None and said.status == "revealed"
        if isinstance(node, TasksPlace):
            for task in node.tasks:
                own = state.tasks.get(task.id)
                yield own is not None and own.state == "passed"


def _way(lesson: Lesson | None, workspace: str) -> Way | None:
    if lesson is None:
        return None
    address = url_for("lessons.page", workspace=workspace, slug=lesson.slug)
    return Way(f"{lesson.number} {lesson.title}", address)
