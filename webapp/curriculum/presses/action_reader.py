"""One action of a press while it is read, and what of the lab it means."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from webapp.curriculum.fields import Fields
from webapp.curriculum.lab import Lab
from webapp.curriculum.press import Action
from webapp.curriculum.sources.bucket import LabBucket
from webapp.curriculum.sources.bus import LabBus
from webapp.curriculum.sources.queue import LabQueue
from webapp.curriculum.sources.schedule import LabSchedule
from webapp.curriculum.sources.topic import LabTopic

BURST = 100
"""What one press may bring about at a time: calls, messages, objects."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


@dataclass(frozen=True, slots=True)
class ActionReader:
    """The ``fields`` of an action of a lab. What is wrong is reported there."""

    fields: Fields
    lab: Lab

    def function(self) -> str:
        """Return the function meant: the lab's only one unless it is named."""
        names = [function.name for function in self.lab.functions]
        only = names[0] if len(names) == 1 else None
        return self.fields.choice("function", among=names, default=only)

    def event(self) -> str:
        """Return the name of the event meant."""
        names: Collection[str] = self.lab.events
        return self.fields.choice("event", among=names)

    def sources(self) -> list[str]:
        """Return the names of the lab's queues and topics."""
        return [*(one.name for one in self.lab.queues), *(one.name for one in self.lab.topics)]

    def owned(self) -> list[str]:
        """Return the names of everything that the lab owns."""
        buses = (one.name for one in self.lab.buses)
        return [*(one.name for one in self.lab.functions), *self.sources(), *buses]

    def queue(self) -> LabQueue:
        """Return the queue meant: the lab's only one unless it is named."""
        found = self._one("queue", self.lab.queues, said="queue", listed="queues")
        return found or LabQueue(name="")

    def topic(self) -> LabTopic:
        """Return the topic meant: the lab's only one unless it is named."""
        found = self._one("topic", self.lab.topics, said="topic", listed="topics")
        return found or LabTopic(name="")

    def bus(self) -> LabBus:
        """Return the bus meant: the lab's only one unless it is named."""
        found = self._one("bus", self.lab.buses, said="event bus", listed="buses")
        return found or LabBus(name="")

    def bucket(self) -> LabBucket:
        """Return the bucket meant: the lab's only one unless it is named."""
        found = self._one("bucket", self.lab.buckets, said="bucket", listed="buckets")
        return found or LabBucket(name="")

    def schedule(self) -> LabSchedule:
        """Return the schedule meant: the lab's only one unless it is named."""
        found = self._one("schedule", self.lab.schedules, said="schedule", listed="schedules")
        return found or LabSchedule(name="", to="")

    def _one(self, field: str, among: Sequence[N], *, said: str, listed: str) -> N | None:
        """Return what a field names, or the only one there is; ``None`` for what was reported."""
        named = {one.name: one for one in among}
        if not named:
            self.fields.problem(field, f"This lab has no {said}. Add one to '{listed}'.")
        only = next(iter(named)) if len(named) == 1 else None
        return named.get(self.fields.choice(field, among=named, default=only))


ReadAction = Callable[[ActionReader], Action]
