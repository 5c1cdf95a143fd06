"""A topic of a lab as data, as it is at the start."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from webapp.curriculum.sources.queue import FIFO

Scope = Literal["attributes", "body"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabSubscription:
    """Who hears of what is published: ``to`` names a function or a queue of the lab.

    ``filter`` is SNS's filter policy as JSON values, none for everything; ``raw`` is of queues.
    ``dead_letter`` names the queue that gets what cannot be delivered.
    """

    to: str
    filter: Mapping[str, Any] | None = None
    scope: Scope = "attributes"
    raw: bool = False
    dead_letter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabTopic:
    """An SNS topic that a lesson owns; its name is unique across the course (rule 1).

    ``deduplicates_by_content`` is of FIFO topics.
    """

    name: str
    subscriptions: tuple[LabSubscription, ...] = ()
    deduplicates_by_content: bool = False

    @property
    def fifo(self) -> bool:
        """Whether it keeps the order of its message groups."""
        return self.name.endswith(FIFO)
