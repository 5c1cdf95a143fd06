"""The boards of a lab's queues. Forms work without script; scripts get fragments or JSON."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template

from webapp.classroom.sources.queue_work import Letter
from webapp.classroom.sources.wanted_settings import WantedSettings
from webapp.pages import errors, htmx
from webapp.pages.access import labs, lesson
from webapp.pages.answers import asked_form, back
from webapp.pages.boards.attribute_lines import read_attributes
from webapp.pages.boards.frame import Frame
from webapp.pages.boards.queue_settings import SettingsForm
from webapp.pages.boards.queue_views import (
    BoardView,
    attributes_of,
    board_view,
    consumer_json,
    pretty,
    settings_form,
)
from webapp.pages.boards.said import Said
from webapp.pages.sent import fields, newlines, whole_number
from webapp.runtime.errors import InvalidParameterValue, ResourceNotFound
from webapp.runtime.model import Address
from webapp.sources.errors import SourceError

pages = Blueprint("queues", __name__, url_prefix="/w/<workspace>/labs/<slug>/queues")
errors.catch(pages)

MOST_RECEIVED = 10


def read_boards(workspace: str, slug: str) -> tuple[BoardView, ...]:
    """Return the boards of every queue of a lab."""
    boards = labs().boards.queues.boards(workspace, lesson(slug))
    if not boards:
        return ()
    base, now = f"/w/{workspace}/labs/{slug}", labs().clock(workspace).now
    forms = settings_forms(workspace, slug)
    return tuple(
        board_view(board, base=base, place=place, now=now, form=forms.get(board.now.name))
        for place, board in enumerate(boards, start=1)
    )


def settings_forms(workspace: str, slug: str) -> dict[str, SettingsForm]:
    """Return the form of each queue's settings, by its name; of those that are there."""
    open_lesson, base = lesson(slug), f"/w/{workspace}/labs/{slug}"
    boards = labs().boards.queues.boards(workspace, open_lesson)
    if not boards:
        return {}
    address = Address(account=labs().account(workspace), region=labs().region(workspace))
    kinds = {one.name: one.fifo for one in open_lesson.lab.queues}
    forms = {
        board.now.name: settings_form(
            board,
            base=base,
            place=place,
            address=address,
            others=[name for name, fifo in kinds.items() if fifo is kinds[board.now.name]],
        )
        for place, board in enumerate(boards, start=1)
    }
    there = {name: form for name, form in forms.items() if form is not None}
    now = {name: form.wanted.fields for name, form in there.items()}
    before = labs().boards.queues.undos.before(workspace, open_lesson, now)
    return {name: replace(form, before=before.get(name, {})) for name, form in there.items()}


FRAME = Frame(read_boards, kind=lambda boards: boards.queues, anchor="part-queues")
"""Its boards on the page of a lesson."""


@pages.get("/<queue>")
def board(workspace: str, slug: str, queue: str) -> Response:
    """Show what is in a queue now."""
    shown = FRAME.board(workspace, slug, queue)
    if asked_form() == "json":
        return jsonify(visible=shown.visible, in_flight=shown.in_flight, delayed=shown.delayed)
    return htmx.fragment(render_template("queues/_messages.html", board=shown))


@pages.get("/<queue>/messages/<message>")
def message(workspace: str, slug: str, queue: str, message: str) -> Response:
    """Show the whole body of a message, with its attributes; without script as plain text."""
    shown = labs().boards.queues.message(workspace, lesson(slug), queue, message)
    if asked_form() == "fragment":
        html = render_template(
            "queues/_body.html",
            body=pretty(shown.body),
            is_whole=shown.is_whole,
            attributes=attributes_of(shown.message),
        )
        return htmx.fragment(html)
    response = make_response(shown.body)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response


@pages.post("/<queue>/send")
def send(workspace: str, slug: str, queue: str) -> Response:
    """Send a message: ``body``, ``delay``, ``group``, ``deduplication``, ``attributes``."""

    def act() -> tuple[str, dict[str, Any]]:
        run, sent = labs().boards.queues.send(workspace, lesson(slug), queue, _letter(fields()))
        text = f"Sent and on disk: message {sent.identifier}."
        return text, {"run": run, "message": sent.identifier}

    return FRAME.done(workspace, slug, queue, act)


@pages.post("/<queue>/receive")
def receive(workspace: str, slug: str, queue: str) -> Response:
    """Receive ``count`` messages as a consumer does."""

    def act() -> tuple[Said, dict[str, Any]]:
        count = whole_number(fields().get("count") or 1, name="The number of messages")
        if not 1 <= count <= MOST_RECEIVED:
            raise InvalidParameterValue(
                f"Value {count} for parameter MaxNumberOfMessages is invalid. Reason: Must be "
                f"between 1 and {MOST_RECEIVED}, if provided."
            )
        run, received = labs().boards.queues.receive(workspace, lesson(slug), queue, count=count)
        shown = tuple(consumer_json(one) for one in received)
        text = _received_text(len(shown))
        body = {"run": run, "messages": [one.message.identifier for one in received]}
        return Said(text=text, received=shown), body

    return FRAME.done(workspace, slug, queue, act)


