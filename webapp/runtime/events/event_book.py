"""The rows and facts of a region's events: each change on disk with what tells of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from webapp.runtime.errors import ServiceError, ServiceFailed, TooManyRequests
from webapp.runtime.events.queued_event import QueuedEvent
from webapp.runtime.ports import Store, StoreBusy, StoreFailed
from webapp.runtime.recorder import Recorder
from webapp.trace.events import Entry, Fact

T = TypeVar("T")
STORE_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBook:
    """Keeps events. ``newest`` holds the last fact of each, which causes the next.

    What was accepted must not be lost: all but ``accept`` goes on until the disk takes it.
    """

    workspace: str
    store: Store
    recorder: Recorder
    take_facts: Callable[[], Sequence[Entry]]
    newest: dict[str, int]

    def tell(self, event: QueuedEvent, fact: Fact) -> None:
        """Record what happened to an event."""
        cause = self.newest.get(event.request_id)
        self.newest[event.request_id] = self.recorder.record(fact, run=event.run, cause=cause)

    async def accept(self, event: QueuedEvent) -> None:
        """Write a new event. Raises a ``ServiceError``; it is not kept then."""
        await self._save(event)

    async def save(self, event: QueuedEvent) -> None:
        """Write what became of an event."""
        await _insist(lambda: self._save(event))

    async def delete(self, event: QueuedEvent) -> None:
        """Delete an event that is at its end."""
        await _insist(
            lambda: self._stored(
                lambda facts: self.store.delete_event(self.workspace, event, facts=facts)
            )
        )
        self.forget(event)

    def forget(self, event: QueuedEvent) -> None:
        """Remember no fact of an event that is gone."""
        self.newest.pop(event.request_id, None)

    async def whole(self, event: QueuedEvent) -> QueuedEvent:
        """Return the event with its payload, from the disk if it is large."""
        if event.payload is not None:
            return event
        return replace(event, payload=await _insist(lambda: self._payload(event)))

    async def _payload(self, event: QueuedEvent) -> bytes:
        try:
            return await self.store.event_payload(self.workspace, event)
        except (StoreBusy, StoreFailed) as error:
            raise ServiceFailed(str(error)) from error

    async def _save(self, event: QueuedEvent) -> None:
        await self._stored(lambda facts: self.store.save_event(self.workspace, event, facts=facts))

    async def _stored(self, save: Callable[[Sequence[Entry]], Awaitable[None]]) -> None:
        """Save with the facts that wait; what fails gives them back. Raises a ``ServiceError``."""
        facts = self.take_facts()
        try:
            await save(facts)
        except (StoreBusy, StoreFailed) as error:
            self.store.write_facts(self.workspace, facts)
            if isinstance(error, StoreBusy):
                raise TooManyRequests("CallerRateLimitExceeded") from error
            raise ServiceFailed(str(error)) from error


async def _insist(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask the store, however often the disk refuses."""
    while True:
        try:
            return await ask()
        except ServiceError:
            await asyncio.sleep(STORE_AGAIN_SECONDS)
