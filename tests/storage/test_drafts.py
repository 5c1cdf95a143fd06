"""Drafts and their history: what is kept, what is given up, what is stored once."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from webapp.storage.draft_versions import MOST_BYTES, MOST_VERSIONS, Kept, to_drop
from webapp.storage.drafts import Changed, Draft, Drafts, Rewrite
from webapp.storage.places import Place
from webapp.storage.storage import Storage
from webapp.storage.tables.learning import DraftContentRow

pytestmark = pytest.mark.slow

PLACE = Place("w", "greeter", "hello")


def draft(files: Mapping[str, bytes], *, event: str = "{}", revision: str = "r1") -> Draft:
    return Draft(files=files, event=event, lesson_version="1", start="s", revision=revision)


def put(storage: Storage, new: Draft | None, *keep: tuple[str, Draft], at: Place = PLACE) -> None:
    storage.drafts.change(at, lambda _old, _kept: Rewrite(draft=new, keep=keep))


def contents(storage: Storage) -> set[bytes]:
    with storage.engine.connect() as connection:
        return set(connection.scalars(select(col(DraftContentRow.data))))


def test_where_nobody_typed_there_is_no_draft_and_no_history(storage: Storage) -> None:
    assert storage.drafts.read(PLACE) is None
    assert storage.drafts.versions(PLACE) == []
    with pytest.raises(KeyError):
        storage.drafts.version(PLACE, 1)


def test_a_draft_is_kept_with_bytes_of_every_kind(storage: Storage) -> None:
    drafts = Drafts(storage.engine, storage.journal, now=lambda: 12.5)
    typed = draft({"z.py": b"", "a.py": "é\r\n\0".encode(), "logo.png": bytes(range(256))})
    saved = drafts.change(PLACE, lambda _old, _kept: Rewrite(draft=typed))
    assert saved == Changed(draft=replace(typed, updated=12.5), version=0)
    assert drafts.read(PLACE) == saved.draft


def test_a_change_sees_what_is_there_and_when_a_version_was_kept(storage: Storage) -> None:
    seen: list[tuple[Draft | None, float]] = []

    def change(old: Draft | None, kept: float) -> Rewrite:
        seen.append((old, kept))
        return Rewrite(draft=draft({"a.py": b"2"}), keep=(("start", draft({"a.py": b"1"})),))

    drafts = Drafts(storage.engine, storage.journal, now=lambda: 12.5)
    saved = drafts.change(PLACE, change)
    assert saved.version == 1
    drafts.change(PLACE, change)
    assert seen == [(None, 0.0), (saved.draft, 12.5)]


def test_a_change_that_raises_changes_nothing(storage: Storage) -> None:
    put(storage, draft({"a.py": b"1"}))
    before = storage.drafts.read(PLACE)

    def refuse(_old: Draft | None, _kept: float) -> Rewrite:
        raise ValueError("no such file")

    with pytest.raises(ValueError, match="no such file"):
        storage.drafts.change(PLACE, refuse)
    assert storage.drafts.read(PLACE) == before


def test_versions_come_back_as_the_drafts_that_they_were(storage: Storage) -> None:
    first, second = draft({"a.py": b"1"}), draft({"a.py": b"2", "b.py": b""}, event="[1]")
    put(storage, second, ("start", first), ("invoked", second))
    kept = storage.drafts.versions(PLACE)
    assert [(one.number, one.why) for one in kept] == [(2, "invoked"), (1, "start")]
    again = storage.drafts.version(PLACE, 2)
    assert (again.files, again.event, again.start) == (second.files, "[1]", "s")
    assert storage.drafts.version(PLACE, 1).files == first.files


def test_the_same_files_are_not_kept_twice_in_a_row(storage: Storage) -> None:
    one, other = draft({"a.py": b"1"}), draft({"a.py": b"2"})
    put(storage, one, ("invoked", one), ("invoked", one), ("reset", other), ("invoked", one))
    assert [kept.number for kept in storage.drafts.versions(PLACE)] == [3, 2, 1]


def test_taking_a_draft_away_keeps_its_history(storage: Storage) -> None:
    one = draft({"a.py": b"1"})
    put(storage, one)
    put(storage, None, ("reset", one))
    assert storage.drafts.read(PLACE) is None
    assert storage.drafts.version(PLACE, 1).files == {"a.py": b"1"}


def test_the_oldest_versions_are_given_up_with_what_only_they_held(storage: Storage) -> None:
    for number in range(MOST_VERSIONS + 5):
        one = draft({"a.py": b"%d" % number, "same.py": b"same"})
        put(storage, one, ("invoked", one))
    kept = storage.drafts.versions(PLACE)
    assert len(kept) == MOST_VERSIONS
    assert kept[0].number == MOST_VERSIONS + 5
    assert contents(storage) == {b"same", b"{}"} | {
        b"%d" % number for number in range(5, MOST_VERSIONS + 5)
    }


def test_versions_are_bounded_by_what_they_hold_together() -> None:
    sizes = {"large": MOST_BYTES // 2, "event": 2, "other": MOST_BYTES // 2, "small": 1}

    def kept(number: int, digest: str) -> Kept:
        document = {"files": {"a": digest}, "event": "event"}
        return Kept(number=number, why="invoked", saved=0.0, document=document)

    newest_first = [kept(5, "large"), kept(4, "large"), kept(3, "small"), kept(2, "other")]
    assert to_drop(newest_first, sizes=sizes) == [2]
    assert to_drop([kept(1, "large")], sizes={"large": 2 * MOST_BYTES}) == []


def test_other_functions_labs_and_workspaces_are_left_alone(storage: Storage) -> None:
    one = draft({"a.py": b"shared"})
    others = [
        Place("w", "greeter", "other"),
        Place("w", "another", "hello"),
        Place("v", *PLACE[1:]),
    ]
    for place in (PLACE, *others):
        put(storage, one, ("invoked", one), at=place)
    put(storage, draft({"a.py": b"mine"}))
    for place in others:
        found = storage.drafts.read(place)
        assert found is not None
        assert found.files == one.files
        assert storage.drafts.version(place, 1).files == one.files


def test_a_deleted_workspace_takes_its_drafts_along(storage: Storage) -> None:
    one = draft({"a.py": b"1"})
    put(storage, one, ("invoked", one))
    storage.store.delete_workspace("w")
    assert storage.drafts.read(PLACE) is None
    assert contents(storage) == set()
