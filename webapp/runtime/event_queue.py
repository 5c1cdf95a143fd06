"""The event queue of a region: accepted events, their attempts, their ends. Loop thread only.

An event is on disk before its 202 and until its records are delivered; after a restart it goes on
where its row says. What runs when the process dies runs again: at least once, as on AWS.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from webapp.runtime.chronicle import KEPT_BYTES
from webapp.runtime.destinations import Delivery, deliveries_of
from webapp.runtime.dispatcher import Dispatcher
from webapp.runtime.errors import (
    RequestTooLarge,
    ResourceNotFound,
    ServiceError,
    ServiceFailed,
    TooManyRequests,
)
from webapp.runtime.event_config import EventConfig
from webapp.runtime.model import LATEST, Address, Invocation, Outcome
from webapp.runtime.ports import Sources, Store, StoreBusy, StoreFailed
from webapp.runtime.queued_event import QueuedEvent
from webapp.runtime.recorder import Recorder
from webapp.runtime.registry import Registry
from webapp.runtime.retries import Condition, Failure, GiveUp, RetryAt, decide
from webapp.runtime.timers import Timers
from webapp.trace.events import (
    DeliveryFailed,
    Entry,
    EventAcknowledged,
    EventDropped,
    EventFinished,
    EventQueued,
    Fact,
    RecordDelivered,
    RetryScheduled,
)

MOST_EVENT_BYTES = 1024 * 1024
"""AWS takes 1 MB since late 2025 (lambda-behaviour 1.2)."""
POLLERS = 20
"""How many events of one function are tried at once; more wait in line without a refusal."""
STORE_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an event queue works with."""

    workspace: str
    address: Address
    store: Store
    recorder: Recorder
    timers: Timers
    registry: Registry
    dispatcher: Dispatcher
    sources: Sources
    take_facts: Callable[[], Sequence[Entry]]
    most_events: int


