"""How far learners are, for web threads."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, and_, bindparam, insert, select, update

from webapp.clock import real_now
from webapp.storage.driver import Prepared, Row, read_object
from webapp.storage.journal import Journal
from webapp.storage.tables.learning import ProgressRow
from webapp.storage.workspaces import ensure_workspace

_TABLE = ProgressRow.__table__  # type: ignore[attr-defined]
_OF_WORKSPACE = _TABLE.c.workspace == bindparam("its_workspace")
_MINE = and_(_OF_WORKSPACE, _TABLE.c.lesson == bindparam("its_lesson"))
_READ = Prepared(select(_TABLE.c.document, _TABLE.c.updated).where(_MINE))
_READ_ALL = Prepared(
    select(_TABLE.c.lesson, _TABLE.c.document, _TABLE.c.updated).where(_OF_WORKSPACE)
)
_INSERT = Prepared(insert(_TABLE))
_UPDATE = Prepared(
    update(_TABLE).where(_MINE).values(document=bindparam("document"), updated=bindparam("updated"))
)


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
        found = _READ.read(self._engine, _key(workspace, lesson))
        return _progress(*found[0]) if found else Progress()

    def read_all(self, workspace: str) -> dict[str, Progress]:
        """Return the progress in every lesson that was touched."""
        found = _READ_ALL.read(self._engine, {"its_workspace": workspace})
        return {lesson: _progress(kept, updated) for lesson, kept, updated in found}

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
    found = _READ.find(connection, _key(workspace, lesson))
    changed = change(_progress(*found[0]) if found else Progress())
    kept = asdict(changed)
    del kept["updated"]
    row = {"document": json.dumps(kept), "updated": now}
    if found:
        _UPDATE.run(connection, [{**row, **_key(workspace, lesson)}])
    else:
        _INSERT.run(connection, [{**row, "workspace": workspace, "lesson": lesson}])
    return _progress(row["document"], now)


def _key(workspace: str, lesson: str) -> Row:
    return {"its_workspace": workspace, "its_lesson": lesson}


def _progress(kept: Any, updated: float) -> Progress:
    values = read_object(kept)
    tasks = {task: tuple(deciding) for task, deciding in values.pop("tasks").items()}
    return Progress(**values, tasks=tasks, updated=updated)
