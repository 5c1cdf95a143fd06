"""Deliveries on their way: tried, tried again, given up. Loop thread only.

A delivery is on disk from before its event's answer until its target has it or it is given up;
after a restart it goes on where its row says. What was brought when the process died is brought
again: at least once, as on AWS.
"""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from webapp.sources.buses.delivery import Delivery
from webapp.sources.buses.ports import BusChanges, BusStore, Outlets
from webapp.sources.buses.retries import Condition, GiveUp, TryAgain, decide
from webapp.sources.errors import SourceBusy, SourceError
from webapp.sources.held_tasks import HeldTasks
from webapp.sources.parcel import Refusal
from webapp.sources.ports import Recorder, Timers
from webapp.trace.events import Fact, TargetGivenUp, TargetReached, TargetRetryScheduled

AT_ONCE = 10
"""How many deliveries to one target are tried at once; those of a message group one by one."""
MOST_WAITING = 50_000
STORE_AGAIN_SECONDS = 1.0
KEPT_CHARACTERS = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What buses, schedules and deliveries of a region work with."""

    account: str
    region: str
    store: BusStore
    outlets: Outlets
    recorder: Recorder
    timers: Timers
    chance: Callable[[], float] = field(default=random.random)


class Deliveries:
    """Brings deliveries to their targets."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._waiting: dict[str, deque[Delivery]] = {}
        self._trying: Counter[str] = Counter()
        self._tasks = HeldTasks(surroundings.timers)
        self._facts: dict[str, int | None] = {}
        self._origins: dict[str, tuple[str, str]] = {}
        """The bus, empty for none, and the ARN of the rule or schedule, by delivery."""
        self._closed = False

    def __len__(self) -> int:
        return len(self._facts)

    def check_room(self, more: int) -> None:
        """Raise ``SourceBusy`` when so many cannot be taken now."""
        if len(self._facts) + more > MOST_WAITING:
            raise SourceBusy(f"{len(self._facts)} deliveries wait already. Try it again later.")

    def restore(self, deliveries: Sequence[Delivery]) -> None:
        """Go on with what was on disk."""
        for delivery in deliveries:
            self.begin(delivery, cause=None)

    async def hold(self, delivery: Delivery) -> None:
        """Write a delivery, however often the disk refuses, and begin it after a restart only."""
        await self._insist(BusChanges(deliveries=[delivery]))

    async def take(
        self, delivery: Delivery, *, cause: int | None, instead_of: Sequence[str] = ()
    ) -> None:
        """Write a delivery in place of held ones, however often the disk refuses; begin it."""
        self._around.timers.begin()
        try:
            changes = BusChanges(deliveries=[delivery], deleted_deliveries=instead_of)
            await self._insist(changes)
            self.begin(delivery, cause=cause)
        finally:
            self._around.timers.end()

    async def go_on(self, delivery: Delivery, refusal: Refusal, *, cause: int | None) -> None:
        """Take a delivery whose first attempt was refused; it is on disk when this returns.

        Raises a ``SourceError``; nothing was taken then.
        """
        self.check_room(1)
        now = self._around.recorder.now()
        decision = self._decide(delivery.tried(), refusal, now=now)
        if isinstance(decision, GiveUp):
            raise SourceBusy(_words(refusal))
        delivery = replace(delivery.tried(), due=decision.due)
        await self._around.store.write(BusChanges(deliveries=[delivery]))
        self._facts[delivery.identifier] = cause
        self._tell_retry(delivery, refusal, now=now)
        self.begin(delivery, cause=self._facts[delivery.identifier])

    def begin(self, delivery: Delivery, *, cause: int | None) -> None:
        """Take a delivery that is on disk; ``cause`` is the fact that it follows."""
        self._facts[delivery.identifier] = cause
        self._origins[delivery.identifier] = delivery.bus, delivery.rule_arn
        self._plan(delivery)

    def forget_bus(self, bus: str) -> list[str]:
        """Give up what a bus has on its way and return their ids; the caller deletes their rows."""
        gone = [identifier for identifier, (its, _) in self._origins.items() if its == bus]
        for identifier in gone:
            self._drop(identifier)
        return gone

    async def give_up(self, rule_arn: str) -> None:
        """Give up what a rule or a schedule has on its way. Raises a ``SourceError``."""
        gone = [identifier for identifier, (_, its) in self._origins.items() if its == rule_arn]
        for identifier in gone:
            self._drop(identifier)
        if gone:
            await self._around.store.write(BusChanges(deleted_deliveries=gone))

    async def close(self) -> None:
        """Leave what is not done to the next start."""
        self._closed = True
        await self._tasks.close()

    # -- attempts

    def _plan(self, delivery: Delivery) -> None:
        if delivery.due > self._around.recorder.now():
            self._around.timers.at(delivery.due, lambda: self._line_up(delivery), pulls=True)
        else:
            self._line_up(delivery)

    def _line_up(self, delivery: Delivery) -> None:
        line = f"{delivery.target.arn} {delivery.target.group}"
        self._waiting.setdefault(line, deque()).append(delivery)
        self._turn(line)

    def _turn(self, line: str) -> None:
        most = AT_ONCE if line.endswith(" ") else 1
        waiting = self._waiting.get(line)
        while waiting and self._trying[line] < most and not self._closed:
            self._trying[line] += 1
            attempt = self._try(waiting.popleft())
            self._tasks.begin(attempt, then=lambda done: self._tried(done, line))
        if not waiting and not self._trying[line]:
            self._waiting.pop(line, None)
            self._trying.pop(line, None)

    def _tried(self, task: "asyncio.Task[None]", line: str) -> None:
        self._trying[line] -= 1
        if not task.cancelled() and task.exception() is not None:
            context = {"message": "a delivery failed", "exception": task.exception()}
            asyncio.get_running_loop().call_exception_handler(context)
        self._turn(line)

    async def _try(self, delivery: Delivery) -> None:
        """Try once; lab time is held until what follows is planned or done."""
        delivery = delivery.tried()
        refusal = await self._bring(delivery) if self._is_wanted(delivery) else None
        if not self._is_wanted(delivery):
            return  # its bus was dropped
        if refusal is None:
            body = delivery.body[:KEPT_CHARACTERS]
            self._tell(delivery, TargetReached, attempt=delivery.attempts, body=body)
            await self._forget(delivery)
        else:
            await self._failed(delivery, refusal)

    async def _bring(self, delivery: Delivery) -> Refusal | None:
        if delivery.broken:
            return Refusal("InvalidInput", delivery.broken, again=False)
        cause = self._facts.get(delivery.identifier)
        return await self._around.outlets.bring(delivery.parcel(cause=cause))

    async def _failed(self, delivery: Delivery, refusal: Refusal) -> None:
        now = self._around.recorder.now()
        decision = self._decide(delivery, refusal, now=now)
        if isinstance(decision, GiveUp):
            await self._give_up(delivery, refusal, decision.condition)
            return
        delivery = replace(delivery, due=decision.due)
        self._tell_retry(delivery, refusal, now=now)
        await self._insist(BusChanges(deliveries=[delivery]))
        self._plan(delivery)

    def _decide(self, delivery: Delivery, refusal: Refusal, *, now: float) -> TryAgain | GiveUp:
        return decide(
            attempts=delivery.attempts,
            accepted=delivery.accepted,
            again=refusal.again,
            policy=delivery.target.policy,
            now=now,
            chance=self._around.chance(),
        )

    def _tell_retry(self, delivery: Delivery, refusal: Refusal, *, now: float) -> None:
        self._tell(
            delivery,
            TargetRetryScheduled,
            attempt=delivery.attempts + 1,
            due=delivery.due,
            wait_seconds=delivery.due - now,
            reason=_words(refusal),
        )

    async def _give_up(self, delivery: Delivery, refusal: Refusal, condition: Condition) -> None:
        dead_letter, lost = delivery.target.dead_letter_arn, None
        if dead_letter:
            cause = self._facts.get(delivery.identifier)
            letter = delivery.dead_letter(refusal, condition, cause=cause)
            lost = await self._around.outlets.bring(letter)
        self._tell(
            delivery,
            TargetGivenUp,
            attempts=delivery.attempts,
            condition=condition,
            reason=_words(refusal),
            dead_letter="" if lost else dead_letter,
            lost=_words(lost) if lost else "",
        )
        await self._forget(delivery)

    async def _forget(self, delivery: Delivery) -> None:
        await self._insist(BusChanges(deleted_deliveries=[delivery.identifier]))
        self._drop(delivery.identifier)

    def _drop(self, identifier: str) -> None:
        self._facts.pop(identifier, None)
        self._origins.pop(identifier, None)

    def _is_wanted(self, delivery: Delivery) -> bool:
        return delivery.identifier in self._facts

    # -- writing

    def _tell(self, delivery: Delivery, kind: Callable[..., Fact], **fields: object) -> None:
        about: Mapping[str, object] = {
            "bus": delivery.bus,
            "rule": delivery.rule,
            "event_id": delivery.event_id,
            "target": delivery.target.arn,
            "sender": delivery.sender,
        }
        cause = self._facts.get(delivery.identifier)
        fact = kind(**about, **fields)
        self._facts[delivery.identifier] = self._around.recorder.record(
            fact, run=delivery.run, cause=cause
        )

    async def _insist(self, changes: BusChanges) -> None:
        """Write, however often the disk refuses: the event was accepted and must not be lost."""
        while True:
            try:
                await self._around.store.write(changes)
            except SourceError:
                await asyncio.sleep(STORE_AGAIN_SECONDS)
            else:
                return


def _words(refusal: Refusal) -> str:
    return f"{refusal.code}: {refusal.message}"