@pages.post("/<queue>/messages/<message>/delete")
def delete(workspace: str, slug: str, queue: str, message: str) -> Response:
    """Delete what the receive of number ``receive`` holds."""

    def act() -> tuple[str, dict[str, Any]]:
        number = _receive()
        labs().boards.queues.delete(workspace, lesson(slug), queue, message, receive=number)
        return "Deleted: no consumer gets it again.", {"deleted": message}

    return FRAME.done(workspace, slug, queue, act)


@pages.post("/<queue>/messages/<message>/visibility")
def change_visibility(workspace: str, slug: str, queue: str, message: str) -> Response:
    """Hide what a receive holds for ``seconds`` from now on; 0 lets it return."""

    def act() -> tuple[str, dict[str, Any]]:
        length = whole_number(fields().get("seconds", ""), name="The visibility timeout")
        labs().boards.queues.change_visibility(
            workspace, lesson(slug), queue, message, receive=_receive(), seconds=length
        )
        text = f"Invisible for {length} s from now on." if length else "It can be received again."
        return text, {"seconds": length}

    return FRAME.done(workspace, slug, queue, act)


@pages.post("/<queue>/purge")
def purge(workspace: str, slug: str, queue: str) -> Response:
    """Delete every message."""

    def act() -> tuple[str, dict[str, Any]]:
        run = labs().boards.queues.purge(workspace, lesson(slug), queue)
        return "Purged: nothing is in it.", {"run": run}

    return FRAME.done(workspace, slug, queue, act)


@pages.post("/<queue>/redrive")
def redrive(workspace: str, slug: str, queue: str) -> Response:
    """Move the dead letters in this queue back to where they came from."""

    def act() -> tuple[str | Said, dict[str, Any]]:
        task = labs().boards.queues.redrive(workspace, lesson(slug), queue)
        body = {"moved": task.moved, "status": task.status, "failure": task.failure}
        if task.failure:
            return Said(error=f"{task.moved} moved back, then: {task.failure}."), body
        return f"{task.moved} moved back to where they came from.", body

    return FRAME.done(workspace, slug, queue, act)


@pages.get("/<queue>/attributes")
def attributes(workspace: str, slug: str, queue: str) -> Response:
    """Show how a queue is set now."""
    return _settings(_settings_of(workspace, slug, queue))


@pages.post("/<queue>/attributes")
def set_attributes(workspace: str, slug: str, queue: str) -> Response:
    """Set a queue otherwise; what is refused stands at its field, in SQS's words.

    With ``undo`` the fields are those that stood before, and it says so.
    """
    before = _settings_of(workspace, slug, queue)
    form = before.typed(fields())
    address = Address(account=labs().account(workspace), region=labs().region(workspace))
    wanted = form.wanted.attributes(address)
    try:
        settings = labs().boards.queues.set_attributes(workspace, lesson(slug), queue, wanted)
    except SourceError as error:
        if asked_form() != "fragment":
            raise
        return _settings(form.refused(error.message), status=error.status)
    undone = "undo" in fields()
    _keep_undo(workspace, slug, queue, before=before.wanted, undone=undone)
    if asked_form() == "fragment":
        return _settings(_settings_of(workspace, slug, queue).saved(undone=undone))
    if asked_form() == "page":
        return back(workspace, slug, anchor=FRAME.anchor)
    return jsonify({name: settings.shown().get(name, "") for name in wanted})


@pages.post("/<queue>/restore")
def restore(workspace: str, slug: str, queue: str) -> Response:
    """Create a queue of the lab again that somebody deleted."""
    return FRAME.restored(workspace, slug, queue)


# -- steps


def _settings_of(workspace: str, slug: str, queue: str) -> SettingsForm:
    """Return the form of a queue that is there. Raises ``ResourceNotFound``."""
    labs().boards.queues.board(workspace, lesson(slug), queue)
    form = settings_forms(workspace, slug).get(queue)
    if form is None:
        raise ResourceNotFound(f"The queue '{queue[:80]}' was deleted. Create it again.")
    return form


def _keep_undo(
    workspace: str, slug: str, queue: str, *, before: WantedSettings, undone: bool
) -> None:
    """Keep what was set until now, if it was another; what was undone is not undone again."""
    undos, now = labs().boards.queues.undos, _settings_of(workspace, slug, queue).wanted
    if undone:
        undos.forget(workspace, lesson(slug), queue)
    elif now != before:
        undos.keep(workspace, lesson(slug), queue, before=before.fields, after=now.fields)


def _settings(form: SettingsForm, *, status: int = 200) -> Response:
    return htmx.fragment(render_template("queues/_settings.html", form=form), status=status)


def _receive() -> int:
    return whole_number(fields().get("receive", ""), name="The number of the receive")


def _received_text(count: int) -> str:
    if not count:
        return "No message: nothing in the queue is visible now."
    what = "1 message" if count == 1 else f"{count} messages"
    return f"{what} received. Delete what is done before the visibility timeout is over."


def _letter(given: dict[str, Any]) -> Letter:
    delay = str(given.get("delay") or "").strip()
    return Letter(
        body=newlines(str(given.get("body") or "")),
        attributes=read_attributes(newlines(str(given.get("attributes") or ""))),
        delay=whole_number(delay, name="The delay") if delay else None,
        group=str(given.get("group") or "").strip(),
        deduplication=str(given.get("deduplication") or "").strip(),
    )
