"""A bucket of a lab as data, as it is at the start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

EVENTS = (
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
)
"""What happens to objects here, in S3's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabNotification:
    """Who is told of which changes: ``to`` names a function, queue, topic or bus of the lab.

    A bus hears of every change, by EventBridge: it has neither ``events`` nor prefix and suffix.
    """

    name: str
    to: str
    events: tuple[str, ...] = ()
    prefix: str = ""
    suffix: str = ""

    def overlaps(self, other: "LabNotification") -> bool:
        """Whether S3 would have to tell two destinations of one change, which it refuses."""
        return (
            any(_covers(mine, its) for mine in self.events for its in other.events)
            and (self.prefix.startswith(other.prefix) or other.prefix.startswith(self.prefix))
            and (self.suffix.endswith(other.suffix) or other.suffix.endswith(self.suffix))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LabBucket:
    """An S3 bucket that a lesson owns; its name is unique across the course (rule 1).

    ``objects`` are the texts that it begins with, by key.
    """

    name: str
    versioning: bool = False
    notifications: tuple[LabNotification, ...] = ()
    objects: Mapping[str, str] = field(default_factory=dict)


def overlapping(
    notifications: Sequence[LabNotification],
) -> tuple[LabNotification, LabNotification] | None:
    """Return two notifications that S3 would not keep together, if there are any."""
    for place, one in enumerate(notifications):
        for other in notifications[place + 1 :]:
            if one.overlaps(other):
                return one, other
    return None


def _covers(one: str, other: str) -> bool:
    first, second = one.removesuffix("*"), other.removesuffix("*")
    if one.endswith("*"):
        return second.startswith(first)
    return first.startswith(second) if other.endswith("*") else first == second
