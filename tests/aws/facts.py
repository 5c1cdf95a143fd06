"""Waits until the log of the local workspace tells something; the log wakes its readers."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from webapp.wiring import Application

PATIENCE_SECONDS = 60.0
T = TypeVar("T")


def until(
    application: Application, found: Callable[[], Sequence[T]], *, count: int = 1
) -> Sequence[T]:
    """Look again after each fact, until so much is found or nothing comes any more."""
    services = application.services
    log = services.loop.call(services.platform.workspace("local")).log
    seen = log.last_sequence
    while len(some := found()) < count and log.wait_beyond(seen, timeout=PATIENCE_SECONDS):
        seen = log.last_sequence
    return some
