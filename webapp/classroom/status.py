"""What this host is: its walls, what leaks past them, its limits, its versions, and its load.

Where strangers share the host, nobody is shown what others do: load is that of one's own workspace.
"""

import os
import platform as machine
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata

import psutil

from webapp.classroom.streams import Streams
from webapp.runtime.launcher.threats import Threat, leaks
from webapp.runtime.load import Load
from webapp.runtime.loop import LoopThread
from webapp.runtime.platform import Platform
from webapp.runtime.ports import Wall
from webapp.storage.store import SqlStore

_SHOWN_PACKAGES = ("flask", "gunicorn", "sqlalchemy", "botocore", "boto3")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLimit:
    """One limit in words: what it bounds, its value with a unit, the setting that changes it."""

    bounds: str
    value: str
    setting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLoad:
    """The load of the whole host; memory in bytes, ``free`` of the machine."""

    workspaces: int
    most_workspaces: int
    streams: int
    most_streams: int
    waiting: int
    most_waiting: int
    server_memory_bytes: int
    free_memory_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HostStatus:
    """``load`` is that of one's own workspace where the host is ``shared``; ``host`` is then none.

    ``trouble`` is what keeps the store from writing, as a sentence.
    """

    shared: bool
    walls: tuple[Wall, ...]
    leaks: tuple[Threat, ...]
    limits: tuple[ShownLimit, ...]
    versions: Mapping[str, str]
    trouble: str | None
    load: Load
    most_environments: int
    most_running: int
    host: HostLoad | None


class StatusBoard:
    """Reads the status. Any thread may ask."""

    def __init__(
        self,
        *,
        loop: LoopThread,
        platform: Platform,
        store: SqlStore,
        streams: Streams,
        limits: tuple[ShownLimit, ...],
        shared: bool,
    ) -> None:
        self._loop = loop
        self._platform = platform
        self._store = store
        self._streams = streams
        self._limits = limits
        self._shared = shared
        self._versions = versions()

    def read(self, workspace: str) -> HostStatus:
        """Return the status as somebody with this workspace may see it."""
        load, workspaces = self._loop.call(self._look(workspace if self._shared else None))
        walls, limits = self._platform.launcher.walls, self._platform.limits
        return HostStatus(
            shared=self._shared,
            walls=walls,
            leaks=leaks(walls),
            limits=self._limits,
            versions=self._versions,
            trouble=self._store.trouble,
            load=load,
            most_environments=limits.environments_per_host,
            most_running=limits.concurrency,
            host=None if self._shared else self._host(workspaces),
        )

    async def _look(self, workspace: str | None) -> tuple[Load, int]:
        return self._platform.load(workspace), len(self._platform.workspaces)

    def _host(self, workspaces: int) -> HostLoad:
        return HostLoad(
            workspaces=workspaces,
            most_workspaces=self._platform.workspaces.most,
            streams=self._streams.open,
            most_streams=self._streams.limit,
            waiting=self._store.waiting,
            most_waiting=self._store.most_waiting,
            server_memory_bytes=psutil.Process(os.getpid()).memory_info().rss,
            free_memory_bytes=psutil.virtual_memory().available,
        )


def versions() -> dict[str, str]:
    """Return what runs here, by name."""
    found = {
        "Coldstart": coldstart_version(),
        "Python": machine.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "Kernel": f"{machine.system()} {machine.release()} on {machine.machine()}",
    }
    for name in _SHOWN_PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def coldstart_version() -> str:
    """Return the version of the installed package; a checkout says that it is one."""
    try:
        return metadata.version("coldstart")
    except metadata.PackageNotFoundError:
        return "checkout"
