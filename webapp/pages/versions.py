"""The history of a draft, and the lesson's own code beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from webapp.classroom.draft_history import LESSON, ChangedFile, Version, changes, entries
from webapp.classroom.model import OpenDraft
from webapp.classroom.workbench import Desk
from webapp.clock import real_now
from webapp.pages import errors, htmx
from webapp.pages.access import labs, lesson
from webapp.pages.answers import done
from webapp.pages.files import draft_body
from webapp.pages.sent import function, tab

pages = Blueprint("versions", __name__, url_prefix="/w/<workspace>/labs/<slug>")
errors.catch(pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionList:
    """The versions of one function's draft, the newest first."""

    base: str
    function: str
    versions: Sequence[Version]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVersion:
    """What bringing a version back would change; ``event`` tells whether the event too."""

    base: str
    function: str
    number: int
    changes: Sequence[ChangedFile]
    event: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OlderNotice:
    """Whether the lesson has changed since the draft began."""

    base: str
    function: str
    is_older: bool


@pages.get("/versions")
def versions(workspace: str, slug: str) -> Response:
    """Show the history of the draft."""
    desk = _desk(workspace, slug)
    shown = VersionList(
        base=_base(workspace, slug),
        function=desk.function.name,
        versions=entries(desk.versions(), now=real_now()),
    )
    return htmx.fragment(render_template("lesson/_versions.html", list=shown))


@pages.get("/versions/<int(max=2147483647):number>")
def version(workspace: str, slug: str, number: int) -> Response:
    """Show what bringing a version back would change."""
    desk = _desk(workspace, slug)
    now, other = desk.look(), _version(desk, number)
    shown = ShownVersion(
        base=_base(workspace, slug),
        function=desk.function.name,
        number=number,
        changes=changes(now.draft.files, other.draft.files),
        event=now.draft.event != other.draft.event,
    )
    return htmx.fragment(render_template("lesson/_version.html", shown=shown))


@pages.post("/versions/<int(max=2147483647):number>/restore")
def restore(workspace: str, slug: str, number: int) -> Response:
    """Bring a version back; answers the draft."""
    desk = _desk(workspace, slug)
    back = desk.take_start(why="lesson") if number == LESSON else desk.restore(number)
    return done(workspace, slug, body=draft_body(back))


@pages.post("/draft/stay")
def stay(workspace: str, slug: str) -> Response:
    """Stay with the draft although the lesson has changed."""
    return done(workspace, slug, body=draft_body(_desk(workspace, slug).stay()))


@pages.get("/draft/older")
def older(workspace: str, slug: str) -> Response:
    """Show whether the lesson has changed since the draft began."""
    desk = _desk(workspace, slug)
    notice = OlderNotice(
        base=_base(workspace, slug),
        function=desk.function.name,
        is_older=desk.look().is_older,
    )
    return htmx.fragment(render_template("lesson/_older.html", notice=notice))


def _version(desk: Desk, number: int) -> OpenDraft:
    if number != LESSON:
        return desk.version(number)
    opened = desk.look()
    return OpenDraft(function=opened.function, draft=opened.start, start=opened.start)


def _desk(workspace: str, slug: str) -> Desk:
    return labs().bench.desk(workspace, lesson(slug), function=function(), tab=tab())


def _base(workspace: str, slug: str) -> str:
    return f"/w/{workspace}/labs/{slug}"
