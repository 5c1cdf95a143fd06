"""What a lesson page shows, read once."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from webapp.classroom.labs import LessonProgress
from webapp.classroom.live import ClockView
from webapp.classroom.model import LabState
from webapp.curriculum.content import Html
from webapp.curriculum.model import Course, Lesson, Step
from webapp.curriculum.press import MODELS
from webapp.pages.access import labs, open_course
from webapp.pages.home import State, state_of
from webapp.pages.lab_page import LabPage, read_lab_page
from webapp.pages.outline import Outline, Way, lessons_around, read_outline
from webapp.pages.prose import Look, PageRenderer
from webapp.pages.undo_notes import UndoNote
from webapp.trace.events import InvocationModel

RATES = (("1", "1×"), ("10", "10×"), ("60", "60×"), ("600", "600×"), ("max", "Skip waits"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A step as the page holds it; all of them are in the page, one is shown."""

    step: Step
    prose: Html
    current: bool
    back: str | None
    back_label: str
    onward: str
    onward_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonPage:
    """``rows`` is the first message of the stream as JSON; ``states`` one for each lesson."""

    workspace: str
    lesson: Lesson
    part: str
    step: Step
    sections: tuple[Section, ...]
    outline: Outline
    before: Way | None
    after: Way | None
    state: LabState
    lab: LabPage
    rows: str
    clock: ClockView
    rates: tuple[tuple[str, str], ...]
    models: tuple[InvocationModel, ...]
    states: tuple[State, ...]
    done: int
    base: str
    clock_address: str
    undo_note: UndoNote


def read_lesson_page(
    workspace: str, lesson: Lesson, *, function: str, step: str | None, change: str | None
) -> LessonPage:
    """Return the page; for an unknown ``step`` where the learner was, or the first."""
    course, state = open_course(), labs().state(workspace, lesson, function=function)
    current = _step(lesson, step, state.step)
    if current.id != (state.step or lesson.steps[0].id):
        labs().learning.reach(workspace, lesson, current)
    look = Look(workspace=workspace, lesson=lesson, state=state, change=change)
    before, after = lessons_around(course, lesson, workspace=workspace)
    states = _states(course, labs().progress(workspace), here=lesson.slug)
    return LessonPage(
        workspace=workspace,
        lesson=lesson,
        part=course.part_of(lesson).title,
        step=current,
        sections=_sections(look, course=course, current=current),
        outline=read_outline(look),
        before=before,
        after=after,
        state=state,
        lab=read_lab_page(workspace, lesson, state),
        rows=labs().first_rows(workspace, lesson),
        clock=labs().clock(workspace),
        rates=RATES,
        models=MODELS,
        states=states,
        done=states.count("done"),
        base=look.base,
        clock_address=f"/w/{workspace}/clock",
        undo_note=UndoNote(state.undo.lost if state.undo else {}),
    )


def _step(lesson: Lesson, *wanted: str | None) -> Step:
    known = {step.id: step for step in lesson.steps}
    return next((known[one] for one in wanted if one in known), lesson.steps[0])


def _states(
    course: Course, progress: Mapping[str, LessonProgress], *, here: str
) -> tuple[State, ...]:
    """Return the state of each lesson; the open one is where the learner is."""
    found = ((one.slug, state_of(one, progress=progress)) for one in course)
    return tuple(_open_here(state, slug == here) for slug, state in found)


def _open_here(state: State, here: bool) -> State:
    if state == "done":
        return state
    return "here" if here else "open"


def _sections(look: Look, *, course: Course, current: Step) -> tuple[Section, ...]:
    renderer = PageRenderer(look)
    steps = look.lesson.steps
    sections = []
    for place, step in enumerate(steps):
        address, label = _onward(look, course=course, place=place)
        back, back_label = _back(look, course=course, place=place)
        sections.append(
            Section(
                step=step,
                prose=step.render(renderer),
                current=step is current,
                back=back,
                back_label=back_label,
                onward=address,
                onward_label=label,
            )
        )
    return tuple(sections)


def _back(look: Look, *, course: Course, place: int) -> tuple[str | None, str]:
    """Return where Back leads: the step before, else the lesson before, if there is one."""
    if place:
        return look.address(look.lesson.steps[place - 1]), "Back"
    before = course.before(look.lesson)
    if before is None:
        return None, ""
    return url_for("lessons.page", workspace=look.workspace, slug=before.slug), "Lesson before"


def _onward(look: Look, *, course: Course, place: int) -> tuple[str, str]:
    """Return where Continue leads: the next step, the next lesson, else the course map."""
    steps = look.lesson.steps
    if place + 1 < len(steps):
        return look.address(steps[place + 1]), "Continue"
    after = course.after(look.lesson)
    if after is None:
        return url_for("home.page"), "To the course"
    return url_for("lessons.page", workspace=look.workspace, slug=after.slug), "Next lesson"
