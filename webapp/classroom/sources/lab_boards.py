"""What the boards of a lab's sources have in common, for web threads: every method blocks."""

from collections.abc import Callable, Coroutine
from typing import Any, Generic, Protocol, TypeVar

from webapp.classroom.live import LiveLab
from webapp.classroom.pressing import Pressing
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.loop import LoopThread

T = TypeVar("T")
Live = Callable[[str, Lesson], LiveLab]


class Named(Protocol):
    """What is looked at, by its name."""

    @property
    def name(self) -> str: ...


class Board(Protocol):
    """A source: ``now`` is as it is; what was told of it stands beside."""

    @property
    def now(self) -> Named: ...


B = TypeVar("B", bound=Board)


class LabBoards(Generic[B]):
    """The boards of one kind of source. Raises ``ServiceError`` and ``SourceError``."""

    noun = "source"

    def __init__(self, *, loop: LoopThread, pressing: Pressing, live: Live) -> None:
        self._loop = loop
        self._pressing = pressing
        self._live = live

    def boards(self, workspace: str, lesson: Lesson) -> list[B]:
        """Return every board of the lab, in the lesson's order."""
        raise NotImplementedError

    def board(self, workspace: str, lesson: Lesson, name: str) -> B:
        """Return one board. Raises ``ResourceNotFound``."""
        for board in self.boards(workspace, lesson):
            if board.now.name == name:
                return board
        raise ResourceNotFound(f"This lab has no {self.noun} '{name[:80]}'. Open the lesson again.")

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.call(work)
