"""What CloudWatch Logs asks of the world, as a Protocol."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from webapp.sources.logs.model import (
    EventPage,
    EventQuery,
    GroupQuery,
    InputEvent,
    LogGroup,
    LogStream,
    Scope,
    StreamQuery,
)

T = TypeVar("T")


class LogStore(Protocol):
    """Where groups, streams and events are kept. Called on the loop thread; never blocks it.

    What changes is on disk when the call returns. Raises ``LogsError``: ``NotFound``,
    ``AlreadyExists``, ``LimitExceeded``, ``Protected``, and ``Throttled`` or ``Unavailable`` when
    it cannot write.
    """

    async def create_group(self, scope: Scope, group: LogGroup) -> None: ...

    async def change_group(
        self, scope: Scope, name: str, change: Callable[[LogGroup], LogGroup], *, now_ms: int
    ) -> None:
        """Replace a group by what ``change`` makes of it. It may raise, and may run again."""

    async def delete_group(self, scope: Scope, name: str) -> None: ...

    async def group(self, scope: Scope, name: str) -> LogGroup: ...

    async def groups(self, scope: Scope, query: GroupQuery) -> Sequence[LogGroup]: ...

    async def create_stream(self, scope: Scope, group: str, stream: LogStream) -> None: ...

    async def delete_stream(self, scope: Scope, group: str, name: str) -> None: ...

    async def streams(self, scope: Scope, group: str, query: StreamQuery) -> Sequence[LogStream]:
        """Return streams of a group in the order that is asked for."""

    async def put(
        self,
        scope: Scope,
        group: str,
        stream: str,
        events: Sequence[InputEvent],
        *,
        ingested_ms: int,
    ) -> None:
        """Store events, which are in order of time; none is a question whether the stream is."""

    async def events(
        self, scope: Scope, group: str, query: EventQuery, *, now_ms: int
    ) -> EventPage:
        """Return a page of a group's events. Streams that are named must be there."""

    async def compute(self, scope: Scope, work: Callable[[], T]) -> T:
        """Do what takes long where pages are searched, when it is the workspace's turn."""
