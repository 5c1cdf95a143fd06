"""The event queue of a region: accepted events, their attempts, their ends. Loop thread only.

An event is on disk before its 202 and until its records are delivered; after a restart it goes on
where its row says. What runs when the process dies runs again: at least once, as on AWS.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from webapp.runtime.chronicle import KEPT_BYTES
from webapp.runtime.dispatcher import Dispatcher
from webapp.runtime.errors import (
    RecursiveInvocation,
    RequestTooLarge,
    ResourceNotFound,
    ServiceError,
    TooManyRequests,
)
from webapp.runtime.events.deliveries import Deliveries
from webapp.runtime.events.event_book import EventBook
from webapp.runtime.events.queued_event import QueuedEvent
from webapp.runtime.events.retries import Condition, Failure, GiveUp, RetryAt, decide
from webapp.runtime.functions.registry import Registry
from webapp.runtime.lineage import Chain
from webapp.runtime.model import Invocation, Outcome
from webapp.runtime.ports import Sources
from webapp.runtime.timers import Timer, Timers
from webapp.trace.events import (
    EventAcknowledged,
    EventDropped,
    EventFinished,
    EventQueued,
    EventRepeated,
    RetryScheduled,
)

MOST_EVENT_BYTES = 1024 * 1024
"""AWS takes 1 MB since late 2025 (lambda-behaviour 1.2)."""
POLLERS = 20
"""How many events of one function are tried at once; more wait in line without a refusal.

