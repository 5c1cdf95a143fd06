"""What the boards of each kind do alike: one is found by name, answered for, created again."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from flask import Response

from webapp.classroom.sources.source_boards import SourceBoards
from webapp.curriculum.model import Lesson
from webapp.pages.access import labs, lesson
from webapp.pages.boards.answers import Act, answered
from webapp.runtime.errors import ResourceNotFound


class View(Protocol):
    """A board as its templates show it; ``id`` is one of the page."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


class Kind(Protocol):
    """The boards of one kind of source."""

    @property
    def noun(self) -> str: ...

    def restore(self, workspace: str, lesson: Lesson, name: str) -> None: ...


V = TypeVar("V", bound=View)


class Frame(Generic[V]):
    """The boards of one kind on the page of a lesson; ``read`` returns all of a lab's.

    ``anchor`` is the part of the page that they are in.
    """

    def __init__(
        self,
        read: Callable[[str, str], Sequence[V]],
        *,
        kind: Callable[[SourceBoards], Kind],
        anchor: str,
    ) -> None:
        self._read = read
        self._kind = kind
        self.anchor = anchor

    def board(self, workspace: str, slug: str, name: str) -> V:
        """Return one. Raises ``ResourceNotFound`` for what is not the lab's."""
        for board in self._read(workspace, slug):
            if board.name == name:
                return board
        noun = self._kind(labs().boards).noun
        raise ResourceNotFound(f"This lab has no {noun} '{name[:80]}'. Open the lesson again.")

    def done(self, workspace: str, slug: str, name: str, act: Act) -> Response:
        """Do it, and answer beside the board's title, or as it was asked for."""
        return answered(
            workspace,
            slug,
            act,
            board=lambda: self.board(workspace, slug, name).id,
            anchor=self.anchor,
        )

    def restored(self, workspace: str, slug: str, name: str) -> Response:
        """Create what somebody deleted again, as the lesson says."""

        def act() -> tuple[str, dict[str, Any]]:
            self._kind(labs().boards).restore(workspace, lesson(slug), name)
            return "Created as the lesson says.", {"created": name}

        return self.done(workspace, slug, name, act)
