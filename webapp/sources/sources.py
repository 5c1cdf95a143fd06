"""Everything of one region that events come from and go to. Loop thread only."""

from collections.abc import Mapping

from webapp.sources.errors import SourceError
from webapp.sources.queues.message import MessageAttribute
from webapp.sources.queues.queues import Queues
from webapp.sources.topics.publication import Publication
from webapp.sources.topics.topics import Topics


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
    ) -> str:
        """Bring a body to what the ARN names; return an empty text, or why that failed.

        ``attributes`` are data type and value by name.
        """
        named = {name: MessageAttribute(*one) for name, one in attributes.items()}
        try:
            if ":sns:" in arn:
                topic = self.topics.named_by(arn, action="Publish")
                publication = Publication(message=body, attributes=named)
                await self.topics.publishing.publish(
                    topic, publication, run=run, source=source, cause=cause
                )
            else:
                await self.queues.deliver(
                    arn, body, attributes=named, run=run, source=source, cause=cause
                )
        except SourceError as error:
            return f"{error.code}: {error.message}"
        return ""

    async def close(self) -> None:
        """Leave what is not done to the next start."""
        await self.topics.close()
