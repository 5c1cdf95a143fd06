"""Doors for pages' scripts and other programs: the stream, the clock, functions, health. No HTML."""

from flask import Flask

from webapp.api import clock, errors, events, functions, health
from webapp.classroom.services import Services


def register(app: Flask, *, services: Services) -> None:
    """Add every door of this package to the app."""
    app.register_blueprint(health.blueprint(services))
    app.register_blueprint(clock.blueprint(services))
    app.register_blueprint(events.blueprint(services))
    app.register_blueprint(functions.blueprint(services))
    errors.register(app)
