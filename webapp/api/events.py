"""The live stream of a lab: server-sent events, resumed by cursor (rules 5, 18)."""

import zlib
from collections.abc import Iterator
from contextlib import suppress

from flask import Blueprint, Response, request

from webapp.api import errors
from webapp.api.access import services
from webapp.classroom.cursor import Cursor
from webapp.classroom.live import LiveLab
from webapp.classroom.services import Services
from webapp.clock import real_now
from webapp.curriculum.model import Lesson
from webapp.runtime.loop import LoopStopped

BATCH_SECONDS = 0.05
"""After a message the next one waits this long, so that a busy lab sends batches."""
REST, LONGEST_REST_SECONDS = 4.0, 2.0
"""It waits so many times as long as making the last one took: a lab with very many facts must not
keep the processor from everybody else. But never longer than this."""
BEAT_SECONDS = 5.0
"""A quiet stream writes this often: only by writing is it seen that a reader has gone."""
BEATS = 6
"""After so many it asks for the lab all the same, which stays in memory for who looks at it."""
LEVEL, WINDOW_BITS, MEMORY_LEVEL = 1, 16 + 13, 6
"""gzip with a window of 8 KB: rows are alike, and a stream holds 64 KB for it."""

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
    response = _answer(_stream(given, workspace, lesson, after))
    response.call_on_close(given.streams.leave)
    return response


def _answer(stream: Iterator[str]) -> Response:
    """Return the response, packed where the reader takes that: a burst is a sixth of its size."""
    packs = request.accept_encodings.quality("gzip") > 0
    response = Response(_packed(stream) if packs else stream, mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.vary.add("Accept-Encoding")
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _packed(stream: Iterator[str]) -> Iterator[bytes]:
    """Pack a stream so that each message can be read as soon as it has come."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, WINDOW_BITS, MEMORY_LEVEL)
    for message in stream:
        yield packer.compress(message.encode()) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()


def _stream(given: Services, workspace: str, lesson: Lesson, after: str) -> Iterator[str]:
    """Send what changes, as it changes, until the reader goes or the server stops."""
    with suppress(LoopStopped):  # the platform may end between two looks at it
        yield from _changes(given, workspace, lesson, after)
    yield "event: bye\ndata: {}\n\n"


def _changes(given: Services, workspace: str, lesson: Lesson, after: str) -> Iterator[str]:
    cursor, first = after, True
    while not given.stopping.is_set():
        live = given.labs.live(workspace, lesson)
        began = real_now()
        newest, message = given.labs.message(workspace, lesson, after=cursor)
        took = real_now() - began
        if first or str(newest) != cursor:
            cursor, first = str(newest), False
            yield f"id: {cursor}\nevent: rows\ndata: {message}\n\n"
            given.stopping.wait(rest_after(took))
        yield from _beats(given, live, newest)


def _beats(given: Services, live: LiveLab, newest: Cursor) -> Iterator[str]:
    """Wait for what comes after ``newest``; say now and then that nothing came."""
    for _ in range(BEATS):
        # Beyond what this reader has: others may have brought the lab further meanwhile.
        if live.wait_beyond(newest, timeout=BEAT_SECONDS, unless=given.stopping.is_set):
            return
        yield ": nothing new\n\n"


def rest_after(took: float) -> float:
    """Return how long a stream rests after a message whose making took so many seconds."""
    return min(max(BATCH_SECONDS, REST * took), LONGEST_REST_SECONDS)
