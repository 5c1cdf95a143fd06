"""CloudWatch Logs as its doors see it: the rules, in front of the store.

Where the noun lives. A log group is durable state, so it has rows of its own (rule 3): groups,
streams, and one row an event. What a function prints is a ``LogWritten`` fact, and the journal
writes the event's row in the fact's transaction; what a client puts is on disk before it is
answered. So pages (folds over facts) and this service (rows) show the same lines, and neither is
made from the other:

- Facts go by whole runs when a workspace has too many; events go by retention, by the deletion of
  their stream or group, and, over the workspace's limit, the oldest of its largest group first.
- A group that is deleted and made again gets a new number, and nothing of the old one is seen in
  it. What a function writes makes its group again. A function that is deleted, as by a lab's
  reset, leaves its group, as on AWS: the page begins anew there, an account's logs do not.
- A group belongs to a workspace and a region; only the store holds it: there is no state here.
- An event's place is its time and number, which two indexes keep in order, by stream and by group.
  So a page is read from where it begins, and ends when it is full or enough was searched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from webapp.sources.logs import batch, tokens
from webapp.sources.logs.batch import Batch
from webapp.sources.logs.errors import InvalidParameter, LimitExceeded, NotFound, TooManyTags
from webapp.sources.logs.model import (
    EventQuery,
    GroupQuery,
    InputEvent,
    LogEvent,
    LogGroup,
    LogStream,
    Position,
    Scope,
    StreamQuery,
    size_of,
)
from webapp.sources.logs.pattern import read_pattern
from webapp.sources.logs.ports import LogStore

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557),
    *(2922, 3288, 3653),
)
MOST_TAGS = 50
MOST_FILTERS = 2
"""Of a group, as on AWS."""


@dataclass(frozen=True, slots=True)
class StreamPage:
    """Events in order of time, and the tokens of what is after and before them."""

    events: Sequence[LogEvent]
    forward: str
    backward: str


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Events that match, and the token to search on with, if there may be more."""

    events: Sequence[LogEvent]
    token: str | None


@dataclass(frozen=True, slots=True)
class TestedMessage:
    """A message that a pattern matches: its place from 1, and what the pattern extracts."""

    number: int
    message: str
    extracted: Mapping[str, str]


