"""Resets of a lab, and taking the last one back."""

from collections.abc import Mapping
from typing import Any, get_args

from flask import Blueprint, Response, render_template

from webapp.classroom.model import ResetScope
from webapp.curriculum.model import Lesson
from webapp.pages import errors, htmx
from webapp.pages.access import labs, lesson
from webapp.pages.answers import done
from webapp.pages.files import draft_body
from webapp.pages.sent import fields, function, tab
from webapp.pages.undo_notes import UndoNote
from webapp.runtime.errors import InvalidParameterValue

pages = Blueprint("resets", __name__, url_prefix="/w/<workspace>/labs/<slug>")
errors.catch(pages)


@pages.post("/reset")
def reset(workspace: str, slug: str) -> Response:
    """Put code, configuration or the whole lab back; answers what the editors hold now."""
    scope, open_lesson = _scope(fields().get("scope")), lesson(slug)
    undo = labs().resets.reset(workspace, open_lesson, scope=scope, tab=tab())
    body = {
        **_draft(workspace, open_lesson),
        "scope": scope,
        "undo": undo.id,
        "lost": undo.lost,
        "note": UndoNote(undo.lost).after,
    }
    return done(workspace, slug, body=body)


@pages.get("/undo/note")
def note(workspace: str, slug: str) -> Response:
    """Show what a reset of the whole lab would take for good."""
    lost = labs().resets.would_lose(workspace, lesson(slug))
    return htmx.fragment(render_template("lesson/_undo_note.html", note=UndoNote(lost)))


@pages.get("/undo")
def undoable(workspace: str, slug: str) -> Response:
    """Show the reset that can be taken back now."""
    found = labs().resets.undoable(workspace, lesson(slug))
    base, note = f"/w/{workspace}/labs/{slug}", UndoNote(found.lost if found else {})
    return htmx.fragment(render_template("lesson/_undo.html", base=base, undo=found, note=note))


@pages.post("/undo/<name>")
def undo(workspace: str, slug: str, name: str) -> Response:
    """Take a reset back; answers what the editors hold now."""
    open_lesson = lesson(slug)
    labs().resets.undo(workspace, open_lesson, id=name, tab=tab())
    return done(workspace, slug, body=_draft(workspace, open_lesson))


def _draft(workspace: str, open_lesson: Lesson) -> Mapping[str, Any]:
    desk = labs().bench.desk(workspace, open_lesson, function=function())
    return draft_body(desk.look())


@pages.post("/solution")
def take_solution(workspace: str, slug: str) -> Response:
    """Let the solution's code take the place of the learner's; that can be undone."""
    open_lesson = lesson(slug)
    undo = labs().resets.take_solution(workspace, open_lesson, tab=tab())
    return done(workspace, slug, body={**_draft(workspace, open_lesson), "undo": undo.id})


def _scope(wanted: object) -> ResetScope:
    scopes: tuple[ResetScope, ...] = get_args(ResetScope)
    found = next((scope for scope in scopes if scope == wanted), None)
    if found is None:
        raise InvalidParameterValue(
            f"'{str(wanted)[:40]}' cannot be reset. Choose one of {', '.join(scopes)}."
        )
    return found
