"""One receive from a queue: messages given out, and dead letters, on disk before the answer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.sources.errors import SourceError
from webapp.sources.queues.held import Held
from webapp.sources.queues.message import Message
from webapp.sources.queues.ports import QueueChanges
from webapp.sources.queues.queue import Batch, Queue
from webapp.sources.queues.transfer import bury
from webapp.trace.events import MessageReceived

if TYPE_CHECKING:
    from webapp.sources.queues.live_queue import LiveQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message as a consumer gets it; ``handle`` names this receive. Times are lab time."""

    message: Message
    handle: str
    receive_count: int
    first_received: float
    hidden_until: float


class Receiving:
    """What a consumer asked for. ``by_hand``: the clock does not jump to the messages' return."""

    def __init__(
        self,
        live: "LiveQueue",
        *,
        most: int,
        hide_seconds: float,
        consumer: str,
        by_hand: bool,
    ) -> None:
        self._live = live
        self._most = most
        self._hide_seconds = hide_seconds
        self._consumer = consumer
        self._by_hand = by_hand
        redrive = live.settings.redrive
        self._dead_letters = live.surroundings.queue_of(redrive.target_arn) if redrive else None
        self._most_receives = redrive.most_receives if redrive and self._dead_letters else None

    async def receive(self) -> list[Received]:
        """Receive what is there now. Raises ``OverLimit``, ``SourceBusy`` or ``SourceFailed``."""
        live = self._live
        live.settle()
        batch = live.queue.receive(
            self._most,
            hide_seconds=self._hide_seconds,
            now=live.surroundings.recorder.now(),
            most_receives=self._most_receives,
        )
        for held in batch.received:
            self._tell(held)
        received = [_received(live.queue, held) for held in batch.received]
        live.set_alarms()
        await self._keep(batch)
        return received

    def _tell(self, held: Held) -> None:
        held.pulls = not self._by_hand
        self._live.chronicle.tell(
            MessageReceived,
            held,
            consumer=self._consumer,
            receive_count=held.receive_count,
            hidden_until=held.visible_at,
        )

    async def _keep(self, batch: Batch) -> None:
        """Write what the receive did. What could not be written is as it was before."""
        live = self._live
        if batch.received:
            rows = [held.row(live.name) for held in batch.received]
            try:
                await live.surroundings.store.write(QueueChanges(messages=rows))
            except SourceError as error:
                live.take_again(batch.dead)
                live.put_back(batch.received, batch.former, error=error)
                raise
        if batch.dead:
            await self._bury(batch)

    async def _bury(self, batch: Batch) -> None:
        """Bury the dead; if the disk refuses they die at the next receive.

        That fails this one only if it gave out nothing: what it gave out is on disk.
        """
        assert self._dead_letters is not None
        try:
            await bury(batch.dead, source=self._live, target=self._dead_letters)
        except SourceError:
            if not batch.received:
                raise


def _received(queue: Queue, held: Held) -> Received:
    assert held.first_received is not None
    return Received(
        message=held.message,
        handle=queue.handle(held),
        receive_count=held.receive_count,
        first_received=held.first_received,
        hidden_until=held.visible_at,
    )
