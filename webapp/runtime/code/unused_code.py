"""Takes code away that nobody needs any more: from the store, and unpacked from this host."""

import asyncio
import re
import uuid
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from itertools import islice
from pathlib import Path

import structlog

from webapp.runtime.launcher.inside import removal
from webapp.runtime.ports import Store, StoreBusy, StoreFailed

LINGER_SECONDS = 2.0
"""Until unused code is looked at, at most: what is let go of together goes together."""
_MOST_AT_ONCE = 500
_DIGEST = re.compile(r"[0-9a-f]{64}")
_GONE = ".gone-"
_log = structlog.get_logger(__name__)


class UnusedCode:
    """Looks, soon after code was let go of, whether it can go. Loop thread only.

    ``needed`` tells whether anybody on this host needs a digest. The store tells whether some
    function names it: workspaces that are not in memory are known only there. All that was let go
    of meanwhile is one change of the store, so a storm of uploads cannot outrun it.
    """

    def __init__(
        self, root: Path, *, store: Store, executor: Executor, needed: Callable[[str], bool]
    ) -> None:
        self._root = root
        self._store = store
        self._executor = executor
        self._needed = needed
        self._let_go: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._look: asyncio.Task[None] | None = None
        self._stopped = False

    def sweep(self) -> None:
        """Remove what a process that died while removing left; look at all that is unpacked."""
        for left in self._root.glob(f"{_GONE}*"):
            removal.remove(left)
        for folder in self._root.glob("*"):
            if _DIGEST.fullmatch(folder.name):
                self.look_later(folder.name)

    def look_later(self, digest: str) -> None:
        """Look at it in a while; taken up again meanwhile, it stays."""
        self._let_go.add(digest)
        self._arm()

    async def stop(self) -> None:
        """Leave the rest to the next start. Idempotent."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
        if self._look is not None:
            self._look.cancel()
            await asyncio.wait([self._look])

    def _arm(self) -> None:
        if self._let_go and self._timer is None and self._look is None and not self._stopped:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(LINGER_SECONDS, self._begin)

    def _begin(self) -> None:
        self._timer = None
        batch = frozenset(islice(self._let_go, _MOST_AT_ONCE))
        self._let_go -= batch
        self._look = asyncio.ensure_future(self._look_at(batch))
        self._look.add_done_callback(self._looked)

    def _looked(self, _look: asyncio.Task[None]) -> None:
        self._look = None
        self._arm()

    async def _look_at(self, digests: Collection[str]) -> None:
        unneeded = {one for one in digests if not self._needed(one)}
        if not unneeded:
            return  # whoever needs them lets go of them again
        try:
            gone = await self._store.delete_unused_archives(unneeded)
        except (StoreBusy, StoreFailed):
            self._let_go |= unneeded
            return
        for digest in gone:
            if not self._needed(digest):
                await self._remove(digest)

    async def _remove(self, digest: str) -> None:
        """Remove the unpacked folder: out of sight at once, so that nobody finds half of it."""
        gone = self._root / f"{_GONE}{uuid.uuid4().hex}"
        try:
            (self._root / digest).rename(gone)
        except FileNotFoundError:
            return
        except OSError as error:
            _log.warning("unused_code_stays", digest=digest, error=error.strerror)
            return
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._executor, removal.remove, gone)
