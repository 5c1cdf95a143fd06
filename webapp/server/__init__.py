"""Starts serving: checks, then gunicorn where it exists and a portable server where not."""

import importlib.util

from webapp import wiring
from webapp.curriculum.loader import load_course
from webapp.server.checks import check_exposure, check_place
from webapp.server.ending import end_at_once
from webapp.server.output import outlast_readers
from webapp.settings import Settings


def serve(settings: Settings) -> None:
    """Check, then serve until a signal ends it.

    Raises ``CannotStart``, ``CourseInvalid``, ``LaunchFailed`` or ``StorageError``.
    """
    end_at_once()
    check_exposure(settings)
    check_place(settings)
    load_course(wiring.content_folder("lessons"))
    outlast_readers()
    if importlib.util.find_spec("gunicorn") is not None:
        from webapp.server import on_gunicorn

        on_gunicorn.serve(settings)
    else:
        from webapp.server import on_waitress

        on_waitress.serve(settings)
