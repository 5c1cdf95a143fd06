"""How this package's views reach what they serve."""

from typing import cast

from flask import current_app

from webapp.classroom.services import Services

KEY = "coldstart"


def services() -> Services:
    """Return what wiring gave the app that answers now."""
    return cast(Services, current_app.extensions[KEY])
