"""The boards of everything that stands around a lab's functions."""

from webapp.classroom.sources.bucket_boards import BucketBoards
from webapp.classroom.sources.bus_boards import BusBoards
from webapp.classroom.sources.lab_boards import BoardParts
from webapp.classroom.sources.queue_boards import QueueBoards
from webapp.classroom.sources.schedule_boards import ScheduleBoards
from webapp.classroom.sources.source_work import SourceWork
from webapp.classroom.sources.topic_boards import TopicBoards


class SourceBoards:
    """The boards of each kind of source, for web threads: every method of them blocks."""

    def __init__(self, parts: BoardParts, *, work: SourceWork) -> None:
        self.queues = QueueBoards(parts, work=work.queues)
        self.topics = TopicBoards(parts, work=work.topics)
        self.buses = BusBoards(parts, work=work.buses)
        self.buckets = BucketBoards(parts, work=work.buckets)
        self.schedules = ScheduleBoards(parts, work=work.schedules)
