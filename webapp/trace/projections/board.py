"""The rows of one lab and the little that the folds must know to make the next ones."""

from webapp.trace.events import Change, Entry
from webapp.trace.projections.bus_events import BusEvent
from webapp.trace.projections.events import Event, Record
from webapp.trace.projections.firings import Firing
from webapp.trace.projections.invocations import Call
from webapp.trace.projections.lanes import (
    CALLER,
    Environment,
    Lane,
    Queue,
    Target,
    lane_key,
    short_name,
)
from webapp.trace.projections.logs import Log
from webapp.trace.projections.marks import Mark, Sentence
from webapp.trace.projections.messages import Message, QueueStand
from webapp.trace.projections.object_events import ObjectEvent
from webapp.trace.projections.publications import Publication
from webapp.trace.projections.rows import Row, Table
from webapp.trace.projections.runs import Run
from webapp.trace.projections.segments import SPREADING, Kind, Segment
from webapp.trace.projections.stories.scene import Scene

MOST_LABELS = 1000
MOST_NUMBERS = 10_000
NOUNS = (
    "run",
    "call",
    "lane",
    "message",
    "event",
    "record",
    "publication",
    "object",
    "firing",
)
"""What is counted from 1."""
STRIDE = 1_000_000
"""Lanes that can be between a function that hears of events and the next one."""
LAST = 1_000_000_000_000
"""Where lanes of targets begin: under all environments, also those that come later."""


