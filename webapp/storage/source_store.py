"""Sources of one region in the store: rows and the facts that wait, in one transaction (rule 3)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from webapp.runtime.ports import SourcesPlace, StoreBusy, StoreFailed
from webapp.sources.buckets.buckets import Buckets
from webapp.sources.buckets.destinations import RegionDestinations
from webapp.sources.buckets.ports import Bodies, BucketChanges
from webapp.sources.buses.ports import BusChanges
from webapp.sources.errors import SourceBusy, SourceFailed
from webapp.sources.event_services import EventServices
from webapp.sources.queues.ports import QueueChanges
from webapp.sources.queues.queues import Queues
from webapp.sources.sources import Sources
from webapp.sources.topics.ports import TopicChanges
from webapp.sources.topics.region import TopicRegion
from webapp.sources.topics.topics import Topics
from webapp.storage.buckets import save_bucket
from webapp.storage.buses import save_buses
from webapp.storage.kept_sources import KeptSources
from webapp.storage.queues import save_queues
from webapp.storage.store import SqlStore
from webapp.storage.topics import save_topics
from webapp.trace.events import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectPlace:
    """Where what objects hold is kept, and how much that may be in one region."""

    bodies: Bodies
    most_bytes: int


def open_sources(
    place: SourcesPlace, *, store: SqlStore, most_messages: int, objects: ObjectPlace
) -> Sources:
    """Return the sources of a region of a workspace, with what the store kept of them."""
    kept = place.kept if isinstance(place.kept, KeptSources) else KeptSources()
    rows = RegionRows(
        store, workspace=place.workspace, region=place.region, take_facts=place.take_facts
    )
    queues = Queues(
        account=place.account,
        region=place.region,
        store=RegionQueues(rows),
        recorder=place.recorder,
        timers=place.timers,
        most_messages=most_messages,
        kept=kept.queues,
    )
    region = TopicRegion(
        account=place.account,
        name=place.region,
        store=RegionTopics(rows),
        recorder=place.recorder,
        timers=place.timers,
        functions=place.functions,
        queues=queues,
    )
    made = Topics(region, kept=kept.topics)
    events = _events(place, rows, queues=queues, topics=made, buckets=lambda: buckets, kept=kept)
    buckets = Buckets(
        region=place.region,
        store=RegionBuckets(rows),
        bodies=objects.bodies,
        recorder=place.recorder,
        destinations=RegionDestinations(
            account=place.account,
            region=place.region,
            functions=place.functions,
            queues=queues,
            topics=made,
            outlets=events.outlets,
            deliveries=events.deliveries,
            now=place.recorder.now,
        ),
        most_bytes=objects.most_bytes,
        kept=kept.buckets,
    )
    return Sources(queues=queues, topics=made, events=events, buckets=buckets)


def _events(
    place: SourcesPlace,
    rows: "RegionRows",
    *,
    queues: Queues,
    topics: Topics,
    buckets: Callable[[], Buckets],
    kept: KeptSources,
) -> EventServices:
    return EventServices(
        account=place.account,
        region=place.region,
        store=RegionBuses(rows),
        recorder=place.recorder,
        timers=place.timers,
        functions=place.functions,
        queues=queues,
        topics=topics,
        buckets=buckets,
        kept=kept.buses,
        log_filters=kept.log_filters,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose rows they are."""

    workspace: str
    region: str


class RegionRows:
    """Writes rows of one region's sources with the facts that were recorded so far."""

    def __init__(
        self,
        store: SqlStore,
        *,
        workspace: str,
        region: str,
        take_facts: Callable[[], Sequence[Entry]],
    ) -> None:
        self.place = Place(workspace=workspace, region=region)
        self._store = store
        self._take_facts = take_facts

    async def save(self, save: Callable[[Connection], None], *, rows: int = 0) -> None:
        """Complete when all is on disk. Raises ``SourceBusy`` or ``SourceFailed``."""
        facts, workspace = self._take_facts(), self.place.workspace
        try:
            await self._store.save_rows(workspace, save, facts=facts, weight=1 + rows)
        except (StoreBusy, StoreFailed) as error:
            # What they tell may be of others: facts are never lost with a change.
            self._store.write_facts(workspace, facts)
            if isinstance(error, StoreBusy):
                raise SourceBusy("Too much waits for the disk. Send it again.") from error
            raise SourceFailed(str(error)) from error


class RegionQueues:
    """Implements ``sources.queues.ports.QueueStore``."""

    def __init__(self, rows: RegionRows) -> None:
        self._rows = rows

    async def write(self, changes: QueueChanges) -> None:
        """Complete when all is on disk. Raises ``SourceBusy`` or ``SourceFailed``."""
        place = self._rows.place
        save = partial(save_queues, workspace=place.workspace, region=place.region, changes=changes)
        await self._rows.save(save, rows=len(changes.messages))


class RegionBuckets:
    """Implements ``sources.buckets.ports.BucketStore``."""

    def __init__(self, rows: RegionRows) -> None:
        self._rows = rows

    async def write(self, changes: BucketChanges) -> None:
        """Complete when all is on disk. Raises ``SourceBusy`` or ``SourceFailed``."""
        place = self._rows.place
        save = partial(save_bucket, workspace=place.workspace, region=place.region, changes=changes)
        await self._rows.save(save, rows=len(changes.objects) + len(changes.deleted_objects))


class RegionTopics:
    """Implements ``sources.topics.ports.TopicStore``."""

    def __init__(self, rows: RegionRows) -> None:
        self._rows = rows

    async def write(self, changes: TopicChanges) -> None:
        """Complete when all is on disk. Raises ``SourceBusy`` or ``SourceFailed``."""
        place = self._rows.place
        save = partial(save_topics, workspace=place.workspace, region=place.region, changes=changes)
        await self._rows.save(save, rows=len(changes.deliveries))


class RegionBuses:
    """Implements ``sources.buses.ports.BusStore``."""

    def __init__(self, rows: RegionRows) -> None:
        self._rows = rows

    async def write(self, changes: BusChanges) -> None:
        """Complete when all is on disk. Raises ``SourceBusy`` or ``SourceFailed``."""
        place = self._rows.place
        save = partial(save_buses, workspace=place.workspace, region=place.region, changes=changes)
        await self._rows.save(save, rows=len(changes.deliveries))
