"""Everything of one region that events come from and go to. Loop thread only."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from webapp.sources.buckets.buckets import Buckets
from webapp.sources.event_services import EventServices
from webapp.sources.logs.subscriptions import Line
from webapp.sources.parcel import Parcel
from webapp.sources.queues.queues import Queues
from webapp.sources.topics.topics import Topics

STORE_AGAIN_SECONDS = 1.0


class Sources:
    """The sources of a region, found by ARN (``runtime.ports.Sources``)."""

    def __init__(
        self, *, queues: Queues, topics: Topics, events: EventServices, buckets: Buckets
    ) -> None:
        self.queues = queues
        self.topics = topics
        self.buckets = buckets
        self.buses = events.buses
        self.scheduler = events.scheduler
        self.subscriptions = events.subscriptions
        self._events = events

    def kind_of(self, arn: str) -> str:
        """Return what an ARN names here: ``queue``, ``fifo queue``, ``bus``, ``bucket`` and so on.

        Empty if it names nothing.
        """
        if self.buses.of_arn(arn) is not None:
            return "bus"
        if arn.startswith("arn:aws:s3:::") and arn.removeprefix("arn:aws:s3:::") in self.buckets:
            return "bucket"
        for kind, found in (("queue", self.queues.of_arn(arn)), ("topic", self.topics.of_arn(arn))):
            if found is not None:
                return f"fifo {kind}" if found.settings.fifo else kind
        return ""

    async def deliver(
        self,
        arn: str,
        body: str,
        *,
        attributes: Mapping[str, tuple[str, str]],
        run: str,
        source: str,
        cause: int | None = None,
        trace: str = "",
        detail_type: str = "",
        resources: Sequence[str] = (),
    ) -> str:
        """Bring a body to what the ARN names; return an empty text, or why that failed.

        ``attributes`` are data type and value by name. ``trace`` is the X-Ray header that carries
        the chain of calls on. A bus gets the body as the detail of an event of ``detail_type``,
        about itself and ``resources`` (lambda-behaviour 5.4). A disk that cannot write now is
        waited for.
        """
        parcel = Parcel(
            arn=arn,
            body=body,
            attributes=attributes,
            run=run,
            source=source,
            cause=cause,
            trace=trace,
            event_source="lambda" if detail_type else "",
            detail_type=detail_type,
            resources=(arn, *resources) if detail_type else (),
        )
        while (refused := await self._events.outlets.bring(parcel)) is not None and refused.again:
            await asyncio.sleep(STORE_AGAIN_SECONDS)
        return "" if refused is None else f"{refused.code}: {refused.message}"

    def log(
        self,
        *,
        group: str,
        stream: str,
        now: Callable[[], float],
        text: str,
        run: str,
        cause: int,
    ) -> None:
        """Take note of a line that a function wrote; ``now`` gives its lab time to who wants it."""
        if self.subscriptions.watches(group):
            self.subscriptions.take(Line(group, stream, int(now() * 1000), text, run, cause))

    async def close(self) -> None:
        """Leave what is not done to the next start."""
        await self.topics.close()
        await self._events.close()
