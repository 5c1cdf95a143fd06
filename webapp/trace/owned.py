"""The resources of one lab, and whether a fact is about one of them (rule 1)."""

from dataclasses import dataclass

from webapp.trace.events import (
    BucketFact,
    BusFact,
    Entry,
    Fact,
    FunctionFact,
    QueueFact,
    ScheduleChanged,
    ScheduleFired,
    TargetFact,
    TopicFact,
)

NOTHING = frozenset[str]()
GROUP = "default"
"""The group of EventBridge Scheduler that a lab's schedules are in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Names of what a lab owns. Its resources are in the workspace's home region."""

    functions: frozenset[str] = NOTHING
    queues: frozenset[str] = NOTHING
    topics: frozenset[str] = NOTHING
    buses: frozenset[str] = NOTHING
    buckets: frozenset[str] = NOTHING
    schedules: frozenset[str] = NOTHING

    def concerns(self, entry: Entry) -> bool | None:
        """Tell whether a fact is about one of them; ``None`` for one that is about none at all."""
        about = self._is_ours(entry.fact)
        return None if about is None else about and not entry.region

    def _is_ours(self, fact: Fact) -> bool | None:
        if isinstance(fact, TargetFact) and not fact.bus:
            return self._is_senders(fact)
        if isinstance(fact, ScheduleChanged | ScheduleFired) and fact.group != GROUP:
            return False
        for kind, name, resources in _KINDS:
            if isinstance(fact, kind):
                return getattr(fact, name) in getattr(self, resources)
        return None

    def _is_senders(self, fact: TargetFact) -> bool:
        if fact.by_bucket:
            return fact.rule in self.buckets
        return fact.by_schedule and fact.rule in self.schedules


_KINDS: tuple[tuple[type[Fact], str, str], ...] = (
    (FunctionFact, "function", "functions"),
    (QueueFact, "queue", "queues"),
    (TopicFact, "topic", "topics"),
    (BusFact, "bus", "buses"),
    (BucketFact, "bucket", "buckets"),
    (ScheduleChanged, "schedule", "schedules"),
    (ScheduleFired, "name", "schedules"),
)
"""Kinds of facts, the field that names what each is about, and what of a lab that may be."""
