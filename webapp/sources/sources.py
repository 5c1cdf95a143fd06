"""Everything of one region that events come from and go to. Loop thread only."""

from collections.abc import Mapping

from webapp.sources.errors import SourceError
from webapp.sources.queues.message import MessageAttribute
from webapp.sources.queues.queues import Queues


class Sources:
    """The sources of a region, found by ARN (``runtime.ports.Sources``)."""

    def __init__(self, *, queues: Queues) -> None:
        self.queues = queues

    def kind_of(self, arn: str) -> str:
        """Return what an ARN names here: ``queue``, ``fifo queue``; empty if nothing."""
        live = self.queues.of_arn(arn)
        if live is None:
            return ""
        return "fifo queue" if live.settings.fifo else "queue"

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
            await self.queues.deliver(
                arn, body, attributes=named, run=run, source=source, cause=cause
            )
        except SourceError as error:
            return f"{error.code}: {error.message}"
        return ""
