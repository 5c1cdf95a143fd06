"""The live stream of a lab: server-sent events, resumed by cursor (rules 5, 18)."""

from collections.abc import Iterator

from flask import Blueprint, Response, jsonify, request

from webapp.api.access import services
from webapp.classroom.services import Services
from webapp.curriculum.errors import UnknownLesson
from webapp.curriculum.model import Lesson

BATCH_SECONDS = 0.05
"""After a message the next one waits this long, so that a busy lab sends batches."""
BEAT_SECONDS = 15.0


door = Blueprint("events", __name__)


@door.get("/w/<workspace>/labs/<slug>/events")
def events(workspace: str, slug: str) -> Response:
    """Stream a lab; 503 with Retry-After when every place for live pages is taken."""
    given = services()
    try:
        lesson = given.labs.course().lesson(slug)
    except UnknownLesson as error:
        return _refused(404, str(error))
    if given.stopping.is_set() or not given.streams.enter():
        return _refused(503, "Every place for live pages is taken. Trying again helps.")
    after = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    response = Response(_stream(given, workspace, lesson, after), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(given.streams.leave)
    return response


def _refused(status: int, message: str) -> Response:
    response = jsonify({"Type": "Service", "message": message})
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = "3"
    return response


def _stream(given: Services, workspace: str, lesson: Lesson, after: str) -> Iterator[str]:
    """Send what changed, as it changes, until the server stops or the reader goes."""
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
        live.log.wait_beyond(newest.sequence, timeout=BEAT_SECONDS)
    yield "event: bye\ndata: {}\n\n"
