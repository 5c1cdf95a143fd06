"""The tables, by noun. Rows are written by the journal; nothing outside this package sees them.

Importing this package registers every one of them with SQLModel.
"""

from webapp.storage.tables import (
    buckets,
    buses,
    events,
    functions,
    identities,
    learning,
    queues,
    schedules,
    store,
    topics,
)

__all__ = (
    "buckets",
    "buses",
    "events",
    "functions",
    "identities",
    "learning",
    "queues",
    "schedules",
    "store",
    "topics",
)
