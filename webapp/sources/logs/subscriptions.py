"""Subscription filters of a region: matching lines, in batches, to functions. Loop thread only.

The lines of one stream that match a filter within a second of lab time are one event, as
CloudWatch Logs gathers them, too (lambda-behaviour 7.18). What is gathered but not yet an event is
lost when the process dies; an event is on disk until its function has it.
"""

import asyncio
import base64
import gzip
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.sources.buses.deliveries import Deliveries, Surroundings
from webapp.sources.buses.delivery import Delivery
from webapp.sources.buses.target import Target
from webapp.sources.logs.arns import group_arn
from webapp.sources.logs.model import Position, size_of
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
    """Lines of one stream that a filter gathers; ``first`` began it."""

    first: Line
    events: list[dict[str, Any]] = field(default_factory=list)
    size_bytes: int = 0


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
        self._tasks: set[asyncio.Task[None]] = set()
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

    def watches(self, group: str) -> bool:
        """Tell whether a group has a filter."""
        return group in self._filters

    def take(self, line: Line) -> None:
        """Look at a line that was written."""
        for found in self._filters.get(line.group, ()):
            extracted = found.pattern.match(line.message)
            if extracted is not None:
                self._gather(found, line, extracted)

    async def close(self) -> None:
        """Leave what is not done; what was gathered is lost."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- inside

    def _gather(self, found: Filter, line: Line, extracted: Mapping[str, str]) -> None:
        key = found, line.stream
        batch = self._batches.get(key)
        if batch is None:
            batch = self._batches[key] = _Batch(line)
            due = self._around.recorder.now() + BATCH_SECONDS
            self._around.timers.at(due, lambda: self._flush(key, batch), pulls=True)
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
        batch.events.append(event)
        batch.size_bytes += size_of(line.message)
        if batch.size_bytes >= MOST_BATCH_BYTES:
            self._flush(key, batch)

    def _flush(self, key: tuple[Filter, str], batch: _Batch) -> None:
        """Make an event of a batch, unless it was full before its second was over."""
        if self._batches.get(key) is not batch:
            return
        del self._batches[key]
        found, stream = key
        delivery = self._delivery(found, stream, batch)
        task = asyncio.ensure_future(self._deliveries.take(delivery, cause=batch.first.cause))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _delivery(self, found: Filter, stream: str, batch: _Batch) -> Delivery:
        around, now = self._around, self._around.recorder.now()
        return Delivery(
            kind="subscription filter",
            identifier=str(uuid.uuid4()),
            bus="",
            rule=found.name,
            rule_arn=f"{group_arn(found.group, account=around.account, region=around.region)}:*",
            target=Target({"Arn": found.function_arn}),
            event=None,
            body=self._body(found, stream, batch),
            run=batch.first.run,
            accepted=now,
            due=now,
        )

    def _body(self, found: Filter, stream: str, batch: _Batch) -> str:
        message = {
            "messageType": "DATA_MESSAGE",
            "owner": self._around.account,
            "logGroup": found.group,
            "logStream": stream,
            "subscriptionFilters": [found.name],
            "logEvents": batch.events,
        }
        data = gzip.compress(json.dumps(message, separators=(",", ":")).encode(), mtime=0)
        return json.dumps({"awslogs": {"data": base64.b64encode(data).decode()}})
