"""The proof that lessons hold: read, complete, solvable, predictable, and readable without script.

Everything is done on the real platform and launcher, in a data folder of a moment; the lab clock
does the waiting.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from webapp import wiring
from webapp.authoring.page_text import missing
from webapp.authoring.rehearsal import PressFailed, Rehearsal, rehearse
from webapp.classroom.labs import Labs
from webapp.clock import real_now
from webapp.curriculum.completeness import incomplete
from webapp.curriculum.errors import Problem
from webapp.curriculum.model import Course, Lesson, Prediction
from webapp.settings import Settings
from webapp.wiring import Application

AT_ONCE = 6
"""Rehearsals at a time: most of their time they wait for handlers."""
SHOWN = 80
WORKSPACE = "proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonProof:
    """What came of one lesson, in words and as problems."""

    slug: str
    story: str
    problems: tuple[Problem, ...]


def prove(settings: Settings, *, wanted: Callable[[Lesson], bool]) -> Iterator[LessonProof]:
    """Yield the proof of each wanted lesson as it comes. Raises ``CourseInvalid``.

    ``settings`` names the folders that are added to the course; its data folder is not touched.
    """
    with tempfile.TemporaryDirectory(prefix="coldstart-proof-") as folder:
        application = wiring.start(Settings(data=Path(folder), lessons=settings.lessons))
        try:
            course = application.services.labs.course()
            lessons = [lesson for lesson in course.lessons.values() if wanted(lesson)]
            with ThreadPoolExecutor(AT_ONCE) as stages:
                yield from stages.map(lambda one: _prove(application, course, one), lessons)
        finally:
            application.stop()


def _prove(application: Application, course: Course, lesson: Lesson) -> LessonProof:
    started = real_now()
    found = [
        *incomplete(lesson, spellings=course.spellings),
        *_unread(application, lesson),
    ]
    try:
        start, solution = _rehearsals(application.services.labs, lesson)
    except PressFailed as error:
        found.append(Problem(lesson.file, 1, f"The solution cannot be done: {error}"))
        return LessonProof(slug=lesson.slug, story="not rehearsed", problems=tuple(found))
    found += [
        *_unsolved(lesson, start=start, solution=solution),
        *_unforeseen(lesson, start, solution),
    ]
    seconds = real_now() - started
    return LessonProof(
        slug=lesson.slug,
        story=_story(lesson, start=start, solution=solution, seconds=seconds),
        problems=tuple(found),
    )


def _rehearsals(labs: Labs, lesson: Lesson) -> tuple[Rehearsal, Rehearsal]:
    with ThreadPoolExecutor(2) as stages:
        done = [
            stages.submit(
                rehearse, labs, lesson, workspace=f"{WORKSPACE}-{lesson.slug}-{n}", solved=solved
            )
            for n, solved in enumerate((False, True))
        ]
        start, solution = (one.result() for one in done)
    return start, solution


def _unsolved(lesson: Lesson, *, start: Rehearsal, solution: Rehearsal) -> Iterator[Problem]:
    """The solution passes every task; the same presses on the start leave something to do."""
    for task in lesson.tasks:
        if task.id not in solution.passed:
            said = solution.tasks[task.id].message if task.id in solution.tasks else ""
            message = f"The solution does not pass task '{task.id}'. {said}".strip()
            yield Problem(lesson.file, task.line, message)
    if start.passed >= {task.id for task in lesson.tasks}:
        message = "The solution's presses pass every task on the start: nothing is left to write."
        yield Problem(lesson.file, 1, message)


def _unforeseen(lesson: Lesson, *rehearsals: Rehearsal) -> Iterator[Problem]:
    """Each prediction is decided, and what really happens is among its options."""
    for prediction in lesson.predictions:
        outcomes = [
            state.outcome
            for state in (one.predictions.get(prediction.id) for one in rehearsals)
            if state is not None and state.outcome is not None
        ]
        if not outcomes:
            yield _problem(lesson, prediction, "No press of the solution decides")
        if any(not outcome.held for outcome in outcomes):
            yield _problem(lesson, prediction, "What really happens is no option of")


def _problem(lesson: Lesson, prediction: Prediction, what: str) -> Problem:
    return Problem(lesson.file, prediction.line, f"{what} prediction '{prediction.id}'.")


def _unread(application: Application, lesson: Lesson) -> Iterator[Problem]:
    """The page holds all prose, code and questions without script, one function at a time."""
    client = application.app.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    address = f"/w/local/lessons/{lesson.slug}"
    names = [function.name for function in lesson.lab.functions]
    html = "".join(client.get(address, query_string={"function": one}).text for one in names)
    for piece in missing(lesson, html):
        said = " ".join(piece.split())[:SHOWN]
        yield Problem(lesson.file, 1, f"Without script the page does not say: {said}")


def _story(lesson: Lesson, *, start: Rehearsal, solution: Rehearsal, seconds: float) -> str:
    asked = len(lesson.predictions)
    return (
        f"the start passes {len(start.passed)} of {len(lesson.tasks)} tasks, the solution "
        f"{len(solution.passed)}; {asked} prediction{'' if asked == 1 else 's'}; {seconds:.1f} s"
    )


def told(proofs: Iterable[LessonProof]) -> Sequence[Problem]:
    """Return the problems of all proofs, in order."""
    return sorted(problem for proof in proofs for problem in proof.problems)
