"""What every door is given. Built by wiring; nothing in it is a global."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from werkzeug.wrappers import Response

from webapp.classroom.access_keys import AccessKeys
from webapp.classroom.entrance import Door
from webapp.classroom.labs import Labs
from webapp.classroom.site import Site
from webapp.runtime.loop import LoopThread
from webapp.runtime.platform import Platform
from webapp.runtime.ports import Wall
from webapp.storage.store import SqlStore

R = TypeVar("R", bound=Response)


class Streams:
    """Counts live pages and calls of functions, which may both take long.

    They never take the threads that answer everything else.
    """

    def __init__(self, *, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._open = 0

    def enter(self) -> bool:
        """Take a place; false if there is none."""
        with self._lock:
            if self._open >= self.limit:
                return False
            self._open += 1
            return True

    def leave(self) -> None:
        """Give the place back."""
        with self._lock:
            self._open -= 1

    def held(self, make: Callable[[], R]) -> R | None:
        """Make a response that holds a place until it was sent; ``None`` if there is none."""
        if not self.enter():
            return None
        try:
            response = make()
        except BaseException:
            self.leave()
            raise
        response.call_on_close(self.leave)
        return response


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
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def walls(self) -> tuple[Wall, ...]:
        """The walls around learners' code, as they were probed at start."""
        return self.platform.launcher.walls
