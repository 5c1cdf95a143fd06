"""What learners typed and have not deployed, with versions of it that are kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, delete
from sqlmodel import Session, select

from webapp.clock import real_now
from webapp.storage import draft_versions as versions
from webapp.storage.draft_contents import Contents
from webapp.storage.draft_versions import Kept
from webapp.storage.driver import Prepared, read_object
from webapp.storage.journal import Journal
from webapp.storage.places import Place
from webapp.storage.rows import put
from webapp.storage.tables.learning import DraftRow
from webapp.storage.workspaces import ensure_workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A function's files and event as they were typed; ``updated`` is real time.

    ``revision`` is another word after every change. ``start`` tells from what the lesson held
    when the draft began, ``lesson_version`` from which version of the lesson that was.
    """

    files: Mapping[str, bytes]
    event: str
    lesson_version: str
    start: str
    revision: str
    updated: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """What becomes of a draft: ``None`` takes it away. ``keep`` are versions to keep, in order."""

    draft: Draft | None
    keep: tuple[tuple[str, Draft], ...] = ()
    """Why each is kept, in a word of the classroom's, and the draft as it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What is there after a change. ``version`` is the number of the newest version, 0 for none."""

    draft: Draft | None
    version: int


_READ = Prepared(
    select(DraftRow.document, DraftRow.updated, DraftRow.revision).where(*Place.prepared(DraftRow))
)
Change = Callable[[Draft | None, float], Rewrite]
"""Makes another draft of the one that is; the second argument is when a version was kept last."""


class Drafts:
    """Drafts by place. Every method blocks; changes return when they are on disk.

    Raises ``StoreBusy`` and ``StoreFailed``.
    """

    def __init__(
        self, engine: Engine, journal: Journal, *, now: Callable[[], float] = real_now
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._now = now

    def read(self, place: Place) -> Draft | None:
        """Return a draft, ``None`` where nothing was typed."""
        with self._engine.connect() as connection, connection.begin():
            return _read(connection, place)

    def change(self, place: Place, change: Change) -> Changed:
        """Replace the draft by what ``change`` makes of it, and return what is there then.

        ``change`` runs on the writer thread, where no other change comes between. It may run
        twice, so it must be pure and quick; what it raises, this raises, and nothing is changed.
        """
        make = partial(_change, place=place, change=change, now=self._now())
        return self._journal.write(place.workspace, make)

    def versions(self, place: Place) -> list[Kept]:
        """Return what is kept of a draft's history, the newest first."""
        with Session(self._engine) as session:
            return versions.read_all(session.connection(), place)

    def version(self, place: Place, number: int) -> Draft:
        """Return a version as the draft that it was. Raises ``KeyError``."""
        with Session(self._engine) as session:
            connection = session.connection()
            kept = versions.read_one(connection, place, number)
            return _draft(connection, place, kept.document, updated=kept.saved, revision="")


def _read(connection: Connection, place: Place) -> Draft | None:
    found = _READ.find(connection, place._asdict())
    if not found:
        return None
    document, updated, revision = found[0]
    return _draft(connection, place, read_object(document), updated=updated, revision=revision)


def _change(
    connection: Connection,
    *,
    place: Place,
    change: Change,
    now: float,
) -> Changed:
    ensure_workspace(connection, place.workspace, now=now)
    rewrite = change(_read(connection, place), versions.newest_time(connection, place))
    contents = Contents(connection, place)
    for why, draft in rewrite.keep:
        versions.keep(connection, place, why=why, document=_document(contents, draft), now=now)
    if rewrite.draft is None:
        _delete(connection, place)
    else:
        _put(connection, place, rewrite.draft, document=_document(contents, rewrite.draft), now=now)
    versions.trim(connection, place, sizes=contents.sizes())
    contents.sweep(used=_used(connection, place))
    newest = versions.newest_number(connection, place)
    return Changed(draft=_read(connection, place), version=newest)


def _delete(connection: Connection, place: Place) -> None:
    connection.execute(delete(DraftRow).where(*place.of(DraftRow)))


def _put(
    connection: Connection, place: Place, draft: Draft, *, document: dict[str, Any], now: float
) -> None:
    row = DraftRow(
        workspace=place.workspace,
        lab=place.lab,
        function=place.function,
        revision=draft.revision,
        document=document,
        updated=now,
    )
    put(connection, row)


def _document(contents: Contents, draft: Draft) -> dict[str, Any]:
    """Return a draft as JSON that names its contents, which are stored once for all versions."""
    return {
        "files": {name: contents.put(data) for name, data in draft.files.items()},
        "event": contents.put(draft.event.encode()),
        "lesson_version": draft.lesson_version,
        "start": draft.start,
    }


def _draft(
    connection: Connection,
    place: Place,
    document: Mapping[str, Any],
    *,
    updated: float,
    revision: str,
) -> Draft:
    names: Mapping[str, str] = document["files"]
    contents = Contents(connection, place)
    found = contents.read({*names.values(), document["event"]})
    return Draft(
        files={name: found[digest] for name, digest in names.items()},
        event=found[document["event"]].decode(),
        lesson_version=document["lesson_version"],
        start=document["start"],
        revision=revision,
        updated=updated,
    )


def _used(connection: Connection, place: Place) -> set[str]:
    """Return every content that a draft or a version of the lab names."""
    of_lab = select(DraftRow.document).where(*place.of_lab(DraftRow))
    documents = [*connection.scalars(of_lab), *versions.documents(connection, place)]
    return {digest for one in documents for digest in (*one["files"].values(), one["event"])}
