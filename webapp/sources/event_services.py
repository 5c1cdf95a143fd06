"""What makes deliveries in a region: EventBridge, EventBridge Scheduler, subscription filters."""

from collections.abc import Callable, Mapping

from webapp.sources.buckets.buckets import Buckets
from webapp.sources.buses.buses import Buses
from webapp.sources.buses.deliveries import Deliveries, Surroundings
from webapp.sources.buses.ports import BusStore, KeptBuses
from webapp.sources.logs.subscriptions import Members, Subscriptions
from webapp.sources.outlets import RegionOutlets
from webapp.sources.ports import Functions, Recorder, Timers
from webapp.sources.queues.queues import Queues
from webapp.sources.schedules.scheduler import Scheduler
from webapp.sources.topics.topics import Topics


class EventServices:
    """Makes them of what they share. Loop thread only."""

    def __init__(
        self,
        *,
        account: str,
        region: str,
        store: BusStore,
        recorder: Recorder,
        timers: Timers,
        functions: Functions,
        queues: Queues,
        topics: Topics,
        buckets: Callable[[], Buckets],
        kept: KeptBuses,
        log_filters: Mapping[str, Mapping[str, Members]],
    ) -> None:
        self.outlets = RegionOutlets(
            functions=functions,
            queues=queues,
            topics=topics,
            buses=lambda: self.buses,
            buckets=buckets,
            account=account,
            region=region,
            now=recorder.now,
        )
        surroundings = Surroundings(
            account=account,
            region=region,
            store=store,
            outlets=self.outlets,
            recorder=recorder,
            timers=timers,
        )
        self.deliveries = Deliveries(surroundings)
        self.buses = Buses(surroundings, deliveries=self.deliveries, kept=kept)
        self.scheduler = Scheduler(surroundings, deliveries=self.deliveries, kept=kept)
        self.subscriptions = Subscriptions(
            surroundings, deliveries=self.deliveries, kept=log_filters
        )
        self.deliveries.restore(kept.deliveries)

    async def close(self) -> None:
        """Leave what is not done to the next start."""
        await self.buses.close()
        await self.scheduler.close()
        await self.subscriptions.close()
        await self.deliveries.close()
