"""How far learners are, for web threads."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine
from sqlmodel import Session, col, select

from webapp.clock import real_now
from webapp.storage.journal import Journal
from webapp.storage.rows import put
from webapp.storage.tables.learning import ProgressRow
from webapp.storage.workspaces import ensure_workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a learner is in one lesson. JSON values only; changes make a new one.

    ``hints`` is how many of a hint group's hints were shown; ``predictions`` the option chosen;
    ``tasks`` the sequences of the facts that decided a passed task; ``notes`` what the learner
    wrote; ``extra`` is the classroom's.
    """

    step: int = 0
    hints: Mapping[str, int] = field(default_factory=dict)
    predictions: Mapping[str, str] = field(default_factory=dict)
    tasks: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    updated: float = 0.0


class ProgressBook:
    """Progress by workspace and lesson. Every method blocks; changes return when on disk.

    Raises ``StoreBusy`` and ``StoreFailed``.
    """

    def __init__(
        self, engine: Engine, journal: Journal, *, now: Callable[[], float] = real_now
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._now = now

    def read(self, workspace: str, *, lesson: str) -> Progress:
        """Return the progress in a lesson; an untouched one if there is none."""
        with Session(self._engine) as session:
            row = session.get(ProgressRow, (workspace, lesson))
            return _progress(row) if row else Progress()

    def read_all(self, workspace: str) -> dict[str, Progress]:
        """Return the progress in every lesson that was touched."""
        of_workspace = select(ProgressRow).where(col(ProgressRow.workspace) == workspace)
        with Session(self._engine) as session:
            return {row.lesson: _progress(row) for row in session.exec(of_workspace)}

    def update(
        self, workspace: str, *, lesson: str, change: Callable[[Progress], Progress]
    ) -> Progress:
        """Replace the progress by what ``change`` makes of it, and return that.

        ``change`` runs on the writer thread, where no other change comes between: two tabs never
        lose one another's. It may run twice, so it must be pure and quick; what it raises, this
        raises, and nothing is changed.
        """
        make = partial(_update, workspace=workspace, lesson=lesson, change=change, now=self._now())
        return self._journal.write(workspace, make)


def _update(
    connection: Connection,
    *,
    workspace: str,
    lesson: str,
    change: Callable[[Progress], Progress],
    now: float,
) -> Progress:
    ensure_workspace(connection, workspace, now=now)
    with Session(connection) as session:
        row = session.get(ProgressRow, (workspace, lesson))
        changed = change(_progress(row) if row else Progress())
    document = asdict(changed)
    del document["updated"]
    row = ProgressRow(workspace=workspace, lesson=lesson, document=document, updated=now)
    put(connection, row)
    return _progress(row)


def _progress(row: ProgressRow) -> Progress:
    document = dict(row.document)
    tasks = {task: tuple(deciding) for task, deciding in document.pop("tasks").items()}
    return Progress(**document, tasks=tasks, updated=row.updated)
