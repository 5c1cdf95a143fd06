"""What the cards of a gallery show: a caller, and what came last from it."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.classroom.model import ShownArrival, ShownTry
from webapp.curriculum.caller import Caller, CallModel
from webapp.curriculum.code import code_block
from webapp.curriculum.content import NO_HTML, Html
from webapp.curriculum.model import Course, Lesson
from webapp.pages.boards.queue_views import pretty

MODEL_WORDS: Mapping[CallModel, str] = {
    "synchronous": "Synchronous: it waits for the answer",
    "asynchronous": "Asynchronous: it leaves the event in the queue",
    "polling": "Polling: Lambda fetches from it",
}
MOST_SHOWN = 16 * 1024
"""Characters of an event, and of what is inside it, that a card shows."""
GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """The place of a card that is drawn anew. ``inside`` is what was packed into the event.

    ``cut``: not all of the event is shown. Without an ``event`` nothing came yet.
    """

    base: str
    caller: Caller
    event: Html = NO_HTML
    inside: Html = NO_HTML
    cut: bool = False
    tries: tuple[ShownTry, ...] = ()

    @property
    def id(self) -> str:
        """The id of the place."""
        return f"caller-{self.caller.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """Where the course teaches a caller; ``slug`` is empty while the lesson is planned."""

    number: str
    title: str
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A caller as it is shown. ``presses`` are its buttons."""

    caller: Caller
    presses: tuple[Html, ...]
    arrived: Arrived
    taught: Taught | None

    @property
    def model(self) -> str:
        """The model and what it means, in a few words."""
        return MODEL_WORDS[self.caller.model]


def taught(caller: Caller, *, course: Course) -> Taught | None:
    """Return where the course teaches it, if it does."""
    found = next((one for one in course if caller.lesson and one.slug == caller.lesson), None)
    if found is None:
        return None
    slug = found.slug if isinstance(found, Lesson) else ""
    return Taught(number=found.number, title=found.title, slug=slug)


def arrived(base: str, caller: Caller, arrival: ShownArrival | None) -> Arrived:
    """Return what a card shows of the newest event."""
    if arrival is None:
        return Arrived(base=base, caller=caller)
    text, inside = pretty(arrival.payload), unpacked(arrival.payload)
    return Arrived(
        base=base,
        caller=caller,
        event=_block(text[:MOST_SHOWN]),
        inside=_block(inside[:MOST_SHOWN]) if inside else NO_HTML,
        cut=len(text) > MOST_SHOWN or arrival.size_bytes > len(arrival.payload.encode()),
        tries=arrival.tries,
    )


def unpacked(payload: str) -> str:
    """Return the JSON that CloudWatch Logs packs into its event (lambda-behaviour 7.18).

    Empty where nothing is packed. What it becomes is bounded: a page is no place for all of it.
    """
    data = _packed(payload)
    try:
        reader = zlib.decompressobj(GZIP)
        text = reader.decompress(base64.b64decode(data, validate=True), MOST_SHOWN)
    except (binascii.Error, ValueError, zlib.error):
        return ""
    return pretty(text.decode("utf-8", "replace"))


def _packed(payload: str) -> str:
    try:
        event: Any = json.loads(payload)
    except (ValueError, RecursionError):
        return ""
    logs = event.get("awslogs") if isinstance(event, dict) else None
    data = logs.get("data") if isinstance(logs, dict) else None
    return data if isinstance(data, str) else ""


def _block(text: str) -> Html:
    """Return JSON as a coloured block, with nothing in it that UTF-8 cannot say."""
    return code_block(text.encode("utf-8", "replace").decode(), language="json")
