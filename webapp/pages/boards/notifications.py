"""Who is told of a bucket's changes: forms on its board, to add, change and delete. S3 decides."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, jsonify, render_template, request

from webapp.classroom.sources.bucket_boards import BucketBoards
from webapp.pages import errors, htmx
from webapp.pages.access import labs, lesson
from webapp.pages.answers import asked_form, back
from webapp.pages.boards.bucket_views import BucketView
from webapp.pages.boards.buckets import FRAME
from webapp.pages.boards.notification_forms import NotificationForm
from webapp.pages.boards.said import Said
from webapp.pages.sent import fields
from webapp.runtime.errors import InvalidParameterValue, ResourceNotFound, ServiceError
from webapp.sources.errors import SourceError
from webapp.trace.projections.bucket_phrases import shown_key

pages = Blueprint(
    "notifications", __name__, url_prefix="/w/<workspace>/labs/<slug>/buckets/<bucket>"
)
errors.catch(pages)


@pages.get("/notifications")
def notifications(workspace: str, slug: str, bucket: str) -> Response:
    """Show whom a bucket tells of what."""
    shown = FRAME.board(workspace, slug, bucket)
    if asked_form() == "json":
        return jsonify(
            notifications=[
                {
                    "name": one.form.name,
                    "to": one.form.to or one.form.other,
                    "events": list(one.form.events),
                    "prefix": one.form.prefix,
                    "suffix": one.form.suffix,
                }
                for one in shown.notifications
            ],
            event_bridge=shown.tells_bus,
        )
    return htmx.fragment(render_template("buckets/_notifications.html", board=shown))


@pages.post("/notifications")
def add(workspace: str, slug: str, bucket: str) -> Response:
    """Add a notification: ``events``, ``prefix``, ``suffix``, whom it goes ``to``, its ``name``.

    Without a name it gets one, as in S3.
    """
    form = _typed(_there(workspace, slug, bucket).new_notification)
    wanted = replace(form, name=form.name or str(uuid4())).notification
    try:
        run = _boards().add_notification(workspace, lesson(slug), bucket, wanted)
    except (ServiceError, SourceError) as error:
        return _refused(form, error)
    board = FRAME.board(workspace, slug, bucket)
    said = f"Added: {shown_key(wanted.name)} tells {wanted.to} from now on."
    if asked_form() == "fragment":
        return _saved(board.new_notification, Said(id=board.id, text=said))
    return _answer(workspace, slug, {"run": run, "name": wanted.name})


@pages.post("/notifications/change")
def change(workspace: str, slug: str, bucket: str) -> Response:
    """Let the notification ``name`` (it stands in the address) be as the form says."""
    form = _typed(_form(_there(workspace, slug, bucket)))
    try:
        run = _boards().change_notification(workspace, lesson(slug), bucket, form.notification)
    except (ServiceError, SourceError) as error:
        return _refused(form, error)
    board = FRAME.board(workspace, slug, bucket)
    said = f"Set: {shown_key(_name())} is so for every change from now on."
    if asked_form() == "fragment":
        return _saved(_form(board), Said(id=board.id, text=said))
    return _answer(workspace, slug, {"run": run})


@pages.post("/notifications/delete")
def delete(workspace: str, slug: str, bucket: str) -> Response:
    """Delete the notification ``name``, which stands in the address."""

    def act() -> tuple[str, dict[str, Any]]:
        name = _name()
        run = _boards().delete_notification(workspace, lesson(slug), bucket, name)
        return f"Notification {shown_key(name)} is deleted.", {"run": run}

    return FRAME.done(workspace, slug, bucket, act)


@pages.post("/event-bridge")
def switch(workspace: str, slug: str, bucket: str) -> Response:
    """Tell EventBridge of every change (``enabled`` is ``true``), or of none."""

    def act() -> tuple[str, dict[str, Any]]:
        enabled = str(fields().get("enabled")).lower() == "true"
        run = _boards().switch_bus(workspace, lesson(slug), bucket, enabled=enabled)
        what = "hears of every change from now on" if enabled else "hears of nothing any more"
        return f"EventBridge {what}.", {"run": run, "enabled": enabled}

    return FRAME.done(workspace, slug, bucket, act)


# -- steps


def _boards() -> BucketBoards:
    return labs().boards.buckets


def _there(workspace: str, slug: str, bucket: str) -> BucketView:
    """Return the board of a bucket that is there. Raises ``ResourceNotFound``."""
    shown = FRAME.board(workspace, slug, bucket)
    if not shown.exists:
        raise ResourceNotFound(f"The bucket '{bucket[:80]}' was deleted. Create it again.")
    return shown


def _name() -> str:
    return request.args.get("name", "")


def _form(board: BucketView) -> NotificationForm:
    """Return the form of the notification that the address names. Raises ``ResourceNotFound``."""
    for one in board.notifications:
        if one.form.name == _name():
            return one.form
    raise ResourceNotFound(
        f"This bucket has no notification '{_name()[:80]}': it was deleted. Add it again."
    )


def _typed(form: NotificationForm) -> NotificationForm:
    if not request.is_json:
        return form.typed(fields(), request.form.getlist("events"))
    events = fields().get("events", [])
    if not isinstance(events, list):
        raise InvalidParameterValue("The field 'events' is not a list. Send a list of names.")
    return form.typed(fields(), [str(one) for one in events])


def _answer(workspace: str, slug: str, body: Mapping[str, str]) -> Response:
    if asked_form() == "page":
        return back(workspace, slug, anchor=FRAME.anchor)
    return jsonify(body)


def _saved(form: NotificationForm, said: Said) -> Response:
    """Show the form as it is now, and what came of it where the board says such things."""
    html = render_template("buckets/_notification_form.html", form=form)
    beside = render_template("boards/_said.html", said=said, apart=True)
    return htmx.fragment(html + beside)


def _refused(form: NotificationForm, error: ServiceError | SourceError) -> Response:
    """Show what is wrong at its field; whoever asks for no fragment gets the error itself."""
    if asked_form() != "fragment":
        raise error
    html = render_template("buckets/_notification_form.html", form=form.refused(error))
    return htmx.fragment(html, status=error.status)
