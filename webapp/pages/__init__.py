"""HTML for people: one module of views per feature. No platform calls of its own, no settings."""

from flask import Flask

from webapp.classroom.access_keys import AccessKeys
from webapp.classroom.entrance import Door
from webapp.classroom.labs import Labs
from webapp.classroom.site import Site
from webapp.classroom.status import StatusBoard
from webapp.pages import (
    access,
    asynchronous,
    calls,
    door,
    errors,
    files,
    home,
    htmx,
    icons,
    invoke_events,
    knobs,
    lab,
    learning,
    lessons,
    progress,
    published,
    records,
    reference,
    resets,
    status,
    versions,
)
from webapp.pages.boards import buckets, buses, notifications, queues, schedules, topics
from webapp.pages.commands import commands
from webapp.pages.patterns import patterns


def register(
    app: Flask, *, labs: Labs, door: Door, board: StatusBoard, keys: AccessKeys, site: Site
) -> None:
    """Add every page to the app, what templates call, and the pages for errors."""
    access.give(app, labs=labs, door=door, board=board, keys=keys, site=site)
    htmx.register(app)
    icons.register(app)
    errors.register(app)
    for pages in _BLUEPRINTS:
        app.register_blueprint(pages)


_BLUEPRINTS = (
    home.pages,
    lessons.pages,
    lab.pages,
    files.pages,
    calls.pages,
    records.pages,
    commands.pages,
    invoke_events.pages,
    versions.pages,
    resets.pages,
    knobs.pages,
    published.pages,
    queues.pages,
    buses.pages,
    buckets.pages,
    notifications.pages,
    schedules.pages,
    asynchronous.pages,
    topics.pages,
    learning.pages,
    door.pages,
    patterns.pages,
    progress.pages,
    reference.pages,
    status.pages,
)
NAMES = frozenset(blueprint.name for blueprint in _BLUEPRINTS)
"""What the pages' blueprints are called, for what concerns all of their answers."""
