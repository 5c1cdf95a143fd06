"""Rules with a schedule: at each of its moments an event of EventBridge's own. Loop thread only.

A moment that passed while nobody was there is made up for once: the newest of them fires late, and
the older ones are left out and told (EventBridge is always there; this server is not).
"""

import asyncio
import uuid
from collections.abc import Sequence

from webapp.sources.buses.deliveries import Surroundings
from webapp.sources.buses.event import BusEvent, new_event
from webapp.sources.buses.live_rule import LiveRule
from webapp.sources.buses.ports import BusChanges
from webapp.sources.buses.router import Match, Router
from webapp.sources.buses.rules import Rules
from webapp.sources.errors import SourceError
from webapp.sources.held_tasks import HeldTasks
from webapp.sources.schedules.expression import read_rule_schedule
from webapp.sources.schedules.moments import newest
from webapp.trace.events import RunStarted, ScheduleFired

DETAIL_TYPE, SOURCE = "Scheduled Event", "aws.events"
AGAIN_SECONDS = 1.0


class RuleSchedules:
    """Fires rules on lab time, which they never pull (rule 10)."""

    def __init__(self, surroundings: Surroundings, *, router: Router) -> None:
        self._around = surroundings
        self._router = router
        self._tasks = HeldTasks(surroundings.timers)
        self.rules: Rules

    def arm(self, live: LiveRule) -> None:
        """Wait for a rule's next moment; one that has none yet gets it from now on."""
        record = live.record
        if not record.schedule or not record.enabled:
            return
        if not record.due:
            self._advance(live, after=self._around.recorder.now())
        if live.record.due:
            live.wake = self._around.timers.at(live.record.due, lambda: self._fire(live))

    async def close(self) -> None:
        await self._tasks.close()

    # -- inside

    def _advance(self, live: LiveRule, *, after: float) -> None:
        """Let the rule be due at its first moment after lab time ``after``."""
        record = live.record
        expression = read_rule_schedule(record.schedule)
        start = record.due or self._around.recorder.now()
        due = expression.next_after(after, start=start)
        self.rules.advance(live, due or 0.0)

    def _fire(self, live: LiveRule) -> None:
        self._tasks.begin(self._put(live))

    async def _put(self, live: LiveRule) -> None:
        """Put the event of the newest moment that has come, and wait for the next."""
        if _was_changed(live):
            return
        matches = self._matches(live)
        while True:
            # A rule that was changed meanwhile has a row of its own; what it matched stays.
            changes = BusChanges(rules=() if _was_changed(live) else (live.record,))
            try:
                await self._router.begin(matches, changes)
                break
            except SourceError:
                await asyncio.sleep(AGAIN_SECONDS)
        if live.record.due and not _was_changed(live):
            live.wake = self._around.timers.at(live.record.due, lambda: self._fire(live))

    def _matches(self, live: LiveRule) -> Sequence[Match]:
        recorder, record = self._around.recorder, live.record
        now = recorder.now()
        due, missed = newest(read_rule_schedule(record.schedule), first=record.due, now=now)
        run = uuid.uuid4().hex[:12]
        recorder.record(RunStarted(lab="", label=f"Schedule of {record.name}", press=""), run=run)
        fired = ScheduleFired(kind="rule", name=record.name, due=due, missed=missed)
        cause = recorder.record(fired, run=run)
        self._advance(live, after=due)
        event = self._event(live, due=due, now=now)
        return list(self._router.matched(live, event, run=run, cause=cause))

    def _event(self, live: LiveRule, *, due: float, now: float) -> BusEvent:
        return new_event(
            source=SOURCE,
            detail_type=DETAIL_TYPE,
            detail="{}",
            account=self._around.account,
            region=self._around.region,
            now=now,
            time=due,
            resources=(live.arn,),
        )


def _was_changed(live: LiveRule) -> bool:
    """Tell whether another rule stands in its place since it was armed."""
    return live.wake is None or live.wake.cancelled
