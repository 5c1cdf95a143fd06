"""Brings what an ended event leaves to its targets: records and dead letters (5.3)."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from webapp.runtime.chronicle import KEPT_BYTES
from webapp.runtime.errors import ResourceNotFound, ServiceError
from webapp.runtime.events.destinations import Delivery, deliveries_of
from webapp.runtime.events.event_book import EventBook
from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.events.queued_event import QueuedEvent
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.registry import Registry
from webapp.runtime.lineage import Chain
from webapp.runtime.model import LATEST, FunctionRecord, Invocation
from webapp.runtime.ports import Sources
from webapp.trace.events import DeliveryFailed, RecordDelivered


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Delivers by the configuration of the moment. ``accept`` takes the event for a function."""

    book: EventBook
    registry: Registry
    sources: Sources
    accept: Callable[[Invocation], Awaitable[None]]

    def wanted(self, event: QueuedEvent) -> list[Delivery]:
        """Return what an ended event has to bring where."""
        assert event.ending is not None
        succeeded = event.ending.condition == "Success"
        try:
            dead_letters = self._executed(event).configuration
        except ResourceNotFound:
            return []
        return deliveries_of(
            event,
            function_arn=self.registry.arn(event.function),
            destination=self.config(event).destination(succeeded=succeeded),
            dead_letter_target=dead_letters.dead_letter_target,
            now=self.book.recorder.now(),
        )

    def _executed(self, event: QueuedEvent) -> FunctionRecord:
        """Return the version that ran last; of an event that never ran the one that was meant.

        The dead-letter queue is part of what it froze (5.3). Raises ``ResourceNotFound``.
        """
        if event.last is not None:
            with suppress(ResourceNotFound):
                ran = FunctionReference(event.function, event.last.executed_version)
                return self.registry.resolve(ran)
        return self.registry.resolve(FunctionReference(event.function, event.qualifier))

    def config(self, event: QueuedEvent) -> EventConfig:
        """Return how the event is tried, and where its record goes; AWS's defaults if unset."""
        try:
            configs = self.registry.get(event.function).event_configs
        except ResourceNotFound:
            return EventConfig()
        return configs.get(event.qualifier or LATEST, EventConfig())

    async def bring(self, event: QueuedEvent, delivery: Delivery) -> None:
        """Deliver one record. One that its target refuses is told and gone, as on AWS."""
        why = await self._taken(event, delivery)
        about = _told_of(event, delivery)
        fact = DeliveryFailed(**about, reason=why) if why else RecordDelivered(**about)
        self.book.tell(event, fact)

    async def _taken(self, event: QueuedEvent, delivery: Delivery) -> str:
        """Hand a body to a function or a source; return why that failed, or nothing."""
        if ":lambda:" in delivery.arn:
            return await self._invoke_next(event, delivery)
        return await self.sources.deliver(
            delivery.arn,
            delivery.body,
            attributes=delivery.attributes,
            run=event.run,
            source=f"lambda {event.function}",
            cause=self.book.newest.get(event.request_id),
            trace=self._onward(event),
            detail_type=delivery.detail_type,
            resources=delivery.resources,
        )

    def _onward(self, event: QueuedEvent) -> str:
        """Return the chain as it goes on from the event: through its function, if that ran."""
        chain = Chain.read(event.trace)
        return str(chain.through(self.registry.arn(event.function)) if event.runs else chain)

    async def _invoke_next(self, event: QueuedEvent, delivery: Delivery) -> str:
        name, _, qualifier = delivery.arn.partition(":function:")[2].partition(":")
        try:
            await self.accept(
                Invocation(
                    function=name,
                    qualifier=qualifier or None,
                    payload=delivery.body.encode(),
                    run=event.run,
                    source=f"lambda {event.function}",
                    cause=self.book.newest.get(event.request_id),
                    trace=self._onward(event),
                )
            )
        except ServiceError as error:
            return f"{error.code}: {error.message}"
        return ""


def _told_of(event: QueuedEvent, delivery: Delivery) -> dict[str, Any]:
    """Return what the facts of a delivery say, whatever came of it."""
    body = delivery.body.encode()
    return {
        "function": event.function,
        "request_id": event.request_id,
        "kind": delivery.kind,
        "target": delivery.arn,
        "record": body[:KEPT_BYTES].decode(errors="ignore"),
        "size_bytes": len(body),
        "attributes": {name: value for name, (_, value) in delivery.attributes.items()},
    }
