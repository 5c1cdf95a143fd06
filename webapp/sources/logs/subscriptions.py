"""Subscription filters of a region: matching lines, in batches, to functions. Loop thread only.

The lines of one stream that match a filter within a second of lab time are one event, as
CloudWatch Logs gathers them, too (lambda-behaviour 7.18). Meanwhile they are on disk in pieces,
each of which is a delivery by itself: when the second is over the pieces are replaced by one
delivery of all, and after a crash each piece goes on alone.
"""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.sources.buses.deliveries import Deliveries, Surroundings
from webapp.sources.buses.delivery import Delivery
from webapp.sources.buses.target import Target
from webapp.sources.held_tasks import HeldTasks
from webapp.sources.logs.arns import group_arn
from webapp.sources.logs.model import Position, size_of
from webapp.sources.logs.notice import control_message, data_message
from webapp.sources.logs.pattern import FilterPattern, read_pattern

BATCH_SECONDS = 1.0
MOST_BATCH_BYTES = 512 * 1024
Members = Mapping[str, Any]
"""A filter as PutSubscriptionFilter was given it, by its names."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter at work."""

    group: str
    name: str
    function_arn: str
    pattern: FilterPattern


@dataclass(frozen=True, slots=True)
class Line:
    """A log event that something wrote: where, when, and in which run."""

    group: str
    stream: str
    timestamp_ms: int
    message: str
    run: str
    cause: int | None = None


@dataclass(slots=True)
class _Batch:
    """Lines of one stream that a filter gathers; ``first`` began it.

    ``unsaved`` is how many of its events are in none of the ``pieces`` that are on disk. ``idle``
    is set while nothing is being written of it, ``over`` once it takes no more.
    """

    found: Filter
    first: Line
    events: list[Members] = field(default_factory=list)
    size_bytes: int = 0
    pieces: list[Delivery] = field(default_factory=list)
    unsaved: int = 0
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False


class Subscriptions:
    """Looks at each line of the groups that have filters."""

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        deliveries: Deliveries,
        kept: Mapping[str, Mapping[str, Members]],
    ) -> None:
        self._around = surroundings
        self._deliveries = deliveries
        self._filters: dict[str, list[Filter]] = {}
        self._batches: dict[tuple[Filter, str], _Batch] = {}
        self._tasks = HeldTasks(surroundings.timers)
        self._number = 0
        for group, filters in kept.items():
            self.set(group, filters)

    def set(self, group: str, filters: Mapping[str, Members]) -> None:
        """Let these be a group's filters from now on; none, if the group is gone."""
        self._filters.pop(group, None)
        if filters:
            self._filters[group] = [
                Filter(group, name, one["destinationArn"], read_pattern(one["filterPattern"]))
                for name, one in filters.items()
            ]

    async def greet(self, group: str, name: str, *, run: str) -> None:
        """Send the target of a new filter what tells that it is one now."""
        for found in self._filters.get(group, ()):
            if found.name == name:
                body = control_message(timestamp_ms=int(self._around.recorder.now() * 1000))
                await self._deliveries.take(self._delivery(found, body, run=run), cause=None)

    def watches(self, group: str) -> bool:
        """Tell whether a group has a filter."""
        return group in self._filters

    def take(self, line: Line) -> None:
        """Look at a line that was written; it is on disk soon."""
        self._take(line)

    async def put(self, lines: Sequence[Line]) -> None:
        """Look at lines that a client put; what matches is on disk when this returns."""
        batches = {id(batch): batch for line in lines for batch in self._take(line)}
        for batch in batches.values():
            await batch.idle.wait()

    async def close(self) -> None:
        """Leave what is not done to the next start."""
        await self._tasks.close()

    # -- gathering

    def _take(self, line: Line) -> list[_Batch]:
        return [
            self._gather(found, line, extracted)
            for found in self._filters.get(line.group, ())
            if (extracted := found.pattern.match(line.message)) is not None
        ]

    def _gather(self, found: Filter, line: Line, extracted: Mapping[str, str]) -> _Batch:
        key = found, line.stream
        batch = self._batches.get(key)
        if batch is None:
            batch = self._batches[key] = self._begun(found, line)
        batch.events.append(self._event(line, extracted))
        batch.size_bytes += size_of(line.message)
        batch.unsaved += 1
        if batch.size_bytes >= MOST_BATCH_BYTES:
            self._end(batch)
        if batch.idle.is_set():
            batch.idle.clear()
            self._tasks.begin(self._save(batch))
        return batch

    def _begun(self, found: Filter, line: Line) -> _Batch:
        batch = _Batch(found, line)
        batch.idle.set()
        due = self._around.recorder.now() + BATCH_SECONDS
        self._around.timers.at(due, lambda: self._time_is_up(batch), pulls=True)
        return batch

    def _event(self, line: Line, extracted: Mapping[str, str]) -> Members:
        self._number += 1
        event: dict[str, Any] = {
            "id": Position(line.timestamp_ms, self._number).event_id,
            "timestamp": line.timestamp_ms,
            "message": line.message,
        }
        if extracted:
            event["extractedFields"] = {
                name.removeprefix("$"): value for name, value in extracted.items()
            }
        return event

    # -- ends

    def _time_is_up(self, batch: _Batch) -> None:
        """Make an event of a batch, unless it was full before its second was over."""
        if batch.over:
            return
        self._end(batch)
        if batch.idle.is_set():
            self._tasks.begin(self._deliver(batch))

    def _end(self, batch: _Batch) -> None:
        del self._batches[batch.found, batch.first.stream]
        batch.over = True

    async def _save(self, batch: _Batch) -> None:
        """Write what was gathered, and what comes meanwhile; then deliver it, if it is over."""
        while batch.unsaved:
            events, batch.unsaved = batch.events[-batch.unsaved :], 0
            piece = self._delivery_of(batch, events)
            await self._deliveries.hold(piece)
            batch.pieces.append(piece)
        batch.idle.set()
        if batch.over:
            await self._deliver(batch)

    async def _deliver(self, batch: _Batch) -> None:
        """Begin one delivery of all pieces."""
        cause = batch.first.cause
        if len(batch.pieces) == 1:
            self._deliveries.begin(batch.pieces[0], cause=cause)
        else:
            whole = self._delivery_of(batch, batch.events)
            replaced = [piece.identifier for piece in batch.pieces]
            await self._deliveries.take(whole, cause=cause, instead_of=replaced)

    def _delivery_of(self, batch: _Batch, events: Sequence[Members]) -> Delivery:
        body = data_message(
            account=self._around.account,
            group=batch.found.group,
            stream=batch.first.stream,
            filter_name=batch.found.name,
            events=events,
        )
        return self._delivery(batch.found, body, run=batch.first.run)

    def _delivery(self, found: Filter, body: str, *, run: str) -> Delivery:
        around, now = self._around, self._around.recorder.now()
        return Delivery(
            kind="subscription filter",
            identifier=str(uuid.uuid4()),
            bus="",
            rule=found.name,
            rule_arn=f"{group_arn(found.group, account=around.account, region=around.region)}:*",
            target=Target({"Arn": found.function_arn}),
            event=None,
            body=body,
            run=run,
            accepted=now,
            due=now,
        )
