"""The events to invoke with: chosen, saved and deleted."""

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template

from webapp.classroom.invoke_events import EventChoice
from webapp.pages import errors, htmx
from webapp.pages.access import labs, lesson
from webapp.pages.answers import done
from webapp.pages.sent import function, newlines, tab, text_field

pages = Blueprint("invoke_events", __name__, url_prefix="/w/<workspace>/labs/<slug>")
errors.catch(pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMenu:
    """The events of a function, as its menu shows them."""

    base: str
    function: str
    choice: EventChoice


@pages.get("/invoke-events")
def choice(workspace: str, slug: str) -> Response:
    """Show what can be chosen."""
    menu = read_menu(workspace, slug, function=function())
    return htmx.fragment(render_template("lesson/_event_menu.html", menu=menu))


@pages.get("/invoke-events/<kind>/<name>")
def text(workspace: str, slug: str, kind: str, name: str) -> Response:
    """Answer an event's JSON text."""
    found = labs().events.text(workspace, lesson(slug), kind, name, function=function())
    return jsonify(name=name, text=found)


@pages.post("/invoke-events")
def save(workspace: str, slug: str) -> Response:
    """Save ``event`` under ``name``."""
    name = text_field("name").strip()
    labs().events.save(
        workspace,
        lesson(slug),
        name,
        text=newlines(text_field("event")),
        function=function(),
        tab=tab(),
    )
    return done(workspace, slug, body={"name": name})


@pages.post("/invoke-events/delete")
def delete(workspace: str, slug: str) -> Response:
    """Delete the saved event ``name``."""
    name = text_field("name")
    labs().events.delete(workspace, lesson(slug), name, function=function(), tab=tab())
    return done(workspace, slug, body={"name": name})


def read_menu(workspace: str, slug: str, *, function: str) -> EventMenu:
    """Return the menu of a function's events."""
    return EventMenu(
        base=f"/w/{workspace}/labs/{slug}",
        function=function,
        choice=labs().events.choice(workspace, lesson(slug), function=function),
    )