class CloudWatchLogs:
    """Groups, streams and events of every workspace. Loop thread only. Raises ``LogsError``."""

    def __init__(self, store: LogStore) -> None:
        self._store = store

    # -- groups

    async def create_group(self, scope: Scope, group: LogGroup) -> None:
        if group.name.startswith("aws/"):
            raise InvalidParameter(f"Log group names can't start with aws/, as {group.name} does.")
        await self._store.create_group(scope, group)

    async def delete_group(self, scope: Scope, name: str) -> None:
        await self._store.delete_group(scope, name)

    async def group(self, scope: Scope, name: str) -> LogGroup:
        return await self._store.group(scope, name)

    async def groups(self, scope: Scope, query: GroupQuery) -> Sequence[LogGroup]:
        return await self._store.groups(scope, query)

    async def retain(self, scope: Scope, name: str, *, days: int | None, now_ms: int) -> None:
        """Let events expire after so many days of lab time; ``None``: never."""
        if days is not None and days not in RETENTION_DAYS:
            known = ", ".join(map(str, RETENTION_DAYS))
            raise InvalidParameter(
                f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to "
                f"satisfy constraint: Member must satisfy enum value set: [{known}]"
            )
        await self._store.change_group(
            scope, name, lambda group: replace(group, retention_days=days), now_ms=now_ms
        )

    async def protect(self, scope: Scope, name: str, *, protected: bool, now_ms: int) -> None:
        """Allow or forbid to delete a group."""
        await self._store.change_group(
            scope, name, lambda group: replace(group, protected=protected), now_ms=now_ms
        )

    async def tag(
        self, scope: Scope, name: str, tags: Mapping[str, str], *, arn: str, now_ms: int
    ) -> None:
        """Add tags to a group, or replace them. ``arn`` is what a refusal names."""

        def tagged(group: LogGroup) -> LogGroup:
            merged = {**group.tags, **tags}
            if len(merged) > MOST_TAGS:
                raise TooManyTags(arn, most=MOST_TAGS)
            return replace(group, tags=merged)

        await self._store.change_group(scope, name, tagged, now_ms=now_ms)

    async def untag(self, scope: Scope, name: str, keys: Sequence[str], *, now_ms: int) -> None:
        """Take tags from a group; those that it has not are no mistake."""

        def untagged(group: LogGroup) -> LogGroup:
            left = {key: value for key, value in group.tags.items() if key not in keys}
            return replace(group, tags=left)

        await self._store.change_group(scope, name, untagged, now_ms=now_ms)

    # -- subscription filters

    async def subscribe(
        self, scope: Scope, group: str, name: str, given: Mapping[str, Any], *, now_ms: int
    ) -> Mapping[str, Mapping[str, Any]]:
        """Put a filter on a group, or replace the one of that name; return all that it has now."""
        read_pattern(given["filterPattern"])
        now: dict[str, Mapping[str, Any]] = {}

        def subscribed(found: LogGroup) -> LogGroup:
            now.clear()
            now.update({**found.subscriptions, name: given})
            if len(now) > MOST_FILTERS:
                raise LimitExceeded
            return replace(found, subscriptions=dict(now))

        await self._store.change_group(scope, group, subscribed, now_ms=now_ms)
        return now

    async def unsubscribe(
        self, scope: Scope, group: str, name: str, *, now_ms: int
    ) -> Mapping[str, Mapping[str, Any]]:
        """Take a filter from a group; return those that it has left."""
        now: dict[str, Mapping[str, Any]] = {}

        def unsubscribed(found: LogGroup) -> LogGroup:
            if name not in found.subscriptions:
                raise NotFound("The specified subscription filter does not exist.")
            now.clear()
            now.update(found.subscriptions)
            del now[name]
            return replace(found, subscriptions=dict(now))

        await self._store.change_group(scope, group, unsubscribed, now_ms=now_ms)
        return now

    # -- streams

    async def create_stream(self, scope: Scope, group: str, stream: LogStream) -> None:
        check_stream_name(stream.name)
        await self._store.create_stream(scope, group, stream)

    async def delete_stream(self, scope: Scope, group: str, name: str) -> None:
        check_stream_name(name)
        await self._store.delete_stream(scope, group, name)

    async def streams(self, scope: Scope, group: str, query: StreamQuery) -> Sequence[LogStream]:
        check_stream_name(query.prefix, member="logStreamNamePrefix")
        if query.prefix and query.order_by == "LastEventTime":
            raise InvalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.")
        return await self._store.streams(scope, group, query)

    # -- events

    async def put(
        self,
        scope: Scope,
        group: str,
        stream: str,
        events: Sequence[InputEvent],
        *,
        now_ms: int,
        real_ms: int,
    ) -> Batch:
        """Store a batch; what it leaves out is told. It is on disk when this returns."""
        check_stream_name(stream)
        found = await self._store.group(scope, group)
        accept = partial(
            batch.accept,
            events,
            now_ms=now_ms,
            real_ms=real_ms,
            expired_before_ms=found.oldest_kept_ms(now_ms),
        )
        accepted = await self._store.compute(scope, accept)
        await self._store.put(scope, group, stream, accepted.events, ingested_ms=now_ms)
        return accepted

    async def read(
        self, scope: Scope, group: str, query: EventQuery, *, token: str | None, now_ms: int
    ) -> StreamPage:
        """Return a page of one stream, in order of time whichever way it is read.

        A token says where and which way. At the end the same token comes back.
        """
        query = _from_token(query, token)
        page = await self._events(scope, group, query, now_ms=now_ms)
        if not page:
            at = query.beyond or Position(query.start_ms, 0)
            return _stream_page((), at, at)
        events = page[::-1] if query.backward else page
        return _stream_page(events, events[0].position, events[-1].position)

    async def search(
        self,
        scope: Scope,
        group: str,
        query: EventQuery,
        *,
        pattern: str,
        token: str | None,
        now_ms: int,
    ) -> FoundPage:
        """Return a page of a group's events that match a filter pattern.

        A page may be empty and there may be more nevertheless: then there is a token.
        """
        query = replace(_from_token(query, token), pattern=read_pattern(pattern))
        _check_streams(query)
        page = await self._store.events(scope, group, query, now_ms=now_ms)
        if page.reached is None:
            return FoundPage(page.events, None)
        return FoundPage(page.events, tokens.events_token(page.reached, backward=query.backward))

    async def test(
        self, scope: Scope, pattern: str, messages: Sequence[str]
    ) -> Sequence[TestedMessage]:
        """Return the messages that a filter pattern matches."""
        batch.check_upload(sum(map(size_of, messages)))
        read = read_pattern(pattern)

        def match() -> list[TestedMessage]:
            found = ((place, one, read.match(one)) for place, one in enumerate(messages, start=1))
            return [
                TestedMessage(place, one, extracted)
                for place, one, extracted in found
                if extracted is not None
            ]

        return await self._store.compute(scope, match)

    async def _events(
        self, scope: Scope, group: str, query: EventQuery, *, now_ms: int
    ) -> Sequence[LogEvent]:
        _check_streams(query)
        return (await self._store.events(scope, group, query, now_ms=now_ms)).events


def check_stream_name(name: str, *, member: str = "logStreamName") -> None:
    """Refuse what no database can hold; the model refuses the rest. Raises ``InvalidParameter``."""
    if "\0" in name or any("\ud800" <= character <= "\udfff" for character in name):
        raise InvalidParameter(
            f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [^:*]*"
        )


def _check_streams(query: EventQuery) -> None:
    for name in (*(query.streams or ()), query.prefix):
        check_stream_name(name)


def _from_token(query: EventQuery, token: str | None) -> EventQuery:
    if token is None:
        return query
    beyond, backward = tokens.read_events_token(token)
    return replace(query, beyond=beyond, backward=backward)


def _stream_page(events: Sequence[LogEvent], first: Position, last: Position) -> StreamPage:
    return StreamPage(
        events,
        forward=tokens.events_token(last, backward=False),
        backward=tokens.events_token(first, backward=True),
    )
