from webapp.storage.places import Place
from webapp.storage.saved_events import SavedEvent, SavedEvents
from webapp.storage.storage import Storage

PLACE = Place("w", "greeter", "hello")
OTHER = Place("w", "greeter", "other")


def test_events_are_kept_by_name_and_replaced(storage: Storage) -> None:
    events = SavedEvents(storage.engine, storage.journal, now=lambda: 12.5)
    assert events.read(PLACE) == []
    for name, text in (("b", "1"), ("a", "2"), ("b", "3")):
        assert events.save(PLACE, name, text=text, most=10)
    assert events.read(PLACE) == [
        SavedEvent(name="a", text="2", updated=12.5),
        SavedEvent(name="b", text="3", updated=12.5),
    ]


def test_beyond_the_most_nothing_is_kept_but_a_replacement(storage: Storage) -> None:
    events = storage.saved_events
    assert [events.save(PLACE, name, text=name, most=2) for name in "abc"] == [True, True, False]
    assert events.save(PLACE, "a", text="new", most=2)
    assert events.save(OTHER, "c", text="c", most=2)
    assert [one.text for one in events.read(PLACE)] == ["new", "b"]


def test_deleting_leaves_the_events_of_others_alone(storage: Storage) -> None:
    events = storage.saved_events
    for place in (PLACE, OTHER):
        events.save(place, "a", text="x", most=10)
    assert events.delete(PLACE, "a")
    assert not events.delete(PLACE, "a")
    assert len(events.read(OTHER)) == 1


def test_they_go_with_their_workspace(storage: Storage) -> None:
    storage.saved_events.save(PLACE, "a", text="x", most=10)
    storage.store.delete_workspace("w")
    assert storage.saved_events.read(PLACE) == []
