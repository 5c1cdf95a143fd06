"""What the boards of a lab's sources have in common, for web threads: every method blocks."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from webapp.classroom.lab_drafts import LabDrafts
from webapp.classroom.live import LiveLab
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.loop import LoopThread
from webapp.storage.undos import UndoBook

T = TypeVar("T")


class Named(Protocol):
    """What is looked at, by its name."""

    @property
    def name(self) -> str: ...


class Board(Protocol):
    """A source: ``now`` is as it is; what was told of it stands beside."""

    @property
    def now(self) -> Named: ...


class Work(Protocol):
    """What a learner does to such sources, on the loop."""

    async def restore(self, workspace: str, lesson: Lesson, name: str, /) -> None: ...


B = TypeVar("B", bound=Board)
W = TypeVar("W", bound=Work)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardParts:
    """What every board works with."""

    loop: LoopThread
    drafts: LabDrafts
    live: Callable[[str, Lesson], LiveLab]
    undos: UndoBook


class LabBoards(Generic[B, W]):
    """The boards of one kind of source. Raises ``ServiceError`` and ``SourceError``.

    ``work`` is what a learner does to such a source, on the loop.
    """

    noun = "source"

    def __init__(self, parts: BoardParts, *, work: W) -> None:
        self._loop = parts.loop
        self._drafts = parts.drafts
        self._live = parts.live
        self._work = work

    def boards(self, workspace: str, lesson: Lesson) -> list[B]:
        """Return every board of the lab, in the lesson's order."""
        raise NotImplementedError

    def board(self, workspace: str, lesson: Lesson, name: str) -> B:
        """Return one board. Raises ``ResourceNotFound``."""
        for board in self.boards(workspace, lesson):
            if board.now.name == name:
                return board
        raise ResourceNotFound(f"This lab has no {self.noun} '{name[:80]}'. Open the lesson again.")

    def restore(self, workspace: str, lesson: Lesson, name: str) -> None:
        """Create one again that somebody deleted."""
        self._call(self._work.restore(workspace, lesson, name))

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.call(work)
