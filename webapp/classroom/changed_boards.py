"""Which parts of a lab's boards show something else since a fact."""

from collections.abc import Iterator

from webapp.curriculum.lab import Lab
from webapp.trace.events import (
    BucketChanged,
    BucketFact,
    BusChanged,
    BusFact,
    EventPut,
    Fact,
    QueueChanged,
    QueueFact,
    RuleChanged,
    ScheduleChanged,
    ScheduleFired,
    SubscriptionChanged,
    TargetFact,
    TopicChanged,
    TopicFact,
)

BOARDS = (
    "queues",
    "queue-settings",
    "buses",
    "rules",
    "topics",
    "subscriptions",
    "buckets",
    "notifications",
    "schedules",
    "firings",
)
"""Parts of boards, as a page asks for them again."""


def boards_of(fact: Fact, lab: Lab) -> Iterator[str]:
    """Yield the parts of the lab's boards that show something else since a fact."""
    if isinstance(fact, QueueFact) and fact.queue in lab.queue_names:
        yield "queues"
        if isinstance(fact, QueueChanged):
            yield "queue-settings"
    if isinstance(fact, BusFact) and fact.bus in lab.bus_names:
        yield "buses"
        if isinstance(fact, BusChanged | EventPut | RuleChanged):
            yield "rules"  # each rule is tried on the newest event
    yield from _boards_of_buckets_and_schedules(fact, lab)
    if isinstance(fact, TopicFact) and fact.topic in lab.topic_names:
        yield "topics"
        if isinstance(fact, SubscriptionChanged | TopicChanged):
            yield "subscriptions"


def _boards_of_buckets_and_schedules(fact: Fact, lab: Lab) -> Iterator[str]:
    if isinstance(fact, BucketFact) and fact.bucket in lab.bucket_names:
        yield "buckets"
        if isinstance(fact, BucketChanged):
            yield "notifications"
    if not lab.schedules:
        return
    if isinstance(fact, ScheduleChanged | ScheduleFired):
        yield "schedules"
    if isinstance(fact, ScheduleFired) or (isinstance(fact, TargetFact) and not fact.bus):
        yield "firings"