class Board:
    """One timeline, from a lab's start or reset on. ``entry`` is the fact that is being folded.

    ``gone`` are environments and requests of the timeline before: what still comes of them is
    no part of this one. ``previous`` is the lab time of the fact before. ``skipped`` is the
    newest sentence that told of skipped time, with its seconds. ``owned`` counts rows of runs.
    ``receivers`` are functions that hear of events by a bus or a topic: their lanes come below it.
    ``carried`` are changes of objects that somebody is still to be told of, by the delivery.
    """

    owned = 0
    _marked = "", ""

    def __init__(
        self,
        *,
        several_functions: bool,
        entry: Entry,
        queues: frozenset[str] = frozenset(),
        receivers: frozenset[str] = frozenset(),
    ) -> None:
        self.entry = entry
        self.previous = entry.time
        self.gone: set[str] = set()
        self.origin: float | None = None
        self.known_runs, self._labels = dict[str, Run](), dict[str, str]()
        self.runs: Table[Run] = Table()
        self.lanes: Table[Lane] = Table()
        self.segments: Table[Segment] = Table()
        self.marks: Table[Mark] = Table()
        self.logs: Table[Log] = Table()
        self.story: Table[Sentence] = Table()
        self.invocations: Table[Call] = Table()
        self.alive: dict[str, Environment] = {}
        self.waiting: dict[str, Call] = {}
        self.events: Table[Event] = Table()
        self.records: Table[Record] = Table()
        self.short_names: set[str] = set()
        self.last_change: dict[str, Change] = {}
        self.queues = queues
        self.stands: Table[QueueStand] = Table()
        self.messages, self.firings = Table[Message](), Table[Firing]()
        self.bus_events, self.publications = Table[BusEvent](), Table[Publication]()
        self.objects, self.carried = Table[ObjectEvent](), dict[str, ObjectEvent]()
        self._numbers: dict[tuple[str, str], int] = {}
        self.segment_of: dict[int, Segment] = {}
        self.told_last: Sentence | None = None
        self.skipped: tuple[Sentence, float] | None = None
        self._several_functions = several_functions
        self._homes = {name: STRIDE * place for place, name in enumerate(sorted(receivers), 1)}
        self._counted = dict.fromkeys(NOUNS, 0)

    # -- runs

    def run(self) -> Run:
        """Return the run of the fact at hand."""
        entry = self.entry
        run = self.known_runs.get(entry.run)
        if run is None:
            label = self._labels.pop(entry.run, "")
            run = Run(key=entry.run, start=entry.time, last=entry.time, label=label)
            self.known_runs[entry.run] = run
        return run

    def remember_label(self, label: str) -> None:
        """Keep the name of a run that may come to concern this timeline; of the newest ones."""
        self._labels[self.entry.run] = label
        if len(self._labels) > MOST_LABELS:
            del self._labels[next(iter(self._labels))]

    def reach(self, *, waiting: int = 0) -> Run:
        """Let the run last until the fact at hand; ``waiting`` more of its callers wait."""
        run = self.run()
        run.last = max(run.last, self.entry.time)
        run.waiting += waiting
        run.touch(self.entry.sequence)
        return run

    def show(self, run: Run, *, counts: bool) -> None:
        """Give a run to the page; one that counts gets a number, once."""
        if counts and run.number is None:
            run.number = self.next_number("run")
            run.touch(self.entry.sequence)
        if run.table is None:
            self.begin()
            self.runs.add(run, self.entry.sequence)

    def next_number(self, noun: str) -> int:
        """Count runs, calls, lanes, events and records from 1."""
        self._counted[noun] += 1
        return self._counted[noun]

    def own(self, row: Row, run: Run) -> None:
        """Let a row go when its run goes."""
        row.run = str(run.key)
        run.members.append(row)
        self.owned += 1

    # -- events

    def event_key(self, request_id: str) -> str:
        """Return the id of an event's row; a call's is the request id itself."""
        return f"event:{request_id}"

    def event(self, request_id: str) -> Event | None:
        """Return an event, if it is one's request id."""
        return self.events.get(self.event_key(request_id))

    def call(self, request_id: str) -> Call | None:
        """Return the call of a request; of an event the newest attempt."""
        event = self.event(request_id)
        return event.call if event else self.invocations.get(request_id)

    # -- lanes

    def begin(self) -> float:
        """Return the lab time printed as 0:00: the first run's. The caller's lane begins too."""
        if self.origin is None:
            self.origin = self.run().start
            caller = Lane(key=CALLER, kind="caller", title="Caller", order=0)
            self.lanes.add(caller, self.entry.sequence)
        return self.origin

    def caller(self) -> Lane:
        """Return the caller's lane."""
        self.begin()
        lane = self.lanes.get(CALLER)
        assert lane is not None, "begin made it"
        return lane

    def queue(self, function: str) -> Queue:
        """Return the lane of a function's event queue; one is made on first use."""
        self.begin()
        key = f"queue:{function}"
        lane = self.lanes.get(key)
        if lane is None:
            prefix = self.prefix(function)
            order = self._homes.get(function, 0)
            lane = Queue(key=key, kind="events", title="Event queue", order=order, prefix=prefix)
            self.lanes.add(lane, self.entry.sequence)
        assert isinstance(lane, Queue), "the key is a queue's"
        return lane

    def prefix(self, function: str) -> str:
        """Return the name by which a function is told from others, where the lab has several."""
        return function if self._several_functions else ""

    def receive(self, function: str) -> None:
        """Let a function's lanes be below buses and topics: an event came to it by one."""
        if function in self._homes:
            return
        home = self._homes[function] = STRIDE * (len(self._homes) + 1)
        for lane in self.lanes.rows():
            if isinstance(lane, Environment) and lane.function == function:
                lane.order += home
                lane.touch(self.entry.sequence)

    def target(self, arn: str, *, title: str, says: str) -> Target:
        """Return the lane of what records go to; ``says`` tells for what it is there."""
        self.begin()
        key = f"target:{arn}"
        lane = self.lanes.get(key)
        if lane is None:
            order = LAST + self.next_number("lane")
            lane = Target(key=key, kind="target", title=title, order=order)
            self.lanes.add(lane, self.entry.sequence)
        assert isinstance(lane, Target), "the key is a target's"
        if says not in lane.says:
            lane.says.append(says)
            lane.touch(self.entry.sequence)
        return lane

    def bus(self, name: str) -> Lane:
        """Return the lane of one of the lab's buses."""
        return self._of_source(f"bus:{name}", name, says="bus")

    def bucket(self, name: str) -> Lane:
        """Return the lane of one of the lab's buckets."""
        return self._of_source(f"s3:{name}", name, says="bucket")

    def schedule(self, name: str) -> Lane:
        """Return the lane of one of the lab's schedules."""
        return self._of_source(f"schedule:{name}", name, says="schedule")

    def bus_event_number(self, event_id: str) -> int:
        """Return an event's number: the same on every bus, and in every queue that it comes to."""
        return self._number_of("event", event_id)

    def topic(self, name: str) -> Lane:
        """Return the lane of one of the lab's topics."""
        return self._of_source(f"sns:{name}", name, says="topic")

    def _of_source(self, key: str, name: str, *, says: str) -> Lane:
        """Return the lane of what events come from; it is made on first use."""
        self.begin()
        lane = self.lanes.get(key)
        if lane is None:
            order = self.next_number("lane")
            lane = Target(key=key, kind="queue", title=name, order=order, says=[says])
            self.lanes.add(lane, self.entry.sequence)
        return lane

    def carry_on(self, entry: Entry) -> None:
        """Let what a fact about another's resource causes come of what it was caused by itself.

        A bucket's events come to a lab's bus over the default bus, which is no lab's.
        """
        segment = self.segment_of.get(entry.cause) if entry.cause is not None else None
        if segment is not None:
            self.link(segment, sequence=entry.sequence)

    def caused_by(self) -> Segment | None:
        """Return the point from which the fact at hand spreads, if it does."""
        cause = self.entry.cause
        segment = self.segment_of.get(cause) if cause is not None else None
        return segment if segment is not None and segment.kind in SPREADING else None

    def message_queue(self, name: str) -> Lane:
        """Return the lane of one of the lab's queues; it is made on first use."""
        self.begin()
        key = f"sqs:{name}"
        lane = self.lanes.get(key)
        if lane is None:
            lane = Lane(key=key, kind="queue", title=name, order=self.next_number("lane"))
            self.lanes.add(lane, self.entry.sequence)
        return lane

    def environment(self, identifier: str, *, function: str) -> Environment | None:
        """Return an environment; one never heard of is born here. None once it ended."""
        known = self.alive.get(identifier)
        if known is not None:
            return known
        if identifier in self.gone or self.lanes.get(lane_key(identifier)) is not None:
            return None
        return self._born(identifier, function)

    def _born(self, identifier: str, function: str) -> Environment:
        self.begin()
        name = short_name(identifier, taken=self.short_names)
        self.short_names.add(name)
        lane = Environment(
            key=lane_key(identifier),
            kind="environment",
            title=f"env {name}",
            order=self._homes.get(function, 0) + self.next_number("lane"),
            identifier=identifier,
            function=function,
            prefix=self.prefix(function),
        )
        self.alive[identifier] = lane
        self.lanes.add(lane, self.entry.sequence)
        return lane

    # -- queues

    def stand(self, queue: str) -> QueueStand:
        """Return how a queue stands; before anything was heard of it nothing is in it."""
        stand = self.stands.get(queue)
        if stand is None:
            stand = QueueStand(key=queue)
            self.stands.add(stand, self.entry.sequence)
        return stand

    def message_number(self, message_id: str) -> int:
        """Return a message's number: the same in every queue that it comes to."""
        return self._number_of("message", message_id)

    def _number_of(self, noun: str, identifier: str) -> int:
        key = noun, identifier
        if key not in self._numbers:
            self._numbers[key] = self.next_number(noun)
            if len(self._numbers) > MOST_NUMBERS:
                del self._numbers[next(iter(self._numbers))]
        return self._numbers[key]

    # -- rows

    def draw(
        self, kind: Kind, *, lane: Lane, scene: Scene, start: float, end: float | None = None
    ) -> Segment:
        """Add a segment to a lane and lead the one before to it."""
        segment = Segment(
            key=self._segment_key(),
            lane=str(lane.key),
            kind=kind,
            start=start,
            end=None if end is None else max(start, end),
            origin=self.begin(),
            scene=scene,
        )
        self.own(segment, self.run())
        self.segments.add(segment, self.entry.sequence)
        self.link(segment)
        lane.follow(segment, sequence=self.entry.sequence)
        return segment

    def link(self, segment: Segment, *, sequence: int | None = None) -> None:
        """Let a fact (the one at hand) point to its segment."""
        key = self.entry.sequence if sequence is None else sequence
        self.segment_of[key] = segment
        segment.facts.append(key)

    def tell(
        self, text: str, *, segment: Segment | None = None, run: Run | None = None
    ) -> Sentence:
        """Add a sentence to the story: one for each fact that tells."""
        entry = self.entry
        sentence = Sentence(key=entry.sequence, time=entry.time, text=text)
        self.own(sentence, run or self.run())
        sentence.point_to(segment)
        self.story.add(sentence, entry.sequence)
        self.told_last = sentence
        return sentence

    def mark(self, kind: str, *, text: str, run: Run | None = None) -> None:
        """Draw a dotted line through all lanes; one for what a run does in several steps."""
        self.begin()
        entry = self.entry
        if self._marked == (entry.run, text):
            return
        self._marked = entry.run, text
        mark = Mark(key=f"m{entry.sequence}", kind=kind, time=entry.time, text=text)
        self.own(mark, run or self.run())
        self.marks.add(mark, entry.sequence)

    def newest_run(self) -> Run | None:
        """Return the run that a fact of the whole workspace is told in."""
        return next(reversed(self.known_runs.values()), None)

    def _segment_key(self) -> str:
        """Named after the fact, so that a view that is folded again has the same ids."""
        key = f"s{self.entry.sequence}"
        more = 1
        while self.segments.get(key) is not None:
            more += 1
            key = f"s{self.entry.sequence}-{more}"
        return key
