"""An event bus of a lab as data, as it is at the start."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LabRule:
    """Which events go where: ``to`` names functions, queues, topics and buses of the lab.

    ``pattern`` is EventBridge's, as JSON values. ``dead_letter`` names the queue that gets what
    cannot be delivered; ``retries`` of ``None`` are EventBridge's own 185.
    """

    name: str
    pattern: Mapping[str, Any]
    to: tuple[str, ...]
    enabled: bool = True
    retries: int | None = None
    dead_letter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabBus:
    """An event bus that a lesson owns; its name is unique across the course (rule 1)."""

    name: str
    rules: tuple[LabRule, ...] = ()
