"""Progress to take along: a page, a file to download, and a file to bring in again."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request, url_for

from webapp.classroom.progress_file import ProgressFileInvalid, read_progress, write_progress
from webapp.classroom.transfer import Comparison
from webapp.clock import real_now
from webapp.pages import errors
from webapp.pages.access import labs

pages = Blueprint("progress", __name__, url_prefix="/w/<workspace>/progress")
errors.catch(pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressPage:
    """``comparison`` and ``text`` wait for an answer; ``brought`` is what has been brought in."""

    base: str
    touched: int
    error: str = ""
    comparison: Comparison | None = None
    text: str = ""
    brought: Comparison | None = None


@pages.get("")
def page(workspace: str) -> str:
    """Show what can be taken along, and ask for a file to bring in."""
    return _show(workspace)


@pages.get("/file")
def take(workspace: str) -> Response:
    """Send the progress as a file."""
    day = datetime.fromtimestamp(real_now(), UTC).date().isoformat()
    response = make_response(write_progress(labs().transfer.records(workspace)))
    response.mimetype = "application/json"
    name = f"coldstart-progress-{day}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.post("/compare")
def compare(workspace: str) -> Response:
    """Show what a file would bring; nothing is changed yet."""
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    if not data:
        return _refused(workspace, "No file was chosen. Choose one, then look at it.")
    try:
        comparison = labs().transfer.compare(workspace, read_progress(data))
    except ProgressFileInvalid as error:
        return _refused(workspace, str(error))
    text = data.decode("utf-8")
    return make_response(_show(workspace, comparison=comparison, text=text))


@pages.post("")
def bring_in(workspace: str) -> Response:
    """Bring in what was looked at; ``prefer`` names lessons in which the file's answers win."""
    try:
        records = read_progress(request.form.get("text", "").encode("utf-8", "replace"))
    except ProgressFileInvalid as error:
        return _refused(workspace, str(error))
    preferred = frozenset(request.form.getlist("prefer"))
    brought = labs().transfer.bring_in(workspace, records, preferred=preferred)
    return make_response(_show(workspace, brought=brought))


def _refused(workspace: str, error: str) -> Response:
    return make_response(_show(workspace, error=error), 400)


def _show(
    workspace: str,
    *,
    error: str = "",
    comparison: Comparison | None = None,
    text: str = "",
    brought: Comparison | None = None,
) -> str:
    shown = ProgressPage(
        base=url_for("progress.page", workspace=workspace),
        touched=len(labs().transfer.records(workspace)),
        error=error,
        comparison=comparison,
        text=text,
        brought=brought,
    )
    return render_template("progress/page.html", page=shown)
