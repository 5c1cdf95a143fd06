"""What a learner does to everything that stands around a lab's functions."""

from webapp.classroom.operations import LabOperations
from webapp.classroom.sources.bucket_work import BucketWork
from webapp.classroom.sources.bus_work import BusWork
from webapp.classroom.sources.queue_work import QueueWork
from webapp.classroom.sources.schedule_work import ScheduleWork
from webapp.classroom.sources.topic_work import TopicWork


class SourceWork:
    """The work on each kind of source. Loop thread only."""

    def __init__(self, operations: LabOperations) -> None:
        self.queues = QueueWork(operations)
        self.topics = TopicWork(operations)
        self.buses = BusWork(operations)
        self.buckets = BucketWork(operations)
        self.schedules = ScheduleWork(operations)
