"""A lab as data: functions, queues, topics, buses, buckets, schedules and events of a lesson."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from webapp.curriculum.asynchronous import DEFAULTS, Asynchronous
from webapp.curriculum.press import Files
from webapp.curriculum.sources.bucket import LabBucket
from webapp.curriculum.sources.bus import LabBus
from webapp.curriculum.sources.log_filter import LabLogFilter
from webapp.curriculum.sources.queue import LabQueue
from webapp.curriculum.sources.schedule import LabSchedule
from webapp.curriculum.sources.topic import LabTopic
from webapp.trace.owned import Owned


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """How a function of a lab is configured."""

    handler: str
    memory_mb: int
    timeout: int
    variables: Mapping[str, str]
    asynchronous: Asynchronous = DEFAULTS


@dataclass(frozen=True, slots=True, kw_only=True)
class LabFunction:
    """A function of a lab as it is at the start. ``name`` is unique across the course (rule 1).

    ``solution`` holds the whole solved code: the start's files with the solution's over them.
    ``solved_knobs`` is the solved configuration.
    """

    name: str
    knobs: Knobs
    solved_knobs: Knobs
    start: Files
    solution: Files

    @property
    def changed(self) -> Files:
        """The files of the solution that are not what they are at the start."""
        return {path: text for path, text in self.solution.items() if self.start.get(path) != text}

    @property
    def is_solved_otherwise(self) -> bool:
        """Whether the solution has other code or another configuration than the start."""
        return bool(self.changed) or self.solved_knobs != self.knobs


@dataclass(frozen=True, kw_only=True)
class Lab:
    """What a lesson owns. ``events`` holds JSON text by name; the first is the one shown."""

    slug: str
    functions: tuple[LabFunction, ...]
    events: Mapping[str, str]
    queues: tuple[LabQueue, ...] = ()
    topics: tuple[LabTopic, ...] = ()
    buses: tuple[LabBus, ...] = ()
    buckets: tuple[LabBucket, ...] = ()
    log_filters: tuple[LabLogFilter, ...] = ()
    schedules: tuple[LabSchedule, ...] = ()

    @cached_property
    def owned(self) -> Owned:
        """The names of its resources: it sees the facts about them. Asked for at every fact."""
        return Owned(
            functions=self.function_names,
            queues=self.queue_names,
            topics=self.topic_names,
            buses=self.bus_names,
            buckets=self.bucket_names,
            schedules=self.schedule_names,
        )

    def function(self, name: str) -> LabFunction:
        """Return a function. Raises ``KeyError``."""
        return {function.name: function for function in self.functions}[name]

    @property
    def function_names(self) -> frozenset[str]:
        """The names whose facts the lab sees."""
        return frozenset(function.name for function in self.functions)

    def queue(self, name: str) -> LabQueue:
        """Return a queue. Raises ``KeyError``."""
        return {queue.name: queue for queue in self.queues}[name]

    @property
    def queue_names(self) -> frozenset[str]:
        """The names of queues whose facts the lab sees."""
        return frozenset(queue.name for queue in self.queues)

    def topic(self, name: str) -> LabTopic:
        """Return a topic. Raises ``KeyError``."""
        return {topic.name: topic for topic in self.topics}[name]

    @property
    def topic_names(self) -> frozenset[str]:
        """The names of topics whose facts the lab sees."""
        return frozenset(topic.name for topic in self.topics)

    def bus(self, name: str) -> LabBus:
        """Return an event bus. Raises ``KeyError``."""
        return {bus.name: bus for bus in self.buses}[name]

    @property
    def bus_names(self) -> frozenset[str]:
        """The names of event buses whose facts the lab sees."""
        return frozenset(bus.name for bus in self.buses)

    def bucket(self, name: str) -> LabBucket:
        """Return a bucket. Raises ``KeyError``."""
        return {bucket.name: bucket for bucket in self.buckets}[name]

    @property
    def bucket_names(self) -> frozenset[str]:
        """The names of buckets whose facts the lab sees."""
        return frozenset(bucket.name for bucket in self.buckets)

    def schedule(self, name: str) -> LabSchedule:
        """Return a schedule. Raises ``KeyError``."""
        return {schedule.name: schedule for schedule in self.schedules}[name]

    @property
    def schedule_names(self) -> frozenset[str]:
        """The names of schedules whose facts the lab sees."""
        return frozenset(schedule.name for schedule in self.schedules)

    @property
    def receivers(self) -> frozenset[str]:
        """The names of functions that hear of events by the lab's buses and topics."""
        by_rule = {name for bus in self.buses for rule in bus.rules for name in rule.to}
        by_topic = {one.to for topic in self.topics for one in topic.subscriptions}
        return self.function_names & (by_rule | by_topic)
