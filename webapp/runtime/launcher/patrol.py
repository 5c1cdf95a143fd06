"""Looks after what no wall of this host bounds: the size of a plain ``/tmp``, and threads.

With a mount namespace ``/tmp`` is a file system that is full at its size, and with a user of its
own the kernel counts an environment's threads. Elsewhere those that are busy are looked at 20
times a second; frozen ones change nothing. A look takes a thread for at most a tenth of the time.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from webapp.runtime.launcher.inside import limits, removal
from webapp.runtime.launcher.usage import MOST_FILES, Unreadable, deleted_bytes, usage

PERIOD_SECONDS = 0.05
_SHARE = 10


class Watch:
    """What a process tells the patrol, and learns from it; this one watches nothing."""

    why = ""
    """Why the patrol ended the process, in words; empty while it has not."""

    def busy(self) -> None:
        """It runs from now on."""

    def idle(self) -> None:
        """It is frozen; idempotent."""

    async def gone(self) -> None:
        """It has ended: free what it took too much of."""


class Patrol:
    """Looks at environments while they are busy, and once afterwards. Loop thread only."""

    def __init__(self, *, counts_threads: bool) -> None:
        self._counts_threads = counts_threads
        self._busy: set[_Beat] = set()
        self._late: set[_Beat] = set()
        self._walking: asyncio.Task[None] | None = None

    def watch(
        self, pid: int, *, temporary: Path, most_bytes: int, end: Callable[[], None]
    ) -> Watch:
        """Return a watch, busy at first; ``end`` ends the process."""
        beat = _Beat(self, pid, temporary=temporary, most_bytes=most_bytes, end=end)
        beat.busy()
        return beat

    async def stop(self) -> None:
        """Look no more; idempotent."""
        self._busy.clear()
        self._late.clear()
        if self._walking is not None:
            self._walking.cancel()
            await asyncio.wait([self._walking])

    def begin(self, beat: "_Beat") -> None:
        """Look at one again and again."""
        self._busy.add(beat)
        if self._walking is None or self._walking.done():
            self._walking = asyncio.ensure_future(self._walk())

    def finish(self, beat: "_Beat") -> None:
        """Look at it once more: it may have been quick."""
        if beat in self._busy:
            self._busy.discard(beat)
            self._late.add(beat)

    def forget(self, beat: "_Beat") -> None:
        """Never look at it again."""
        self._busy.discard(beat)
        self._late.discard(beat)

    async def _walk(self) -> None:
        loop = asyncio.get_running_loop()
        pause = PERIOD_SECONDS
        while self._busy or self._late:
            await asyncio.sleep(pause)
            started = loop.time()
            beats, self._late = [*self._busy, *self._late], set()
            for beat, why in await loop.run_in_executor(None, self._look, beats):
                beat.break_off(why)
            pause = max(PERIOD_SECONDS, _SHARE * (loop.time() - started))

    def _look(self, beats: "list[_Beat]") -> "list[tuple[_Beat, str]]":
        found = [(beat, beat.trouble(counts_threads=self._counts_threads)) for beat in beats]
        return [(beat, why) for beat, why in found if why]


class _Beat(Watch):
    """One environment on a patrol's round."""

    def __init__(
        self, patrol: Patrol, pid: int, *, temporary: Path, most_bytes: int, end: Callable[[], None]
    ) -> None:
        self._patrol = patrol
        self._pid = pid
        self._temporary = temporary
        self._most_bytes = most_bytes
        self._end = end
        self._is_gone = False

    def busy(self) -> None:
        self._patrol.begin(self)

    def idle(self) -> None:
        self._patrol.finish(self)

    async def gone(self) -> None:
        self._is_gone = True
        self._patrol.forget(self)
        if self.why:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, removal.empty, self._temporary)

    def break_off(self, why: str) -> None:
        """End the process, for the first reason that was found."""
        if not self._is_gone:
            self.why = self.why or why
            self._end()

    def trouble(self, *, counts_threads: bool) -> str:
        """Return why it must end; empty when all is well. In a thread of its own."""
        if counts_threads and _threads(self._pid) > limits.PROCESSES:
            return f"more than {limits.PROCESSES} threads ran"
        try:
            files, held = usage(self._temporary)
        except Unreadable:
            return "/tmp held a folder that cannot be looked into"
        if files > MOST_FILES:
            return f"/tmp held more than {MOST_FILES} files"
        if held + deleted_bytes(self._pid) > self._most_bytes:
            return f"/tmp held more than {self._most_bytes >> 20} MB"
        return ""


def _threads(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return 0
    return int(text.rpartition(")")[2].split()[17])
