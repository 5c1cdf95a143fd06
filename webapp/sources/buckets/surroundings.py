"""What every bucket works with, and what is said with each change of one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from webapp.sources.buckets.event_record import Happening, Requester
from webapp.sources.buckets.ports import Bodies, BucketStore
from webapp.sources.buckets.room import Room
from webapp.sources.ports import Recorder

Tell = Callable[[Any, Happening, "Asking", int], Awaitable[None]]
"""Tells of a change in a bucket; the last is the fact that it follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks for a change, in which run; ``trace`` is the X-Ray header of the request."""

    run: str
    requester: Requester
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every bucket of a region works with."""

    store: BucketStore
    bodies: Bodies
    recorder: Recorder
    tell: Tell
    room: Room


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """What deleting came to: the ``version`` that is gone, or the ``marker`` that was put."""

    key: str
    version: str = ""
    marker: str = ""
