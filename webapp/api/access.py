"""How this package's views reach what they serve."""

from typing import cast

from flask import current_app, session

from webapp.classroom.entrance import LOCAL
from webapp.classroom.services import Services

KEY = "coldstart"


def services() -> Services:
    """Return what wiring gave the app that answers now."""
    return cast(Services, current_app.extensions[KEY])


def my_workspace() -> str:
    """Return the workspace of this browser; the guards let nobody come here without one."""
    return str(session["workspace"]) if services().door.shared else LOCAL
