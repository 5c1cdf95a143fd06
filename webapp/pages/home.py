"""The home page: where to begin or go on, and the map of the course."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, render_template, url_for

from webapp.classroom.labs import LessonProgress
from webapp.curriculum.content import Html
from webapp.curriculum.model import Course, Lesson, Part, PlannedLesson
from webapp.curriculum.press import Action, Invoke, Press, Wait
from webapp.pages import errors, mistakes
from webapp.pages.access import labs, my_workspace, open_course

State = Literal["done", "here", "open", "planned"]
COLUMN_LESSONS = 5

pages = Blueprint("home", __name__)
errors.catch(pages)
mistakes.tell(pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLesson:
    """A lesson on the map; one that is planned has no ``address``.

    ``touched`` is the real time at which the learner last did something in it.
    """

    title: str
    number: str
    state: State
    note: str
    address: str | None
    touched: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPart:
    """A part on the map. ``done`` and ``ready`` count lessons passed and lessons with content."""

    number: int
    title: str
    lessons: tuple[MapLesson, ...]
    done: int
    ready: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A lab that runs on the home page; ``rows`` is the first message of its stream as JSON."""

    lesson: str
    base: str
    presses: tuple[Html, ...]
    rows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """``current`` is the lesson to go on with; ``figure`` is missing in a course without one."""

    columns: tuple[tuple[MapPart, ...], ...]
    lessons: int
    ready: int
    done: int
    hours: str
    states: tuple[State, ...]
    first: MapLesson | None
    current: MapLesson | None
    figure: Figure | None
    progress_address: str


@pages.get("/")
def page() -> str:
    """Show the course to whoever comes."""
    return render_template("home/page.html", page=read_home(my_workspace()))


def read_home(workspace: str) -> HomePage:
    """Return the home page of a workspace."""
    course, progress = open_course(), labs().progress(workspace)
    parts = tuple(_part(part, workspace=workspace, progress=progress) for part in course.parts)
    lessons = [lesson for part in parts for lesson in part.lessons]
    current = max((one for one in lessons if one.state == "here"), key=_touched, default=None)
    return HomePage(
        columns=tuple(_columns(parts)),
        lessons=len(lessons),
        ready=sum(part.ready for part in parts),
        done=sum(part.done for part in parts),
        hours=_hours(sum(lesson.minutes for lesson in course)),
        states=tuple(lesson.state for lesson in lessons),
        first=next((lesson for lesson in lessons if lesson.address), None),
        current=current,
        figure=_figure(workspace, course, progress),
        progress_address=url_for("progress.page", workspace=workspace),
    )


def state_of(lesson: Lesson | PlannedLesson, *, progress: Mapping[str, LessonProgress]) -> State:
    """Return how far a learner is in a lesson."""
    if isinstance(lesson, PlannedLesson):
        return "planned"
    own = progress.get(lesson.slug)
    if own is None:
        return "open"
    return "done" if own.tasks and own.passed == own.tasks else "here"


def _part(part: Part, *, workspace: str, progress: Mapping[str, LessonProgress]) -> MapPart:
    lessons = tuple(_lesson(one, workspace=workspace, progress=progress) for one in part.lessons)
    return MapPart(
        number=part.number,
        title=part.title,
        lessons=lessons,
        done=sum(lesson.state == "done" for lesson in lessons),
        ready=sum(lesson.address is not None for lesson in lessons),
    )


def _lesson(
    lesson: Lesson | PlannedLesson, *, workspace: str, progress: Mapping[str, LessonProgress]
) -> MapLesson:
    state = state_of(lesson, progress=progress)
    return MapLesson(
        title=lesson.title,
        number=lesson.number,
        state=state,
        note=_note(lesson, state=state, progress=progress),
        address=None
        if state == "planned"
        else url_for("lessons.page", workspace=workspace, slug=lesson.slug),
        touched=progress[lesson.slug].updated if lesson.slug in progress else 0.0,
    )


def _touched(lesson: MapLesson) -> float:
    return lesson.touched


def _note(
    lesson: Lesson | PlannedLesson, *, state: State, progress: Mapping[str, LessonProgress]
) -> str:
    if isinstance(lesson, PlannedLesson):
        return "planned"
    if state != "here":
        return "" if state == "done" else f"{lesson.minutes} min"
    own = progress[lesson.slug]
    number = next((step.number for step in lesson.steps if step.id == own.step), 1)
    return f"step {number} of {len(lesson.steps)}"


def _columns(parts: tuple[MapPart, ...]) -> Iterator[tuple[MapPart, ...]]:
    """Put short parts that follow one another into one column."""
    column: tuple[MapPart, ...] = ()
    for part in parts:
        if column and sum(len(one.lessons) for one in (*column, part)) > COLUMN_LESSONS:
            yield column
            column = ()
        column = (*column, part)
    if column:
        yield column


def _figure(
    workspace: str, course: Course, progress: Mapping[str, LessonProgress]
) -> Figure | None:
    """Return the lab of the last lesson that was touched, else of the one that shows most.

    A gallery's is none: its buttons say little apart from the cards that they stand on.
    """
    labs_shown = [lesson for lesson in course.lessons.values() if not lesson.callers]
    touched = [lesson for lesson in labs_shown if lesson.slug in progress]
    lesson = max(touched, key=lambda one: progress[one.slug].updated, default=None)
    lesson = lesson or max(labs_shown, key=_shown, default=None)
    if lesson is None:
        return None
    base = f"/w/{workspace}/labs/{lesson.slug}"
    drawn = (
        render_template("lesson/_press.html", press=press, base=base) for press in _few(lesson)
    )
    return Figure(
        lesson=lesson.title,
        base=base,
        presses=tuple(Html(press.strip()) for press in drawn),
        rows=labs().first_rows(workspace, lesson),
    )


def _few(lesson: Lesson) -> list[Press]:
    """Return a press of each kind that shows much: a burst, a wait, one call."""
    kinds: tuple[Callable[[Action], bool], ...] = (
        lambda action: isinstance(action, Invoke) and action.count > 1,
        lambda action: isinstance(action, Wait),
        lambda action: isinstance(action, Invoke) and action.count == 1,
    )
    presses = list(lesson.presses.values())
    firsts = (next((one for one in presses if kind(one.action)), None) for kind in kinds)
    return [press for press in firsts if press is not None]


def _shown(lesson: Lesson) -> tuple[int, int]:
    """Return how much a lab shows with a few presses: of how many kinds, and calls at once."""
    actions = [press.action for press in _few(lesson)]
    return len(actions), max((one.count for one in actions if isinstance(one, Invoke)), default=0)


def _hours(minutes: int) -> str:
    halves = round(minutes / 30)
    whole, half = divmod(halves, 2)
    return f"{whole or ''}{'½' if half else ''}"
