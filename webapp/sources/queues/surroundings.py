"""What the queues of a region work with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.sources.ports import Recorder, Timers
from webapp.sources.queues.ports import QueueStore

if TYPE_CHECKING:
    from webapp.sources.queues.live_queue import LiveQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every queue of a region works with. ``queue_of`` finds a queue by its ARN."""

    store: QueueStore
    recorder: Recorder
    timers: Timers
    most_messages: int
    queue_of: "Callable[[str], LiveQueue | None]"
