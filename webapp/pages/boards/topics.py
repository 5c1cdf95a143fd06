"""The boards of a lab's topics. Forms work without script; scripts get fragments or JSON."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from webapp.pages import errors, htmx
from webapp.pages.access import labs, lesson
from webapp.pages.answers import asked_form
from webapp.pages.boards.attribute_lines import read_attributes
from webapp.pages.boards.frame import Frame
from webapp.pages.boards.topic_views import TopicView, topic_view
from webapp.pages.sent import fields, newlines
from webapp.sources.topics.publication import Publication

pages = Blueprint("topics", __name__, url_prefix="/w/<workspace>/labs/<slug>/topics")
errors.catch(pages)


def read_topics(workspace: str, slug: str) -> tuple[TopicView, ...]:
    """Return the boards of every topic of a lab."""
    boards = labs().boards.topics.boards(workspace, lesson(slug))
    if not boards:
        return ()
    base, now = f"/w/{workspace}/labs/{slug}", labs().clock(workspace).now
    return tuple(
        topic_view(board, base=base, place=place, now=now)
        for place, board in enumerate(boards, start=1)
    )


FRAME = Frame(read_topics, kind=lambda boards: boards.topics, anchor="part-topics")
"""Its boards on the page of a lesson."""


@pages.get("/<topic>")
def board(workspace: str, slug: str, topic: str) -> Response:
    """Show what was published to a topic, newest first, and what became of each copy."""
    shown = FRAME.board(workspace, slug, topic)
    if asked_form() == "json":
        messages = [
            {"number": one.number, "copies": {copy.name: copy.state for copy in one.copies}}
            for one in shown.messages
        ]
        return jsonify(messages=messages)
    return htmx.fragment(render_template("topics/_messages.html", board=shown))


@pages.get("/<topic>/subscriptions")
def subscriptions(workspace: str, slug: str, topic: str) -> Response:
    """Show who is subscribed, and to what."""
    shown = FRAME.board(workspace, slug, topic)
    if asked_form() == "json":
        return jsonify(
            subscriptions=[
                {"id": one.identifier, "name": one.name, "filter": one.filter, "scope": one.scope}
                for one in shown.subscriptions
            ]
        )
    return htmx.fragment(render_template("topics/_subscriptions.html", board=shown))


@pages.post("/<topic>/publish")
def publish(workspace: str, slug: str, topic: str) -> Response:
    """Publish ``body``, with ``subject``, ``attributes``, ``structure``, and ``group`` of FIFO."""

    def act() -> tuple[str, dict[str, Any]]:
        publication = _publication(fields())
        run, published = labs().boards.topics.publish(workspace, lesson(slug), topic, publication)
        said = f"Published and on disk: message {published.identifier}."
        return said, {"run": run, "message": published.identifier}

    return FRAME.done(workspace, slug, topic, act)


@pages.post("/<topic>/subscriptions/<subscription>/filter")
def set_filter(workspace: str, slug: str, topic: str, subscription: str) -> Response:
    """Set the filter policy of a subscription: ``policy`` (JSON, or nothing) and ``scope``."""

    def act() -> tuple[str, dict[str, Any]]:
        given = fields()
        policy = newlines(str(given.get("policy") or "")).strip()
        run = labs().boards.topics.set_filter(
            workspace,
            lesson(slug),
            topic,
            subscription,
            policy=policy,
            scope=str(given.get("scope") or "MessageAttributes"),
        )
        text = "The filter holds for what is published from now on."
        return text if policy else "No filter: it gets everything.", {"run": run}

    return FRAME.done(workspace, slug, topic, act)


@pages.post("/<topic>/subscribe")
def subscribe(workspace: str, slug: str, topic: str) -> Response:
    """Subscribe ``to``, a function or a queue of the lab."""

    def act() -> tuple[str, dict[str, Any]]:
        to = str(fields().get("to") or "")
        run = labs().boards.topics.subscribe(workspace, lesson(slug), topic, to)
        return f"{to} hears of what is published from now on.", {"run": run}

    return FRAME.done(workspace, slug, topic, act)


@pages.post("/<topic>/subscriptions/<subscription>/unsubscribe")
def unsubscribe(workspace: str, slug: str, topic: str, subscription: str) -> Response:
    """End a subscription."""

    def act() -> tuple[str, dict[str, Any]]:
        run = labs().boards.topics.unsubscribe(workspace, lesson(slug), topic, subscription)
        return "Ended: it hears of nothing more.", {"run": run}

    return FRAME.done(workspace, slug, topic, act)


@pages.post("/<topic>/subscriptions/<subscription>/raw")
def set_raw(workspace: str, slug: str, topic: str, subscription: str) -> Response:
    """Let a queue get the message itself (``raw`` is ``true``), or SNS's envelope around it."""

    def act() -> tuple[str, dict[str, Any]]:
        raw = str(fields().get("raw")).lower() == "true"
        run = labs().boards.topics.set_raw(workspace, lesson(slug), topic, subscription, raw=raw)
        said = "It gets the message itself." if raw else "It gets SNS’s envelope."
        return said, {"run": run, "raw": raw}

    return FRAME.done(workspace, slug, topic, act)


@pages.post("/<topic>/subscriptions/<subscription>/confirm")
def confirm(workspace: str, slug: str, topic: str, subscription: str) -> Response:
    """Confirm a pending subscription, as who gets the token would."""

    def act() -> tuple[str, dict[str, Any]]:
        run = labs().boards.topics.confirm(workspace, lesson(slug), topic, subscription)
        return "Confirmed: it is subscribed now.", {"run": run}

    return FRAME.done(workspace, slug, topic, act)


@pages.post("/<topic>/restore")
def restore(workspace: str, slug: str, topic: str) -> Response:
    """Create a topic of the lab again that somebody deleted."""
    return FRAME.restored(workspace, slug, topic)


# -- steps


def _publication(given: dict[str, Any]) -> Publication:
    return Publication(
        message=newlines(str(given.get("body") or "")),
        subject=str(given.get("subject") or "").strip(),
        structure="json" if given.get("structure") == "json" else "",
        attributes=read_attributes(newlines(str(given.get("attributes") or ""))),
        group=str(given.get("group") or "").strip(),
        deduplication=str(given.get("deduplication") or "").strip(),
    )
