"""Doors for pages' scripts and other programs: stream, clock, functions, health. No HTML."""

from flask import Flask

from webapp.api import access, clock, code, errors, events, functions, health, status
from webapp.classroom.services import Services


def register(app: Flask, *, services: Services) -> None:
    """Add every door of this package to the app."""
    app.extensions[access.KEY] = services
    for door in (health.door, clock.door, code.door, events.door, functions.door, status.door):
        app.register_blueprint(door)
    errors.register(app)
