"""How views reach what they show, and which workspace is whose."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, request, session

from webapp.classroom.access_keys import AccessKeys
from webapp.classroom.entrance import LOCAL, Door
from webapp.classroom.labs import Labs
from webapp.classroom.site import Site
from webapp.classroom.status import StatusBoard
from webapp.curriculum.model import Course, Lesson

_KEY = "coldstart.pages"
_SESSION = "workspace"
_COURSE = "coldstart.course"


@dataclass(frozen=True, slots=True)
class _Given:
    labs: Labs
    door: Door
    board: StatusBoard
    keys: AccessKeys
    site: Site


def give(
    app: Flask, *, labs: Labs, door: Door, board: StatusBoard, keys: AccessKeys, site: Site
) -> None:
    """Remember with the app what its pages are made from."""
    app.extensions[_KEY] = _Given(labs, door, board, keys, site)


def labs() -> Labs:
    """Return the labs of the app that answers now."""
    return cast(_Given, current_app.extensions[_KEY]).labs


def entrance() -> Door:
    """Return the door of the app that answers now."""
    return cast(_Given, current_app.extensions[_KEY]).door


def status_board() -> StatusBoard:
    """Return the status board of the app that answers now."""
    return cast(_Given, current_app.extensions[_KEY]).board


def access_keys() -> AccessKeys:
    """Return whose access key is which."""
    return cast(_Given, current_app.extensions[_KEY]).keys


def site() -> Site:
    """Return where others find the server."""
    return cast(_Given, current_app.extensions[_KEY]).site


def lesson(slug: str) -> Lesson:
    """Return a lesson with content. Raises ``UnknownLesson``."""
    return open_course().lesson(slug)


def open_course() -> Course:
    """Return the course as this request first found it: one page shows one course.

    To ask for it is to look at the time of change of each of its files.
    """
    known = request.environ.get(_COURSE)
    if known is None:
        known = request.environ[_COURSE] = labs().course()
    return cast(Course, known)


def my_workspace() -> str:
    """Return the workspace of this browser; the guards let nobody come here without one."""
    return str(session[_SESSION]) if entrance().shared else LOCAL


def enter(workspace: str) -> None:
    """Let this browser into a workspace, for as long as its cookie lives."""
    session.clear()
    session[_SESSION] = workspace
    session.permanent = True
