"""Messages on their way to subscriptions: tried, tried again, given up. Loop thread only.

A delivery is on disk from the publication's answer until the endpoint has the message or a
dead-letter queue has it. What was under way when the process died is made again: at least once. The
messages of a FIFO topic's group go to a subscription one after the other.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from webapp.sources.errors import SourceError
from webapp.sources.held_tasks import HeldTasks
from webapp.sources.topics.delivery_policy import wait_after
from webapp.sources.topics.endpoints import Endpoints, Failure
from webapp.sources.topics.errors import Throttled
from webapp.sources.topics.notification import Notification
from webapp.sources.topics.ports import DeliveryRecord, TopicChanges
from webapp.sources.topics.region import TopicRegion
from webapp.sources.topics.settings import TopicSettings
from webapp.sources.topics.subscription import SHOWN_ONLY, Subscription
from webapp.trace.events import (
    DeliveryAttempted,
    NotificationDeadLettered,
    NotificationDelivered,
    NotificationDiscarded,
    NotificationRefused,
    SubscriptionFact,
)

AT_ONCE = 50
"""How many attempts are made at once in a region; more wait in line."""
STORE_AGAIN_SECONDS = 1.0

Line = tuple[str, str, str]
"""What keeps its order: a subscription and a group; a standard topic's message is one by itself."""


@dataclass(slots=True)
class _InFlight:
    """A notification, and how many of its deliveries are not done."""

    notification: Notification
    left: int


@dataclass(slots=True)
class _Underway:
    """A delivery in memory; ``fact`` is the last about it, which causes the next."""

    row: DeliveryRecord
    notification: Notification
    fact: int | None
    endpoint: str = ""
    waiting: bool = False


@dataclass(slots=True)
class _Lines:
    """Deliveries in lines of which only the first may be tried."""

    of: dict[Line, deque[_Underway]] = field(default_factory=lambda: defaultdict(deque))

    def add(self, line: Line, one: _Underway) -> bool:
        """Put a delivery at its line's end; tell whether it stands first."""
        self.of[line].append(one)
        return len(self.of[line]) == 1

    def done(self, line: Line) -> _Underway | None:
        """Take the first out; return who is first now."""
        self.of[line].popleft()
        if not self.of[line]:
            del self.of[line]
            return None
        return self.of[line][0]


