"""What the store kept of the sources of each region, read when a workspace is opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from webapp.sources.buckets.ports import KeptBucket
from webapp.sources.buses.ports import KeptBuses
from webapp.sources.queues.ports import Kept
from webapp.sources.topics.ports import KeptTopics
from webapp.storage.buckets import read_buckets
from webapp.storage.buses import read_buses
from webapp.storage.logs.groups import read_subscriptions
from webapp.storage.queues import read_queues
from webapp.storage.topics import read_topics


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSources:
    """One region's; a kind of source that was never used there is empty."""

    queues: Kept = field(default_factory=Kept)
    topics: KeptTopics = field(default_factory=KeptTopics)
    buses: KeptBuses = field(default_factory=KeptBuses)
    buckets: Sequence[KeptBucket] = ()
    log_filters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Subscription filters by log group."""


def read_sources(connection: Connection, workspace: str) -> dict[str, KeptSources]:
    """Return what is kept of a workspace's sources, by region."""
    queues, topics = read_queues(connection, workspace), read_topics(connection, workspace)
    buses, filters = read_buses(connection, workspace), read_subscriptions(connection, workspace)
    buckets = read_buckets(connection, workspace)
    return {
        region: KeptSources(
            queues=queues.get(region, Kept()),
            topics=topics.get(region, KeptTopics()),
            buses=buses.get(region, KeptBuses()),
            log_filters=filters.get(region, {}),
            buckets=buckets.get(region, ()),
        )
        for region in {*queues, *topics, *buses, *filters, *buckets}
    }
