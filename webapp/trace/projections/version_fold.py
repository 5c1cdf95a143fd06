"""What the facts about versions and aliases do to the rows (lambda-behaviour 9)."""

from webapp.trace.events import AliasDeleted, AliasMoved, VersionDeleted, VersionPublished
from webapp.trace.projections import version_phrases
from webapp.trace.projections.board import Board


def published(board: Board, fact: VersionPublished) -> None:
    _tell(board, version_phrases.published(fact), mark=f"Version {fact.version} published")


def deleted(board: Board, fact: VersionDeleted) -> None:
    _tell(board, version_phrases.deleted(fact), mark=f"Version {fact.version} deleted")


def moved(board: Board, fact: AliasMoved) -> None:
    _tell(board, version_phrases.moved(fact), mark=version_phrases.alias_mark(fact))


def alias_deleted(board: Board, fact: AliasDeleted) -> None:
    _tell(board, version_phrases.alias_deleted(fact), mark=f"Alias {fact.alias} deleted")


def _tell(board: Board, said: str, *, mark: str) -> None:
    run = board.reach()
    if board.entry.run:
        board.show(run, counts=True)
    board.tell(said)
    board.mark("update", text=mark)
