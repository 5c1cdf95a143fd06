"""The live stream of a lab: server-sent events, resumed by cursor (rules 5, 18)."""

from collections.abc import Iterator
from contextlib import suppress

from flask import Blueprint, Response, request

from webapp.api import errors
from webapp.api.access import services
from webapp.classroom.services import Services
from webapp.curriculum.model import Lesson
from webapp.runtime.loop import LoopStopped

BATCH_SECONDS = 0.05
"""After a message the next one waits this long, so that a busy lab sends batches."""
BEAT_SECONDS = 5.0
"""A quiet stream writes this often: only by writing is it seen that a reader has gone."""


door = Blueprint("events", __name__)
errors.catch(door)


@door.get("/w/<workspace>/labs/<slug>/events")
def events(workspace: str, slug: str) -> Response:
    """Stream a lab; 503 with Retry-After when every place for live pages is taken."""
    given = services()
    lesson = given.labs.course().lesson(slug)
    given.labs.live(workspace, lesson)  # what can go wrong with it is still an answer here
    if given.stopping.is_set() or not given.streams.enter():
        return errors.unavailable(
            "Every place for live pages is taken. Trying again helps.", retry_after=3
        )
    after = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    response = Response(_stream(given, workspace, lesson, after), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(given.streams.leave)
    return response


def _stream(given: Services, workspace: str, lesson: Lesson, after: str) -> Iterator[str]:
    """Send what changes, as it changes, until the reader goes or the server stops."""
    with suppress(LoopStopped):  # the platform may end between two looks at it
        yield from _changes(given, workspace, lesson, after)
    yield "event: bye\ndata: {}\n\n"


def _changes(given: Services, workspace: str, lesson: Lesson, after: str) -> Iterator[str]:
    live = given.labs.live(workspace, lesson)
    cursor, first = after, True
    while not given.stopping.is_set():
        newest, message = given.labs.message(workspace, lesson, after=cursor)
        if first or str(newest) != cursor:
            cursor, first = str(newest), False
            yield f"id: {cursor}\nevent: rows\ndata: {message}\n\n"
            given.stopping.wait(BATCH_SECONDS)
        else:
            yield ": nothing new\n\n"
        # Beyond what this reader has: others may have brought the lab further meanwhile.
        live.wait_beyond(newest, timeout=BEAT_SECONDS, unless=given.stopping.is_set)
