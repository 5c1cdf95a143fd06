from concurrent.futures import ThreadPoolExecutor

from webapp.storage.storage import Storage
from webapp.storage.undos import KeptUndo, UndoBook


def test_a_lab_that_was_never_reset_has_nothing_to_undo(storage: Storage) -> None:
    assert storage.undos.read("w", lab="greeter") is None
    assert storage.undos.take("w", lab="greeter", id="a") is None


def test_the_last_reset_of_a_lab_is_kept_with_its_time(storage: Storage) -> None:
    book = UndoBook(storage.engine, storage.journal, now=lambda: 12.5)
    book.keep("w", lab="greeter", id="a", document={"drafts": []})
    book.keep("w", lab="greeter", id="b", document={"drafts": [{"text": "é\0"}]})
    book.keep("w", lab="other", id="c", document={})
    kept = KeptUndo(id="b", document={"drafts": [{"text": "é\0"}]}, made=12.5)
    assert book.read("w", lab="greeter") == kept
    assert book.take("w", lab="greeter", id="a") is None
    assert book.take("w", lab="greeter", id="b") == kept
    assert book.read("w", lab="greeter") is None
    assert book.read("w", lab="other") is not None


def test_places_within_a_lab_are_read_at_once_and_none_of_another_workspace(
    storage: Storage,
) -> None:
    for workspace, place in (("w", "a"), ("w", "a#q"), ("w", "a#r"), ("w", "ab#s"), ("o", "a#t")):
        storage.undos.keep(workspace, lab=place, id=place, document={"of": place})
    found = storage.undos.read_within("w", prefix="a#")
    assert {place: one.document["of"] for place, one in found.items()} == {
        "a#q": "a#q",
        "a#r": "a#r",
    }
    assert storage.undos.read_within("w", prefix="b#") == {}


def test_of_many_who_take_an_undo_at_once_one_gets_it(storage: Storage) -> None:
    storage.undos.keep("w", lab="greeter", id="a", document={})
    with ThreadPoolExecutor(8) as tabs:
        taken = tabs.map(lambda _: storage.undos.take("w", lab="greeter", id="a"), range(20))
    assert sum(one is not None for one in taken) == 1