No more than the function has reserved: with one reserved, a second event just waits (5.1).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an event queue works with."""

    region: str
    book: EventBook
    timers: Timers
    registry: Registry
    dispatcher: Dispatcher
    sources: Sources
    most_events: int


class EventQueue:
    """Accepts events and brings each to its end."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._book = surroundings.book
        self._deliveries = Deliveries(
            book=surroundings.book,
            registry=surroundings.registry,
            sources=surroundings.sources,
            accept=self._follow,
        )
        self._ready: dict[str, deque[QueuedEvent]] = {}
        self._trying: Counter[str] = Counter()
        self._held: dict[str, str] = {}
        """Every event's function by request id."""
        self._waits: dict[str, tuple[QueuedEvent, Timer]] = {}
        self._given_up: dict[str, str] = {}
        """Why an event that is being tried is dropped as soon as that has ended."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._held)

    def restore(self, events: Sequence[QueuedEvent]) -> None:
        """Go on with what was on disk."""
        for event in events:
            self._held[event.request_id] = event.function
            self._plan(event)

    async def accept(self, invocation: Invocation) -> None:
        """Take an event; it is on disk when this returns. Raises a ``ServiceError``."""
        event = self._admitted(invocation)
        self._around.timers.begin()
        try:
            await self._book.accept(event)
            self._acknowledge(event)
            self._plan(event)
        except ServiceError as error:
            self._refuse(event, error)
            raise
        finally:
            self._around.timers.end()

    async def close(self) -> None:
        """Leave what is not done to the next start."""
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def give_up(self, functions: Collection[str], *, why: str) -> None:
        """Drop every event of these functions; one that is being tried when that has ended."""
        idle = [event for event, _ in self._waits.values() if event.function in functions]
        idle += [event for name in functions for event in self._ready.pop(name, ())]
        for event in idle:
            if event.request_id in self._waits:
                self._around.timers.cancel(self._waits.pop(event.request_id)[1])
        waiting = {event.request_id for event in idle}
        for request_id, function in self._held.items():
            if function in functions and request_id not in waiting:
                self._given_up[request_id] = why
        for event in idle:
            await self._drop(event, why)

    # -- accepting

    def _acknowledge(self, event: QueuedEvent) -> None:
        seconds = self._book.recorder.now() - event.accepted
        self._book.recorder.record(
            EventAcknowledged(
                function=event.function, request_id=event.request_id, seconds=seconds
            ),
            run=event.run,
            cause=self._book.newest.get(event.request_id),
        )

    def _refuse(self, event: QueuedEvent, error: ServiceError) -> None:
        """Take back what was told of an event that could not be stored."""
        why = f"It was not taken: {error.message}"
        self._book.tell(
            event,
            EventDropped(function=event.function, request_id=event.request_id, reason=why),
        )
        self._held.pop(event.request_id, None)
        self._book.forget(event)

    async def _follow(self, invocation: Invocation) -> None:
        """Take what the end of another event brings, however long the disk needs for it."""
        event = self._admitted(invocation)
        await self._book.save(event)
        self._acknowledge(event)
        self._plan(event)

    def _admitted(self, invocation: Invocation) -> QueuedEvent:
        """Return the event of a call that may come in. Raises a ``ServiceError``."""
        around = self._around
        if len(invocation.payload) > MOST_EVENT_BYTES:
            raise RequestTooLarge(
                f"{len(invocation.payload)} byte payload is too large for the Event invocation "
                f"type (limit {MOST_EVENT_BYTES} bytes)"
            )
        around.dispatcher.check(invocation)
        if len(self._held) >= around.most_events:
            raise TooManyRequests("CallerRateLimitExceeded")
        now = self._book.recorder.now()
        event = QueuedEvent(
            request_id=invocation.request_id,
            region=around.region,
            function=invocation.function,
            qualifier=invocation.qualifier,
            payload=invocation.payload,
            accepted=now,
            run=invocation.run,
            source=invocation.source,
            due=now,
            trace=str(Chain.read(invocation.trace)),
        )
        if invocation.cause is not None:
            self._book.newest[event.request_id] = invocation.cause
        self._tell_queued(event, version=invocation.version)
        self._held[event.request_id] = event.function
        return event

    def _tell_queued(self, event: QueuedEvent, *, version: str) -> None:
        payload = event.payload or b""
        self._book.tell(
            event,
            EventQueued(
                function=event.function,
                request_id=event.request_id,
                qualifier=version,
                source=event.source,
                payload=payload[:KEPT_BYTES].decode(errors="replace"),
                payload_size_bytes=len(payload),
            ),
        )

    # -- attempts

    def _plan(self, event: QueuedEvent) -> None:
        """Try an event when it is due: now, or on the lab clock, which may jump to it."""
        waiting = event.waiting()
        if event.due > self._book.recorder.now():
            timer = self._around.timers.at(event.due, lambda: self._due(waiting), pulls=True)
            self._waits[event.request_id] = (waiting, timer)
        else:
            self._line_up(waiting)

    def _due(self, event: QueuedEvent) -> None:
        self._waits.pop(event.request_id, None)
        self._line_up(event)

    def _line_up(self, event: QueuedEvent) -> None:
        self._ready.setdefault(event.function, deque()).append(event)
        self._turn(event.function)

    def _turn(self, function: str) -> None:
        line = self._ready.get(function)
        reserved = self._around.registry.reservations.get(function)
        most = min(POLLERS, reserved or POLLERS)
        while line and self._trying[function] < most and not self._closed:
            self._trying[function] += 1
            # Lab time is held from now on: a Wait must not pass over what has just become due.
            self._around.timers.begin()
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
        self._around.timers.end()

    async def _try(self, event: QueuedEvent) -> None:
        """Do what is due of an event, until what follows is planned or done."""
        await self._proceed(await self._book.whole(event))

    async def _proceed(self, event: QueuedEvent) -> None:
        """Run the function once, and do what follows; with an end already, only deliver it."""
        if event.ending is not None:
            await self._deliver(event)
            return
        try:
            outcome = await self._run(event)
        except ResourceNotFound as error:
            await self._drop(event, error.message)
        except RecursiveInvocation as error:
            await self._failed(event.refused(error.message), "recursive")
        except TooManyRequests:
            never = self._around.registry.reservations.get(event.function) == 0
            await self._failed(event.refused(), "no concurrency" if never else "throttled")
        except ServiceError:
            await self._failed(event.refused(), "service")
        else:
            await self._answered(event.ran(outcome), outcome)

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
                refusals=event.refusals,
                trace=event.trace,
                cause=self._book.newest.get(event.request_id),
            )
        )

    async def _answered(self, event: QueuedEvent, outcome: Outcome) -> None:
        if outcome.status == "stopped" and self._closed:
            return  # the process ends; the row says to try again
        if event.request_id in self._given_up:
            await self._drop(event, self._given_up[event.request_id])
        elif outcome.function_error is not None:
            await self._failed(event, "function")
        elif self._comes_again(event):
            await self._repeat(event)
        else:
            await self._end(event, "Success")

    async def _failed(self, event: QueuedEvent, failure: Failure) -> None:
        if event.request_id in self._given_up:
            await self._drop(event, self._given_up[event.request_id])
            return
        now = self._book.recorder.now()
        policy = self._deliveries.config(event).policy
        decision = decide(failure, event.history, policy, now=now)
        if isinstance(decision, GiveUp):
            await self._end(event, decision.condition)
        else:
            await self._retry(replace(event, due=decision.due), decision, now=now)

    async def _retry(self, event: QueuedEvent, decision: RetryAt, *, now: float) -> None:
        self._book.tell(
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
        await self._book.save(event)
        self._plan(event)

    def _comes_again(self, event: QueuedEvent) -> bool:
        """Whether the lab's fault knob delivers an event that succeeded once more."""
        function = self._around.registry.find(event.function)
        return function is not None and function.faults.duplicate and not event.repeated

    async def _repeat(self, event: QueuedEvent) -> None:
        """Deliver an event a second time, as the queue may at any time (5.1)."""
        fact = EventRepeated(
            function=event.function, request_id=event.request_id, attempt=event.attempt
        )
        self._book.tell(event, fact)
        again = replace(event, repeated=True)
        await self._book.save(again)
        self._plan(again)

    # -- ends

    async def _end(self, event: QueuedEvent, condition: Condition) -> None:
        event = event.ended(condition)
        deliveries = len(self._deliveries.wanted(event))
        self._book.tell(
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
            await self._book.save(event)
            await self._deliver(event)
        else:
            await self._forget(event)

    async def _deliver(self, event: QueuedEvent) -> None:
        for delivery in self._deliveries.wanted(event):
            await self._deliveries.bring(event, delivery)
        await self._forget(event)

    async def _drop(self, event: QueuedEvent, why: str) -> None:
        fact = EventDropped(function=event.function, request_id=event.request_id, reason=why)
        self._book.tell(event, fact)
        await self._forget(event)

    async def _forget(self, event: QueuedEvent) -> None:
        await self._book.delete(event)
        self._held.pop(event.request_id, None)
        self._given_up.pop(event.request_id, None)
