"""The boards of a lab's schedules. Forms work without script; scripts get fragments or JSON."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from webapp.pages import errors, htmx
from webapp.pages.access import labs, lesson
from webapp.pages.answers import asked_form
from webapp.pages.boards.frame import Frame
from webapp.pages.boards.schedule_views import MomentsView, ScheduleView, moments, schedule_view
from webapp.pages.boards.schedule_words import in_words
from webapp.pages.sent import fields
from webapp.runtime.errors import ServiceError
from webapp.sources.errors import SourceError

pages = Blueprint("schedules", __name__, url_prefix="/w/<workspace>/labs/<slug>/schedules")
errors.catch(pages)

LONGEST_EXPRESSION = 256
"""Characters, as Scheduler has it."""


def read_schedules(workspace: str, slug: str) -> tuple[ScheduleView, ...]:
    """Return the boards of every schedule of a lab."""
    boards = labs().boards.schedules.boards(workspace, lesson(slug))
    base = f"/w/{workspace}/labs/{slug}"
    return tuple(
        schedule_view(board, base=base, place=place) for place, board in enumerate(boards, start=1)
    )


FRAME = Frame(read_schedules, kind=lambda boards: boards.schedules, anchor="part-schedules")
"""Its boards on the page of a lesson."""


@pages.get("/<schedule>")
def board(workspace: str, slug: str, schedule: str) -> Response:
    """Show when a schedule runs, and what it runs."""
    shown = FRAME.board(workspace, slug, schedule)
    if asked_form() == "json":
        return jsonify(
            expression=shown.expression,
            says=shown.says,
            enabled=shown.enabled,
            at_rest=shown.at_rest,
            moments=list(shown.moments),
        )
    return htmx.fragment(render_template("schedules/_plan.html", board=shown))


@pages.get("/<schedule>/change")
def change(workspace: str, slug: str, schedule: str) -> Response:
    """Show the form that changes when a schedule runs."""
    shown = FRAME.board(workspace, slug, schedule)
    return htmx.fragment(render_template("schedules/_change.html", board=shown))


@pages.get("/<schedule>/firings")
def firings(workspace: str, slug: str, schedule: str) -> Response:
    """Show the runs of a schedule, newest first, and what became of each."""
    shown = FRAME.board(workspace, slug, schedule)
    if asked_form() == "json":
        found = [{"number": one.number, "state": one.sums} for one in shown.firings]
        return jsonify(firings=found)
    return htmx.fragment(render_template("schedules/_firings.html", board=shown))


@pages.post("/<schedule>/switch")
def switch(workspace: str, slug: str, schedule: str) -> Response:
    """Enable a schedule (``enabled`` is ``true``), or disable it."""

    def act() -> tuple[str, dict[str, Any]]:
        enabled = str(fields().get("enabled")).lower() == "true"
        run = labs().boards.schedules.switch(workspace, lesson(slug), schedule, enabled=enabled)
        said = "Enabled: it runs at each of its moments." if enabled else "Disabled: nothing runs."
        return said, {"run": run, "enabled": enabled}

    return FRAME.done(workspace, slug, schedule, act)


@pages.post("/<schedule>/expression")
def set_expression(workspace: str, slug: str, schedule: str) -> Response:
    """Give a schedule the ``expression`` that was typed, in the time ``zone``."""

    def act() -> tuple[str, dict[str, Any]]:
        expression, zone = _typed()
        run = labs().boards.schedules.set_expression(
            workspace, lesson(slug), schedule, expression=expression, zone=zone
        )
        return f"It runs {in_words(expression)} from now on.", {"run": run}

    return FRAME.done(workspace, slug, schedule, act)


@pages.post("/<schedule>/foresee")
def foresee(workspace: str, slug: str, schedule: str) -> Response:
    """Say what the ``expression`` that is typed means and when it would run; nothing changes."""
    identifier = FRAME.board(workspace, slug, schedule).id
    expression, zone = _typed()
    try:
        looked = labs().boards.schedules.foresee(
            workspace, lesson(slug), schedule, expression=expression, zone=zone
        )
        view, status = (
            MomentsView(
                id=identifier, tried=True, says=in_words(expression), moments=moments(looked)
            ),
            200,
        )
    except (ServiceError, SourceError) as error:
        view, status = MomentsView(id=identifier, tried=True, error=error.message), error.status
    if asked_form() == "fragment":
        html = render_template("schedules/_moments.html", plan=view)
        return htmx.fragment(html, status=status)
    answer = jsonify(says=view.says, moments=list(view.moments), error=view.error)
    answer.status_code = status
    return answer


@pages.post("/<schedule>/skip")
def skip(workspace: str, slug: str, schedule: str) -> Response:
    """Let lab time pass until the schedule runs next, as soon as all is quiet."""

    def act() -> tuple[str, dict[str, Any]]:
        run = labs().boards.schedules.skip(workspace, lesson(slug), schedule)
        return "Lab time passes to its next run.", {"run": run}

    return FRAME.done(workspace, slug, schedule, act)


@pages.post("/<schedule>/restore")
def restore(workspace: str, slug: str, schedule: str) -> Response:
    """Create a schedule of the lab again that somebody deleted."""
    return FRAME.restored(workspace, slug, schedule)


# -- steps


def _typed() -> tuple[str, str]:
    """Return the expression and the time zone that were typed; what is too long is cut."""
    given = fields()
    expression, zone = str(given.get("expression") or ""), str(given.get("zone") or "")
    return expression[: LONGEST_EXPRESSION + 1].strip(), zone[:50].strip()
