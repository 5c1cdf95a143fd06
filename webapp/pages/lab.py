"""What a lab's buttons do. Without script each leads back to the lesson; scripts get JSON."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import NotFound

from webapp.classroom.model import Pressed, Sent
from webapp.classroom.requests import checked_model
from webapp.curriculum.model import Lesson
from webapp.pages import errors
from webapp.pages.access import labs, lesson
from webapp.pages.answers import done
from webapp.pages.published import remember_qualifier
from webapp.pages.sent import edits, fields, function, seconds, tab, text_field, whole_number
from webapp.trace.events import InvocationModel

pages = Blueprint("lab", __name__, url_prefix="/w/<workspace>/labs/<slug>")
errors.catch(pages)


@pages.post("/invoke")
def invoke(workspace: str, slug: str) -> Response:
    """Send calls, after the deployment of an edited draft: one, or ``count`` at once.

    ``model`` says how, and ``qualifier`` what is called; both are remembered, and without them
    what was chosen last holds.
    """
    given, open_lesson = fields(), lesson(slug)
    count = 1 if given.get("calls") == "one" else _count(given)
    pressed = labs().pressing.invoke(
        workspace,
        open_lesson,
        edits=edits(),
        count=count,
        model=_model(workspace, open_lesson),
        qualifier=_qualifier(workspace, open_lesson),
        function=function(),
        tab=tab(),
    )
    return _pressed(workspace, slug, pressed)


@pages.post("/model")
def model(workspace: str, slug: str) -> Response:
    """Remember how Invoke invokes."""
    chosen = checked_model(text_field("model"))
    labs().learning.choose_model(workspace, lesson(slug), model=chosen, tab=tab())
    return done(workspace, slug, body={"model": chosen})


@pages.post("/press/<press>")
def press(workspace: str, slug: str, press: str) -> Response:
    """Do what a button of the text says."""
    open_lesson = lesson(slug)
    chosen = open_lesson.presses.get(press)
    if chosen is None:
        raise NotFound(f"The lesson has no button '{press}'. Open it again: it may have changed.")
    pressed = labs().pressing.press(
        workspace, open_lesson, chosen, edits=edits(), function=function(), tab=tab()
    )
    return _pressed(workspace, slug, pressed)


@pages.post("/update")
def update(workspace: str, slug: str) -> Response:
    """Deploy the code with a real change."""
    pressed = labs().pressing.update(
        workspace, lesson(slug), edits=edits(), function=function(), tab=tab()
    )
    return _pressed(workspace, slug, pressed)


@pages.post("/wait")
def wait(workspace: str, slug: str) -> Response:
    """Pass quiet lab time: ``seconds``, else ``minutes``."""
    given = fields()
    length = (
        seconds(given["seconds"]) if "seconds" in given else seconds(given.get("minutes", "")) * 60
    )
    pressed = labs().pressing.wait(
        workspace, lesson(slug), seconds=length, edits=edits(), function=function(), tab=tab()
    )
    return _pressed(workspace, slug, pressed)


@pages.post("/stop")
def stop(workspace: str, slug: str) -> Response:
    """Stop one invocation (``request_id``), or everything of this lab that runs."""
    request_id = fields().get("request_id") or None
    stopped = labs().pressing.stop(workspace, lesson(slug), request_id=request_id)
    return done(workspace, slug, body={"stopped": stopped})


@pages.post("/save")
def save(workspace: str, slug: str) -> Response:
    """Keep what was typed, and answer what is wrong with it."""
    desk = labs().bench.desk(workspace, lesson(slug), function=function(), tab=tab())
    saved, findings = desk.save(edits())
    return done(
        workspace,
        slug,
        body={
            "revision": saved.draft.revision,
            "findings": [asdict(finding) for finding in findings],
        },
    )


@pages.get("/findings")
def findings(workspace: str, slug: str) -> Response:
    """Answer what is wrong with the draft as it is kept."""
    found = labs().bench.desk(workspace, lesson(slug), function=function()).findings()
    return jsonify(findings=[asdict(finding) for finding in found])


@pages.post("/step")
def step(workspace: str, slug: str) -> Response:
    """Remember the step where the learner is."""
    open_lesson, name = lesson(slug), str(fields().get("step"))
    chosen = next((step for step in open_lesson.steps if step.id == name), None)
    if chosen is None:
        raise NotFound(f"The lesson has no step '{name[:80]}'. Open it again.")
    labs().learning.go_to(workspace, open_lesson, chosen, tab=tab())
    return done(workspace, slug, body={"step": chosen.id})


@pages.get("/rows")
def rows(workspace: str, slug: str) -> Response:
    """Answer every row of the lab, also those of older runs that a page does not begin with."""
    return Response(labs().all_rows(workspace, lesson(slug)), mimetype="application/json")


def _count(given: dict[str, Any]) -> int:
    return whole_number(given.get("count", 1), name="The number of calls")


def _model(workspace: str, open_lesson: Lesson) -> InvocationModel:
    given = fields().get("model")
    if given is None:
        return labs().model(workspace, open_lesson)
    chosen = checked_model(str(given))
    labs().learning.choose_model(workspace, open_lesson, model=chosen, tab=tab())
    return chosen


def _qualifier(workspace: str, open_lesson: Lesson) -> str:
    given = fields().get("qualifier")
    if given is None:
        return labs().qualifier(workspace, open_lesson, function=function())
    return remember_qualifier(workspace, open_lesson, str(given))


def _pressed(workspace: str, slug: str, pressed: Pressed) -> Response:
    body = {
        "run": pressed.run,
        "revision": pressed.revision,
        "files": dict(pressed.files),
        **sent_body(pressed.sent),
    }
    return done(workspace, slug, body=body)


def sent_body(sent: Sent | None) -> dict[str, Any]:
    """Return what the callers got: events have their 202, calls will have an answer."""
    if sent is None:
        return {"calls": 0}
    told = {"calls": sent.calls, "model": sent.model}
    if sent.model == "synchronous":
        return told
    return {**told, "status": 202, "events": sent.events, "refused": sent.refused, "why": sent.why}
