"""The live view of each lab, shared by all who look. Any web thread may ask."""

import asyncio
import threading
from dataclasses import replace

import structlog

from webapp.classroom.lab_snapshots import LabSnapshots
from webapp.classroom.live import LiveLab
from webapp.clock import real_now
from webapp.curriculum.checks.verdict import Verdict
from webapp.curriculum.model import Lesson, Task
from webapp.runtime.loop import LoopThread
from webapp.runtime.platform import Platform
from webapp.runtime.ports import StoreFailed
from webapp.runtime.workspace import Workspace
from webapp.storage.storage import Storage
from webapp.trace.events import TaskPassed

REST = 2.0
"""Older facts are folded a third of the time at most: the processor is for those who wait."""
LEAST_REST_SECONDS, TROUBLE_SECONDS = 0.02, 2.0
Key = tuple[str, str, str]
_log = structlog.get_logger(__name__)


class LiveLabs:
    """Makes a view on first use, and writes down the tasks that it sees passed."""

    def __init__(self, *, loop: LoopThread, platform: Platform, storage: Storage) -> None:
        self._loop = loop
        self._platform = platform
        self._store = storage.store
        self._progress = storage.progress
        self._snapshots = storage.snapshots
        self._lock = threading.Lock()
        self._live: dict[Key, LiveLab] = {}
        self._reading = asyncio.Lock()
        """Held by the one lab whose older facts are being read."""

    def __len__(self) -> int:
        """How many are in memory."""
        return len(self._live)

    def of(self, workspace: str, lesson: Lesson) -> LiveLab:
        """Return the lab's one live view; it goes with its workspace (see ``forget``)."""
        key = (workspace, lesson.slug, lesson.version)
        if (known := self._live.get(key)) is not None:
            return known
        opened = self._loop.call(self._platform.workspace(workspace))
        with self._lock:
            if key not in self._live:
                self._live[key] = self._new(opened, lesson, key)
            return self._live[key]

    def forget(self, workspace: str) -> None:
        """Forget what was folded of a workspace that is not in memory any more."""
        with self._lock:
            for key in [key for key in self._live if key[0] == workspace]:
                del self._live[key]

    def wake(self) -> None:
        """Let every stream look up: the server stops."""
        with self._lock:
            for live in self._live.values():
                live.log.wake()

    def _new(self, opened: Workspace, lesson: Lesson, key: Key) -> LiveLab:
        return LiveLab(
            workspace=opened.identifier,
            epoch=opened.epoch,
            log=opened.log,
            older=self._store,
            snapshots=LabSnapshots(
                self._snapshots,
                workspace=opened.identifier,
                lesson=lesson,
                later=lambda write: self._loop.submit(asyncio.to_thread(write)),
            ),
            lesson=lesson,
            passed=self._progress.read(opened.identifier, lesson=lesson.slug).tasks,
            on_behind=lambda live: self._loop.submit(self._read_older(key, live)),
            on_passed=lambda task, verdict, recorded: self._passed(
                opened, lesson, task, verdict, recorded=recorded
            ),
        )

    async def _read_older(self, key: Key, live: LiveLab) -> None:
        """Have the older facts of a lab folded bit by bit, as long as it is in memory."""
        async with self._reading:
            while self._live.get(key) is live:
                began = real_now()
                try:
                    if not await asyncio.to_thread(live.read_older):
                        return
                except StoreFailed as error:
                    _log.warning("older_facts_not_read", why=str(error), lab=key[1])
                    await asyncio.sleep(TROUBLE_SECONDS)
                await asyncio.sleep(max(LEAST_REST_SECONDS, REST * (real_now() - began)))

    def _passed(
        self, opened: Workspace, lesson: Lesson, task: Task, verdict: Verdict, *, recorded: bool
    ) -> None:
        """Write down a passed task, without making who looks wait for the disk."""

        async def write() -> None:
            if not recorded:
                fact = TaskPassed(lab=lesson.slug, task=task.id, deciding=verdict.deciding)
                opened.record(fact, run="")
            await asyncio.to_thread(self._keep, opened.identifier, lesson, task, verdict)

        self._loop.submit(write())

    def _keep(self, workspace: str, lesson: Lesson, task: Task, verdict: Verdict) -> None:
        self._progress.update(
            workspace,
            lesson=lesson.slug,
            change=lambda old: replace(old, tasks={**old.tasks, task.id: verdict.deciding}),
        )
