"""Predictions, tasks with their hints, review questions: fragments of the lesson's text."""

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import NotFound

from webapp.curriculum.caller import Caller
from webapp.curriculum.model import Lesson, Prediction, Reflection, ReviewQuestion, Task
from webapp.pages import errors, htmx
from webapp.pages.access import labs, lesson
from webapp.pages.answers import asked_form, back
from webapp.pages.outline import drawn_steps
from webapp.pages.prose import Look, PageRenderer, task_lists
from webapp.pages.sent import fields, tab
from webapp.runtime.errors import InvalidParameterValue

pages = Blueprint("learning", __name__, url_prefix="/w/<workspace>/labs/<slug>")
errors.catch(pages)


@pages.get("/predictions/<name>")
def prediction(workspace: str, slug: str, name: str) -> Response:
    """Show a prediction as it is now; with ``change`` it asks again."""
    open_lesson = lesson(slug)
    change = name if "change" in request.args else None
    return _card(workspace, open_lesson, _prediction(open_lesson, name), change=change)


@pages.post("/predictions/<name>")
def predict(workspace: str, slug: str, name: str) -> Response:
    """Commit to an answer."""
    open_lesson = lesson(slug)
    chosen = _prediction(open_lesson, name)
    answer = _answer(chosen)
    if not answer:
        raise InvalidParameterValue("No answer was chosen. Choose one, then commit.")
    labs().learning.predict(workspace, open_lesson, chosen, option=answer)
    if asked_form() == "page":
        return back(workspace, slug, anchor=f"prediction-{name}")
    return _card(workspace, open_lesson, chosen, change=None)


@pages.get("/tasks")
def tasks(workspace: str, slug: str) -> Response:
    """Show every task of the lesson as it is now, each list in its own place, and the outline."""
    renderer = _renderer(workspace, lesson(slug))
    return htmx.fragment(renderer.all_tasks() + drawn_steps(renderer.look))


@pages.post("/tasks/<name>/hint")
def hint(workspace: str, slug: str, name: str) -> Response:
    """Show one more hint; answers the list in which the task stands."""
    open_lesson = lesson(slug)
    group = next((tasks for tasks in task_lists(open_lesson) if _has(tasks, name)), None)
    if group is None:
        raise _missing("task", name)
    labs().learning.hint(workspace, open_lesson, open_lesson.task(name), tab=tab())
    if asked_form() == "page":
        return back(workspace, slug, anchor=f"tasks-{group[0].id}")
    return htmx.fragment(_renderer(workspace, open_lesson).tasks(group))


@pages.get("/questions/<name>")
def question(workspace: str, slug: str, name: str) -> Response:
    """Show a question with the answer that was chosen last."""
    open_lesson = lesson(slug)
    asked = _question(open_lesson, name)
    return htmx.fragment(_renderer(workspace, open_lesson).review(asked))


@pages.post("/questions/<name>")
def answer(workspace: str, slug: str, name: str) -> Response:
    """Keep an answer and show its feedback."""
    open_lesson = lesson(slug)
    asked = _question(open_lesson, name)
    option = str(fields().get("option", ""))
    if option not in {one.id for one in asked.options}:
        raise InvalidParameterValue("No answer was chosen. Choose one, then check it.")
    labs().learning.answer(workspace, open_lesson, question=name, option=option, tab=tab())
    if asked_form() == "page":
        return back(workspace, slug, anchor=f"question-{name}")
    return htmx.fragment(_renderer(workspace, open_lesson).review(asked))


@pages.get("/notes/<name>")
def note(workspace: str, slug: str, name: str) -> Response:
    """Show a question for oneself with what was written."""
    open_lesson = lesson(slug)
    asked = _reflection(open_lesson, name)
    return htmx.fragment(_renderer(workspace, open_lesson).reflection(asked))


@pages.post("/notes/<name>")
def write(workspace: str, slug: str, name: str) -> Response:
    """Keep what a learner wrote for themselves."""
    open_lesson = lesson(slug)
    asked = _reflection(open_lesson, name)
    text = str(fields().get("text", "")).replace("\r\n", "\n")
    labs().learning.note(workspace, open_lesson, reflection=name, text=text, tab=tab())
    form = asked_form()
    if form == "page":
        return back(workspace, slug, anchor=f"note-{name}")
    if form == "json":
        return jsonify(kept=bool(text.strip()))
    return htmx.fragment(_renderer(workspace, open_lesson).reflection(asked))


@pages.get("/errors")
def seen_errors(workspace: str, slug: str) -> Response:
    """Show what was seen of errors until now."""
    return htmx.fragment(_renderer(workspace, lesson(slug)).errors())


@pages.get("/callers/<name>")
def caller(workspace: str, slug: str, name: str) -> Response:
    """Show what came last from a caller of a gallery."""
    open_lesson = lesson(slug)
    return htmx.fragment(_renderer(workspace, open_lesson).arrived(_caller(open_lesson, name)))


@pages.get("/solution")
def solution(workspace: str, slug: str) -> Response:
    """Show the solution beside what the learner has now."""
    return htmx.fragment(_renderer(workspace, lesson(slug)).solution_body())


def _answer(asked: Prediction) -> str:
    """Return the answer of a form: an option, or a time for each attempt."""
    sent = fields()
    if asked.attempts is None or "option" in sent:
        return str(sent.get("option", ""))
    cells = range(1, asked.attempts.most + 1)
    return "-".join(str(sent.get(f"attempt-{number}", "")) for number in cells)


def _card(
    workspace: str, open_lesson: Lesson, chosen: Prediction, *, change: str | None
) -> Response:
    return htmx.fragment(_renderer(workspace, open_lesson, change=change).prediction(chosen))


def _renderer(workspace: str, open_lesson: Lesson, *, change: str | None = None) -> PageRenderer:
    state = labs().state(workspace, open_lesson)
    return PageRenderer(Look(workspace=workspace, lesson=open_lesson, state=state, change=change))


def _prediction(open_lesson: Lesson, name: str) -> Prediction:
    try:
        return open_lesson.prediction(name)
    except KeyError:
        raise _missing("prediction", name) from None


def _question(open_lesson: Lesson, name: str) -> ReviewQuestion:
    found = next((one for one in open_lesson.reviews if one.id == name), None)
    if found is None:
        raise _missing("question", name)
    return found


def _reflection(open_lesson: Lesson, name: str) -> Reflection:
    try:
        return open_lesson.reflection(name)
    except KeyError:
        raise _missing("question", name) from None


def _caller(open_lesson: Lesson, name: str) -> Caller:
    try:
        return open_lesson.caller(name)
    except KeyError:
        raise _missing("caller", name) from None


def _has(tasks: tuple[Task, ...], name: str) -> bool:
    return any(task.id == name for task in tasks)


def _missing(noun: str, name: str) -> NotFound:
    return NotFound(f"The lesson has no {noun} '{name[:80]}'. Open it again: it may have changed.")
