"""The files of a draft: looked at, added, renamed, deleted, uploaded and downloaded."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import NotFound

from webapp.classroom.model import OpenDraft
from webapp.classroom.workbench import Desk
from webapp.pages import errors
from webapp.pages.access import labs, lesson
from webapp.pages.answers import done
from webapp.pages.sent import function, tab, text_field
from webapp.runtime.errors import InvalidParameterValue

pages = Blueprint("files", __name__, url_prefix="/w/<workspace>/labs/<slug>")
errors.catch(pages)

ZIP = "application/zip"


@pages.get("/draft")
def draft(workspace: str, slug: str) -> Response:
    """Answer the draft as it is: another page of the lesson may have changed it."""
    return jsonify(draft_body(_desk(workspace, slug).look()))


@pages.post("/files/add")
def add(workspace: str, slug: str) -> Response:
    """Add an empty file of that ``name``."""
    return _done(workspace, slug, _desk(workspace, slug).add(text_field("name")))


@pages.post("/files/rename")
def rename(workspace: str, slug: str) -> Response:
    """Give the file ``name`` another name: ``to``."""
    desk = _desk(workspace, slug)
    return _done(workspace, slug, desk.rename(text_field("name"), to=text_field("to")))


@pages.post("/files/delete")
def delete(workspace: str, slug: str) -> Response:
    """Delete the file ``name``."""
    return _done(workspace, slug, _desk(workspace, slug).delete(text_field("name")))


@pages.get("/file")
def file(workspace: str, slug: str) -> Response:
    """Answer the bytes of one file, to be saved or opened in the editor, never shown as a page."""
    name = request.args.get("name", "")
    data = _desk(workspace, slug).look().draft.files.get(name)
    if data is None:
        raise NotFound(f"The draft has no file '{name[:80]}'. Open the lesson again.")
    return _download(data, name=name.rpartition("/")[2], kind="application/octet-stream")


@pages.get("/code.zip")
def download(workspace: str, slug: str) -> Response:
    """Answer the draft as a zip, as a button ``press`` of the lesson would deploy it."""
    desk = _desk(workspace, slug)
    press = request.args.get("press", "")
    if press and press not in desk.lesson.presses:
        raise NotFound(f"The lesson has no button '{press[:80]}'. Open it again.")
    data = desk.zipped(desk.lesson.presses.get(press))
    return _download(data, name=f"{desk.function.name}.zip", kind=ZIP)


@pages.post("/upload")
def upload(workspace: str, slug: str) -> Response:
    """Take a zip in place of every file: as the body, or as the field ``zip`` of a form."""
    sent = request.files.get("zip")
    data = sent.read() if sent is not None else request.get_data()
    if not data:
        raise InvalidParameterValue("No zip was sent. Choose one, then upload it.")
    return _done(workspace, slug, _desk(workspace, slug).upload(data))


def draft_body(opened: OpenDraft) -> Mapping[str, Any]:
    """Return a draft as scripts read it. A file without text is kept, but not edited here."""
    return {
        "function": opened.function.name,
        "revision": opened.draft.revision,
        "files": [
            {"name": one.name, "size_bytes": one.size_bytes, "text": one.text}
            for one in opened.files
        ],
        "event": opened.draft.event,
        "older": opened.is_older,
    }


def _desk(workspace: str, slug: str) -> Desk:
    return labs().bench.desk(workspace, lesson(slug), function=function(), tab=tab())


def _done(workspace: str, slug: str, opened: OpenDraft) -> Response:
    return done(workspace, slug, body=draft_body(opened))


def _download(data: bytes, *, name: str, kind: str) -> Response:
    response = Response(data, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