class EventQueue:
    """Accepts events and brings each to its end."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._ready: dict[str, deque[QueuedEvent]] = {}
        self._trying: Counter[str] = Counter()
        self._held: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._facts: dict[str, int] = {}
        self._closed = False

    def __len__(self) -> int:
        return len(self._held)

    def restore(self, events: Sequence[QueuedEvent]) -> None:
        """Go on with what was on disk."""
        for event in events:
            self._held.add(event.request_id)
            self._plan(event)

    async def accept(self, invocation: Invocation) -> None:
        """Take an event; it is on disk when this returns. Raises a ``ServiceError``."""
        around = self._around
        if len(invocation.payload) > MOST_EVENT_BYTES:
            raise RequestTooLarge(
                f"{len(invocation.payload)} byte payload is too large for the Event invocation "
                f"type (limit {MOST_EVENT_BYTES} bytes)"
            )
        around.dispatcher.check(invocation)
        if len(self._held) >= around.most_events:
            raise TooManyRequests("CallerRateLimitExceeded")
        now = around.recorder.now()
        event = QueuedEvent(
            request_id=invocation.request_id,
            region=around.address.region,
            function=invocation.function,
            qualifier=invocation.qualifier,
            payload=invocation.payload,
            accepted=now,
            run=invocation.run,
            source=invocation.source,
            due=now,
        )
        if invocation.cause is not None:
            self._facts[event.request_id] = invocation.cause
        self._tell(
            event,
            EventQueued(
                function=event.function,
                request_id=event.request_id,
                qualifier=invocation.version,
                source=event.source,
                payload=invocation.payload[:KEPT_BYTES].decode(errors="replace"),
                payload_size_bytes=len(invocation.payload),
            ),
        )
        self._held.add(event.request_id)
        around.timers.begin()
        try:
            await self._save(event)
            self._acknowledge(event)
            self._plan(event)
        except ServiceError as error:
            self._refuse(event, error)
            raise
        finally:
            around.timers.end()

    def _acknowledge(self, event: QueuedEvent) -> None:
        recorder = self._around.recorder
        seconds = recorder.now() - event.accepted
        recorder.record(
            EventAcknowledged(
                function=event.function, request_id=event.request_id, seconds=seconds
            ),
            run=event.run,
            cause=self._facts.get(event.request_id),
        )

    def _refuse(self, event: QueuedEvent, error: ServiceError) -> None:
        """Take back what was told of an event that could not be stored."""
        why = f"It was not taken: {error.message}"
        self._tell(
            event,
            EventDropped(function=event.function, request_id=event.request_id, reason=why),
        )
        self._held.discard(event.request_id)
        self._facts.pop(event.request_id, None)

    async def close(self) -> None:
        """Leave what is not done to the next start."""
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- attempts

    def _plan(self, event: QueuedEvent) -> None:
        """Try an event when it is due: now, or on the lab clock, which may jump to it."""
        waiting = event.waiting()
        if event.due > self._around.recorder.now():
            self._around.timers.at(event.due, lambda: self._line_up(waiting), pulls=True)
        else:
            self._line_up(waiting)

    def _line_up(self, event: QueuedEvent) -> None:
        self._ready.setdefault(event.function, deque()).append(event)
        self._turn(event.function)

    def _turn(self, function: str) -> None:
        line = self._ready.get(function)
        while line and self._trying[function] < POLLERS and not self._closed:
            self._trying[function] += 1
            task = asyncio.ensure_future(self._try(line.popleft()))
            self._tasks.add(task)
            task.add_done_callback(lambda done: self._tried(done, function))

    def _tried(self, task: "asyncio.Task[None]", function: str) -> None:
        self._tasks.discard(task)
        self._trying[function] -= 1
        if not task.cancelled() and task.exception() is not None:
            context = {"message": "an event's attempt failed", "exception": task.exception()}
            asyncio.get_running_loop().call_exception_handler(context)
        self._turn(function)

    async def _try(self, event: QueuedEvent) -> None:
        """Do what is due of an event; lab time is held until what follows is planned or done."""
        self._around.timers.begin()
        try:
            await self._proceed(event)
        finally:
            self._around.timers.end()

    async def _proceed(self, event: QueuedEvent) -> None:
        """Run the function once, and do what follows; with an end already, only deliver it."""
        event = await self._whole(event)
        if event.ending is not None:
            await self._deliver(event)
            return
        try:
            outcome = await self._run(event)
        except ResourceNotFound as error:
            await self._drop(event, error.message)
        except TooManyRequests:
            await self._failed(event.refused(), "throttled")
        except ServiceError:
            await self._failed(event.refused(), "service")
        else:
            await self._answered(event.ran(outcome), outcome)

    async def _whole(self, event: QueuedEvent) -> QueuedEvent:
        """Return the event with its payload, from the disk if it is large."""
        if event.payload is not None:
            return event
        around = self._around
        payload = await around.store.event_payload(around.workspace, event.request_id)
        return replace(event, payload=payload)

    async def _run(self, event: QueuedEvent) -> Outcome:
        return await self._around.dispatcher.invoke(
            Invocation(
                function=event.function,
                payload=event.payload or b"",
                run=event.run,
                request_id=event.request_id,
                qualifier=event.qualifier,
                source=event.source,
                model="asynchronous",
                attempt=event.attempt,
                cause=self._facts.get(event.request_id),
            )
        )

    async def _answered(self, event: QueuedEvent, outcome: Outcome) -> None:
        if outcome.status == "stopped" and self._closed:
            return  # the process ends; the row says to try again
        if outcome.function_error is None:
            await self._end(event, "Success")
        else:
            await self._failed(event, "function")

    async def _failed(self, event: QueuedEvent, failure: Failure) -> None:
        now = self._around.recorder.now()
        decision = decide(failure, event.history, self._config(event).policy, now=now)
        if isinstance(decision, GiveUp):
            await self._end(event, decision.condition)
        else:
            await self._retry(replace(event, due=decision.due), decision, now=now)

    async def _retry(self, event: QueuedEvent, decision: RetryAt, *, now: float) -> None:
        self._tell(
            event,
            RetryScheduled(
                function=event.function,
                request_id=event.request_id,
                attempt=event.attempt,
                due=decision.due,
                wait_seconds=decision.due - now,
                rule=decision.rule,
            ),
        )
        await self._insist(lambda: self._save(event))
        self._plan(event)

    # -- ends

    async def _end(self, event: QueuedEvent, condition: Condition) -> None:
        event = event.ended(condition)
        deliveries = len(self._wanted(event))
        self._tell(
            event,
            EventFinished(
                function=event.function,
                request_id=event.request_id,
                condition=condition,
                attempts=event.runs,
                deliveries=deliveries,
            ),
        )
        if deliveries:
            await self._insist(lambda: self._save(event))
            await self._deliver(event)
        else:
            await self._forget(event)

    async def _deliver(self, event: QueuedEvent) -> None:
        for delivery in self._wanted(event):
            await self._bring(event, delivery)
        await self._forget(event)

    async def _bring(self, event: QueuedEvent, delivery: Delivery) -> None:
        """Deliver one record. One that its target refuses is told and gone, as on AWS."""
        cause = self._facts.get(event.request_id)
        why = await self._taken(event, delivery, cause=cause)
        about = _told_of(event, delivery)
        fact = DeliveryFailed(**about, reason=why) if why else RecordDelivered(**about)
        self._tell(event, fact)

    async def _taken(self, event: QueuedEvent, delivery: Delivery, *, cause: int | None) -> str:
        """Hand a body to a function or a source; return why that failed, or nothing."""
        if ":lambda:" in delivery.arn:
            return await self._invoke_next(event, delivery, cause=cause)
        return await self._around.sources.deliver(
            delivery.arn,
            delivery.body,
            attributes=delivery.attributes,
            run=event.run,
            source=f"lambda {event.function}",
            cause=cause,
        )

    async def _invoke_next(
        self, event: QueuedEvent, delivery: Delivery, *, cause: int | None
    ) -> str:
        name, _, qualifier = delivery.arn.partition(":function:")[2].partition(":")
        try:
            await self.accept(
                Invocation(
                    function=name,
                    qualifier=qualifier or None,
                    payload=delivery.body.encode(),
                    run=event.run,
                    source=f"lambda {event.function}",
                    cause=cause,
                )
            )
        except ServiceError as error:
            return f"{error.code}: {error.message}"
        return ""

    async def _drop(self, event: QueuedEvent, why: str) -> None:
        fact = EventDropped(function=event.function, request_id=event.request_id, reason=why)
        self._tell(event, fact)
        await self._forget(event)

    async def _forget(self, event: QueuedEvent) -> None:
        await self._insist(
            lambda: self._stored(
                lambda facts: self._around.store.delete_event(
                    self._around.workspace, event.request_id, facts=facts
                )
            )
        )
        self._held.discard(event.request_id)
        self._facts.pop(event.request_id, None)

    def _wanted(self, event: QueuedEvent) -> list[Delivery]:
        """Return the deliveries that the configuration of now asks for."""
        assert event.ending is not None
        succeeded = event.ending.condition == "Success"
        try:
            dead_letters = self._around.registry.get(event.function).configuration
        except ResourceNotFound:
            return []
        return deliveries_of(
            event,
            function_arn=self._around.registry.arn(event.function),
            destination=self._config(event).destination(succeeded=succeeded),
            dead_letter_target=dead_letters.dead_letter_target,
            now=self._around.recorder.now(),
        )

    def _config(self, event: QueuedEvent) -> EventConfig:
        try:
            configs = self._around.registry.get(event.function).event_configs
        except ResourceNotFound:
            return EventConfig()
        return configs.get(event.qualifier or LATEST, EventConfig())

    # -- writing

    def _tell(self, event: QueuedEvent, fact: Fact) -> None:
        cause = self._facts.get(event.request_id)
        self._facts[event.request_id] = self._around.recorder.record(
            fact, run=event.run, cause=cause
        )

    async def _save(self, event: QueuedEvent) -> None:
        await self._stored(
            lambda facts: self._around.store.save_event(self._around.workspace, event, facts=facts)
        )

    async def _stored(self, save: Callable[[Sequence[Entry]], Awaitable[None]]) -> None:
        """Save with the facts that wait; what fails gives them back. Raises a ``ServiceError``."""
        facts = self._around.take_facts()
        try:
            await save(facts)
        except (StoreBusy, StoreFailed) as error:
            self._around.store.write_facts(self._around.workspace, facts)
            if isinstance(error, StoreBusy):
                raise TooManyRequests("CallerRateLimitExceeded") from error
            raise ServiceFailed(str(error)) from error

    async def _insist(self, save: Callable[[], Awaitable[None]]) -> None:
        """Save, however often the disk refuses: the event was accepted and must not be lost."""
        while True:
            try:
                await save()
            except ServiceError:
                await asyncio.sleep(STORE_AGAIN_SECONDS)
            else:
                return


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