class Deliveries:
    """Brings each delivery to its end."""

    def __init__(
        self,
        region: TopicRegion,
        *,
        subscription_of: Callable[[str], Subscription | None],
        settings_of: Callable[[str], TopicSettings | None],
    ) -> None:
        self._region = region
        self._endpoints = Endpoints(region)
        self._subscription_of = subscription_of
        self._settings_of = settings_of
        self._in_flight: dict[str, _InFlight] = {}
        self._lines = _Lines()
        self._ready: deque[_Underway] = deque()
        self._tasks = HeldTasks(self._region.timers)
        self._bytes = 0
        self._left = 0
        self._closed = False

    def __len__(self) -> int:
        return self._left

    def check_room(self, size_bytes: int) -> None:
        """Raise ``Throttled`` when as much is on its way as may be."""
        limits = self._region.limits
        full = len(self) >= limits.deliveries
        if full or self._bytes + size_bytes > limits.notification_bytes:
            raise Throttled("Rate exceeded")

    def start(self, notification: Notification, rows: Sequence[DeliveryRecord]) -> None:
        """Begin deliveries that are on disk now."""
        if not rows:
            return
        self._in_flight[notification.identifier] = _InFlight(notification, len(rows))
        self._bytes += notification.size_bytes
        self._left += len(rows)
        for row in rows:
            one = _Underway(row, notification, notification.fact)
            if self._lines.add(_line(one), one):
                self._plan(one)
        self._turn()

    def restore(
        self, notifications: Sequence[Notification], rows: Sequence[DeliveryRecord]
    ) -> None:
        """Go on with what was on disk, each topic's in its order."""
        of: dict[str, list[DeliveryRecord]] = defaultdict(list)
        for row in rows:
            of[row.notification].append(row)
        for notification in sorted(notifications, key=lambda one: one.sequence):
            self.start(notification, of[notification.identifier])

    async def close(self) -> None:
        """Leave what is not done to the next start."""
        self._closed = True
        await self._tasks.close()

    # -- turns

    def _plan(self, one: _Underway) -> None:
        """Try a delivery when it is due: now, or on the lab clock, which may jump to it."""
        if one.row.due > self._region.recorder.now():
            self._region.timers.at(one.row.due, lambda: self._line_up(one), pulls=True)
        else:
            self._ready.append(one)

    def _line_up(self, one: _Underway) -> None:
        self._ready.append(one)
        self._turn()

    def _turn(self) -> None:
        while self._ready and len(self._tasks) < AT_ONCE and not self._closed:
            self._tasks.begin(self._attempt(self._ready.popleft()), then=self._tried)

    def _tried(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and task.exception() is not None:
            context = {"message": "a topic's delivery failed", "exception": task.exception()}
            asyncio.get_running_loop().call_exception_handler(context)
        self._turn()

    # -- attempts

    async def _attempt(self, one: _Underway) -> None:
        """Make an attempt; lab time is held until what follows is planned or done."""
        subscription = self._subscription_of(one.row.subscription)
        settings = self._settings_of(one.row.topic)
        if subscription is None or settings is None:
            await self._discard(one, "the subscription was ended")
            return
        one.endpoint = subscription.record.endpoint
        attempt = one.row.attempts + 1
        cause = self._tell(one, DeliveryAttempted, attempt=attempt)
        failure = await self._endpoints.bring(
            one.notification, subscription, settings=settings, cause=cause
        )
        if failure is None:
            shown_only = subscription.record.protocol in SHOWN_ONLY
            self._tell(one, NotificationDelivered, attempt=attempt, shown_only=shown_only)
            await self._finish(one)
        else:
            await self._failed(one, subscription, failure)

    async def _failed(self, one: _Underway, subscription: Subscription, failure: Failure) -> None:
        one.row = replace(one.row, attempts=one.row.attempts + 1)
        wait = wait_after(one.row.attempts) if failure.again else None
        if wait is None:
            await self._give_up(one, subscription, failure.reason)
            return
        due = self._region.recorder.now() + wait.seconds
        one.row = replace(one.row, due=due)
        self._tell(
            one,
            NotificationRefused,
            attempt=one.row.attempts,
            reason=failure.reason,
            due=due,
            phase=wait.phase,
        )
        await self._insist(TopicChanges(deliveries=[one.row]))
        self._plan(one)

    async def _give_up(self, one: _Underway, subscription: Subscription, reason: str) -> None:
        """Bring what cannot be delivered to the subscription's dead-letter queue, if it has one."""
        if not subscription.dead_letter_arn:
            await self._discard(one, reason)
            return
        cause = one.fact or 0
        while True:
            lost = await self._endpoints.bury(one.notification, subscription, cause=cause)
            if lost is None or not lost.again:
                break
            await asyncio.sleep(STORE_AGAIN_SECONDS)
        if lost is not None:
            await self._discard(one, f"{reason}. Nor did its dead-letter queue: {lost.reason}")
            return
        self._tell(
            one,
            NotificationDeadLettered,
            target=subscription.dead_letter_arn,
            reason=reason,
            attempts=one.row.attempts,
        )
        await self._finish(one)

    async def _discard(self, one: _Underway, reason: str) -> None:
        self._tell(one, NotificationDiscarded, reason=reason, attempts=one.row.attempts)
        await self._finish(one)

    # -- ends

    async def _finish(self, one: _Underway) -> None:
        flight = self._in_flight[one.row.notification]
        flight.left -= 1
        self._left -= 1
        last = flight.left == 0
        await self._insist(
            TopicChanges(
                delivered=[one.row.key],
                deleted_notifications=[one.row.notification] if last else [],
            )
        )
        if last:
            del self._in_flight[one.row.notification]
            self._bytes -= one.notification.size_bytes
        following = self._lines.done(_line(one))
        if following is not None:
            self._plan(following)

    async def _insist(self, changes: TopicChanges) -> None:
        """Write, however often the disk refuses: the message was accepted and must not be lost."""
        while True:
            try:
                await self._region.store.write(changes)
            except SourceError:
                await asyncio.sleep(STORE_AGAIN_SECONDS)
            else:
                return

    def _tell(self, one: _Underway, kind: type[SubscriptionFact], **fields: object) -> int:
        fact = kind(
            topic=one.row.topic,
            message_id=one.row.notification,
            subscription=one.row.subscription,
            endpoint=one.endpoint,
            **fields,
        )
        one.fact = self._region.recorder.record(fact, run=one.notification.run, cause=one.fact)
        return one.fact


def _line(one: _Underway) -> Line:
    group = one.notification.group if one.notification.deduplication else ""
    alone = "" if group else one.row.notification
    return one.row.subscription, group, alone
