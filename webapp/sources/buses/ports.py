"""What buses ask of the world, as Protocols, and the rows that cross."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from webapp.sources.buses.delivery import Delivery
from webapp.sources.buses.rule import RuleRecord
from webapp.sources.parcel import Parcel, Refusal
from webapp.sources.schedules.records import GroupRecord, ScheduleRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class BusRecord:
    """A bus as it is stored. ``statements`` are its policy's; times are lab time.

    ``elsewhere`` holds what only AWS acts on, by its member name.
    """

    name: str
    description: str = ""
    statements: Sequence[Mapping[str, Any]] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, Any] = field(default_factory=dict)
    created: float = 0.0
    modified: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BusChanges:
    """Rows of one region that change together.

    Rules are named by bus and name, schedules by group and name.
    """

    buses: Sequence[BusRecord] = ()
    deleted_buses: Sequence[str] = ()
    rules: Sequence[RuleRecord] = ()
    deleted_rules: Sequence[tuple[str, str]] = ()
    deliveries: Sequence[Delivery] = ()
    deleted_deliveries: Sequence[str] = ()
    schedules: Sequence[ScheduleRecord] = ()
    deleted_schedules: Sequence[tuple[str, str]] = ()
    groups: Sequence[GroupRecord] = ()
    deleted_groups: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBuses:
    """What the store kept of one region's buses, deliveries the oldest first."""

    buses: Sequence[BusRecord] = ()
    rules: Sequence[RuleRecord] = ()
    deliveries: Sequence[Delivery] = ()
    schedules: Sequence[ScheduleRecord] = ()
    groups: Sequence[GroupRecord] = ()


class BusStore(Protocol):
    """Durable buses of one region. Called on the loop thread; never blocks it."""

    def write(self, changes: BusChanges) -> Awaitable[None]:
        """Complete when rows, and the facts recorded so far, are on disk in one transaction.

        Raises ``SourceBusy`` or ``SourceFailed``, at once or later; nothing was stored then.
        """


class Outlets(Protocol):
    """Brings parcels to what their ARNs name (``sources.outlets``)."""

    async def bring(self, parcel: Parcel) -> Refusal | None:
        """Return why the target did not take it; nothing if it is on disk there."""
