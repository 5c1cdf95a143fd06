"""What functions write, on its way into log streams.

A ``LogWritten`` fact is a CloudWatch log event. The journal keeps it twice in one transaction: in
its run's batch, from which pages are folded, and as a row of its stream, from which the AWS door
reads. So both show the same lines, and each has a life of its own: facts are trimmed by runs, a
group can be deleted, expire, or be made anew. Nothing reads one to make the other later.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from webapp.sources.logs.model import InputEvent, LogGroup, LogStream, Scope
from webapp.storage.changes import Change
from webapp.storage.logs.dropping import drop_of_group
from webapp.storage.logs.events import event_rows, insert_events
from webapp.storage.logs.groups import add_group, find_group
from webapp.storage.logs.streams import add_stream, find_stream, make_room_for_stream
from webapp.trace.events import EnvironmentRequested, LogWritten

REMEMBERED_ENVIRONMENTS = 10_000
"""More than a host runs at a time, many times: an environment's lines end with it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an environment writes."""

    scope: Scope
    group: str
    stream: str


class FunctionLines:
    """Finds the streams of lines and writes them. Owned by the writer thread."""

    def __init__(self) -> None:
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._numbers: dict[str, tuple[int, int]] = {}
        self._grown: Counter[str] = Counter()
        self._left_behind = False

    def forget_numbers(self) -> None:
        """Look groups and streams up again: some were deleted, or not made after all."""
        self._numbers.clear()

    def count(self, workspace: str, size_bytes: int) -> None:
        """Note that a workspace keeps so much more, whoever wrote it."""
        self._grown[workspace] += size_bytes

    def take_full(self, size_bytes: int) -> list[str]:
        """Return, once, the workspaces that grew by so much since they were last returned."""
        full = [workspace for workspace, grown in self._grown.items() if grown >= size_bytes]
        for workspace in full:
            del self._grown[workspace]
        return full

    def take_left_behind(self) -> bool:
        """Tell, once, whether events were left behind to be swept."""
        left, self._left_behind = self._left_behind, False
        return left

    def write(self, connection: Connection, changes: Iterable[Change]) -> None:
        """Store the lines among the changes' facts.

        Their groups and streams are made if they are missing, also when a client deleted them.
        """
        rows = []
        for environment, events in self._lines(changes).items():
            place = self._places[environment]
            group, stream = self._find(connection, environment, place, events[0].timestamp_ms)
            rows += event_rows(group, stream, events, ingested_ms=events[-1].timestamp_ms)
            self.count(place.scope.workspace, sum(event.size_bytes for event in events))
        if rows:
            insert_events(connection, rows)

    def _lines(self, changes: Iterable[Change]) -> dict[str, list[InputEvent]]:
        lines: dict[str, list[InputEvent]] = {}
        for change in changes:
            for entry in change.facts:
                fact = entry.fact
                if isinstance(fact, LogWritten) and fact.environment in self._places:
                    event = InputEvent(int(entry.time * 1000), fact.message)
                    lines.setdefault(fact.environment, []).append(event)
                elif isinstance(fact, EnvironmentRequested) and fact.log_stream:
                    self._learn(change.claim.workspace, fact)
        return lines

    def _learn(self, workspace: str, fact: EnvironmentRequested) -> None:
        scope = Scope(workspace, fact.region)
        self._places[fact.environment] = _Place(scope, fact.log_group, fact.log_stream)
        if len(self._places) > REMEMBERED_ENVIRONMENTS:
            oldest, _ = self._places.popitem(last=False)
            self._numbers.pop(oldest, None)

    def _find(
        self, connection: Connection, environment: str, place: _Place, time_ms: int
    ) -> tuple[int, int]:
        if environment not in self._numbers:
            group = _group(connection, place, time_ms)
            stream = find_stream(connection, group, place.stream)
            if stream is None:
                stream = self._begin_stream(connection, group, place.stream, time_ms)
            self._numbers[environment] = group, stream
        return self._numbers[environment]

    def _begin_stream(self, connection: Connection, group: int, name: str, time_ms: int) -> int:
        if make_room_for_stream(connection, group):
            self._left_behind = True
            self.forget_numbers()
        return add_stream(connection, group, LogStream(name=name, created_ms=time_ms))


def _group(connection: Connection, place: _Place, time_ms: int) -> int:
    found = find_group(connection, place.scope, place.group)
    if found is None:
        made = LogGroup(name=place.group, created_ms=time_ms)
        return add_group(connection, place.scope, made)
    number, group = found
    drop_of_group(connection, number, before_ms=group.oldest_kept_ms(time_ms))
    return number
