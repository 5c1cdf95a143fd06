"""Sources of one region in the store: rows and the facts that wait, in one transaction (rule 3)."""

from collections.abc import Callable, Sequence

from webapp.runtime.ports import SourcesPlace, StoreBusy, StoreFailed
from webapp.sources.errors import SourceBusy, SourceFailed
from webapp.sources.queues.ports import Kept, QueueChanges
from webapp.sources.queues.queues import Queues
from webapp.sources.sources import Sources
from webapp.storage.store import SqlStore
from webapp.trace.events import Entry


def open_sources(place: SourcesPlace, *, store: SqlStore, most_messages: int) -> Sources:
    """Return the sources of a region of a workspace, with what the store kept of them."""
    kept = place.kept
    return Sources(
        queues=Queues(
            account=place.account,
            region=place.region,
            store=RegionQueues(
                store,
                workspace=place.workspace,
                region=place.region,
                take_facts=place.take_facts,
            ),
            recorder=place.recorder,
            timers=place.timers,
            most_messages=most_messages,
            kept=kept if isinstance(kept, Kept) else Kept(),
        )
    )


class RegionQueues:
    """Implements ``sources.ports.QueueStore``."""

    def __init__(
        self,
        store: SqlStore,
        *,
        workspace: str,
        region: str,
        take_facts: Callable[[], Sequence[Entry]],
    ) -> None:
        self._store = store
        self._workspace = workspace
        self._region = region
        self._take_facts = take_facts

    async def write(self, changes: QueueChanges) -> None:
        """Complete when all is on disk. Raises ``SourceBusy`` or ``SourceFailed``."""
        facts = self._take_facts()
        try:
            await self._store.save_queues(
                self._workspace, changes, region=self._region, facts=facts
            )
        except (StoreBusy, StoreFailed) as error:
            # What they tell may be of others: facts are never lost with a change.
            self._store.write_facts(self._workspace, facts)
            if isinstance(error, StoreBusy):
                raise SourceBusy("Too much waits for the disk. Send it again.") from error
            raise SourceFailed(str(error)) from error
