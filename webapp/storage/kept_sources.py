"""What the store kept of the sources of each region, read when a workspace is opened."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from webapp.sources.buses.ports import KeptBuses
from webapp.sources.queues.ports import Kept
from webapp.sources.topics.ports import KeptTopics
from webapp.storage.buses import read_buses
from webapp.storage.queues import read_queues
from webapp.storage.topics import read_topics


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSources:
    """One region's; a kind of source that was never used there is empty."""

    queues: Kept = field(default_factory=Kept)
    topics: KeptTopics = field(default_factory=KeptTopics)
    buses: KeptBuses = field(default_factory=KeptBuses)


def read_sources(connection: Connection, workspace: str) -> dict[str, KeptSources]:
    """Return what is kept of a workspace's sources, by region."""
    queues, topics = read_queues(connection, workspace), read_topics(connection, workspace)
    buses = read_buses(connection, workspace)
    return {
        region: KeptSources(
            queues=queues.get(region, Kept()),
            topics=topics.get(region, KeptTopics()),
            buses=buses.get(region, KeptBuses()),
        )
        for region in queues.keys() | topics.keys() | buses.keys()
    }
