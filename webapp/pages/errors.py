"""Errors as people meet them: what happened, which input, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from http import HTTPStatus

from flask import Blueprint, Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from webapp.curriculum.errors import UnknownLesson
from webapp.curriculum.model import PlannedLesson
from webapp.pages import htmx
from webapp.pages.access import open_course
from webapp.pages.answers import asked_form
from webapp.runtime.errors import ServiceError, TooManyRequests
from webapp.runtime.loop import LoopStopped
from webapp.runtime.ports import StoreBusy, StoreFailed
from webapp.sources.errors import SourceError
from webapp.sources.logs.errors import LogsError

ERROR_PLACE = "#lab-error"


@dataclass(frozen=True, slots=True)
class Way:
    """Somewhere to go on from an error."""

    label: str
    address: str


TO_THE_COURSE = Way("To the course", "/#course")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """``code`` is the service's own name of the error, if it has one; the first way is the best."""

    status: int
    title: str
    message: str
    advice: str
    code: str = ""
    ways: tuple[Way, ...] = (TO_THE_COURSE,)


_MAY_PASS = (429, 500, 503)
_TITLES: dict[int, tuple[str, str]] = {
    400: ("This request cannot be read", "Go back, correct what was sent, and send it again."),
    403: ("This request is not let in", "Open the page itself in this browser and try again."),
    404: ("There is no such page", "The course map leads to every lesson."),
    405: ("This address does not work that way", "Use the buttons of the page."),
    413: ("That is too large", "Send less than 16 MB at a time."),
    429: ("Too many tries", "Wait a minute, then try again."),
    500: (
        "Something in Coldstart broke",
        "What you did just now may not be saved. Try again; if it breaks again, its log says why.",
    ),
    503: (
        "Coldstart cannot answer now",
        "What you did just now may not be saved. Try again in a moment.",
    ),
}


def register(app: Flask) -> None:
    """Show an error page, or what a script can read, for whatever goes wrong in a view."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(UnknownLesson, _unknown_lesson)


def catch(pages: Blueprint) -> None:
    """Let a blueprint's service errors reach people rather than programs."""
    pages.register_error_handler(ServiceError, _service_error)
    for refused in (SourceError, LogsError):
        pages.register_error_handler(refused, _source_error)
    for kind in (StoreBusy, StoreFailed, LoopStopped):
        pages.register_error_handler(kind, _unavailable)


def answer(page: ErrorPage, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return the error as fragment, JSON or page, with its status."""
    form = asked_form()
    if form == "fragment":
        html = render_template("errors/_callout.html", page=page)
        response = htmx.fragment(html, status=page.status, into=ERROR_PLACE)
    elif form == "json":
        response = jsonify(code=page.code, message=page.message, advice=page.advice)
        response.status_code = page.status
    else:
        response = make_response(render_template("errors/page.html", page=page), page.status)
    response.headers.update(headers or {})
    return response


def _page(status: int, message: str = "", *, code: str = "") -> ErrorPage:
    title, advice = _TITLES.get(status, (HTTPStatus(status).phrase, "Go back and try again."))
    return ErrorPage(
        status=status,
        title=title,
        message=message or title + ".",
        advice=advice,
        code=code,
        ways=_ways(status),
    )


def _ways(status: int) -> tuple[Way, ...]:
    """Return where to go from an error of this status; what may pass can be tried again."""
    if status not in _MAY_PASS or request.method != "GET":
        return (TO_THE_COURSE,)
    query = f"?{request.query_string.decode(errors='replace')}" if request.query_string else ""
    return Way("Try again", f"{request.path}{query}"), TO_THE_COURSE


def _unknown_lesson(error: UnknownLesson) -> Response:
    """Name the lesson that may be meant, and tell of one that is still to come."""
    slug, course = str((request.view_args or {}).get("slug", "")), open_course()
    planned = {one.slug: one for one in course if isinstance(one, PlannedLesson)}
    if slug in planned:
        said = f"“{planned[slug].title}” is planned and cannot be taken yet."
        return answer(_page(404, said))
    near = get_close_matches(slug[:80], course.lessons, n=3, cutoff=0.4)
    ways = tuple(Way(course.lessons[one].title, f"/lessons/{one}") for one in near)
    advice = "Perhaps you mean one of these." if ways else ""
    page = replace(_page(404, str(error)), advice=advice, ways=(*ways, TO_THE_COURSE))
    return answer(page)


def _refused(error: HTTPException) -> Response:
    if error.response is not None or error.code is None:
        return make_response(error.get_response())
    own = type(error).description
    said = error.description if error.description != own else None
    return answer(_page(error.code, said or _default_message(error.code)))


def _default_message(status: int) -> str:
    if status == 404:
        return f"Nothing is at {request.path[:200]}."
    if status == 405:
        return f"{request.path[:200]} takes no {request.method} request."
    return ""


def _service_error(error: ServiceError) -> Response:
    headers = {"x-amzn-ErrorType": error.code}
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = f"{error.retry_after:.0f}"
    return answer(_page(error.status, error.message, code=error.code), headers=headers)


def _source_error(error: SourceError | LogsError) -> Response:
    status = error.status if isinstance(error, SourceError) else HTTPStatus.BAD_REQUEST
    return answer(_page(status, error.message, code=error.code))


def _unavailable(error: Exception) -> Response:
    message = str(error) or (type(error).__doc__ or "")
    return answer(_page(503, message), headers={"Retry-After": "1"})
