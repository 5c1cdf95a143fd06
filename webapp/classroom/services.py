"""What every door is given. Built by wiring; nothing in it is a global."""

import threading
from dataclasses import dataclass, field

from webapp.classroom.access_keys import AccessKeys
from webapp.classroom.entrance import Door
from webapp.classroom.labs import Labs
from webapp.classroom.site import Site
from webapp.classroom.status import StatusBoard
from webapp.classroom.streams import Streams
from webapp.runtime.loop import LoopThread
from webapp.runtime.platform import Platform
from webapp.runtime.ports import Wall
from webapp.storage.store import SqlStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The platform, the labs, the door, the site, and the sign that the server stops."""

    loop: LoopThread
    platform: Platform
    labs: Labs
    store: SqlStore
    door: Door
    streams: Streams
    access_keys: AccessKeys
    site: Site
    status: StatusBoard
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def walls(self) -> tuple[Wall, ...]:
        """The walls around learners' code, as they were probed at start."""
        return self.platform.launcher.walls
