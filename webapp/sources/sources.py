"""Everything of one region that events come from and go to. Loop thread only."""

import asyncio
from collections.abc import Mapping

from webapp.sources.errors import SourceBusy, SourceError, SourceFailed
from webapp.sources.queues.message import MessageAttribute
from webapp.sources.queues.queues import Queues
from webapp.sources.topics.publication import Publication
from webapp.sources.topics.topics import Topics

STORE_AGAIN_SECONDS = 1.0


class Sources:
    """The sources of a region, found by ARN (``runtime.ports.Sources``)."""

    def __init__(self, *, queues: Queues, topics: Topics) -> None:
        self.queues = queues
        self.topics = topics

    def kind_of(self, arn: str) -> str:
        """Return what an ARN names here: ``queue``, ``fifo queue``, ``topic``, ``fifo topic``.

        Empty if it names nothing.
        """
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
    ) -> str:
        """Bring a body to what the ARN names; return an empty text, or why that failed.

        ``attributes`` are data type and value by name. ``trace`` is the X-Ray header that carries
        the chain of calls on. A disk that cannot write now is waited for.
        """
        named = {name: MessageAttribute(*one) for name, one in attributes.items()}
        while True:
            try:
                await self._deliver(
                    arn, body, named, run=run, source=source, cause=cause, trace=trace
                )
            except (SourceBusy, SourceFailed):
                await asyncio.sleep(STORE_AGAIN_SECONDS)
            except SourceError as error:
                return f"{error.code}: {error.message}"
            else:
                return ""

    async def close(self) -> None:
        """Leave what is not done to the next start."""
        await self.topics.close()

    async def _deliver(
        self,
        arn: str,
        body: str,
        attributes: Mapping[str, MessageAttribute],
        *,
        run: str,
        source: str,
        cause: int | None,
        trace: str,
    ) -> None:
        if ":sns:" in arn:
            topic = self.topics.named_by(arn, action="Publish")
            publication = Publication(message=body, attributes=attributes, trace=trace)
            await self.topics.publishing.publish(
                topic, publication, run=run, source=source, cause=cause
            )
        else:
            await self.queues.deliver(
                arn, body, attributes=attributes, run=run, source=source, cause=cause, trace=trace
            )
