from dataclasses import dataclass

from webapp.trace.projections.rows import Graves, JsonObject, Row, Table


@dataclass(slots=True, kw_only=True, eq=False)
class Note(Row):
    """A row of the tests."""

    text: str = ""

    def render(self) -> JsonObject:
        return {"id": self.key, "text": self.text}


def table_of(*keys: str) -> tuple[Table[Note], list[Note]]:
    table: Table[Note] = Table()
    notes = [Note(key=key) for key in keys]
    for sequence, note in enumerate(notes, start=1):
        table.add(note, sequence)
    return table, notes


def keys(rows: list[JsonObject]) -> list[str]:
    return [row["id"] for row in rows]


def test_a_cursor_gets_what_changed_after_it_in_the_order_of_birth() -> None:
    table, (first, _, third) = table_of("a", "b", "c")
    third.touch(4)
    first.touch(5)
    assert keys(table.since(3)) == ["a", "c"]
    assert keys(table.since(0)) == ["a", "b", "c"]
    assert table.since(5) == []


def test_a_changed_row_is_made_anew_and_the_old_one_is_left_as_it_was() -> None:
    table, (note,) = table_of("a")
    before = table.since(0)[0]
    note.text = "changed"
    note.touch(2)
    assert table.since(1) == [{"id": "a", "text": "changed"}]
    assert before == {"id": "a", "text": ""}


def test_a_dropped_row_can_be_touched_without_coming_back() -> None:
    table, (note,) = table_of("a")
    table.drop(note)
    note.touch(2)
    assert len(table) == 0
    assert table.get("a") is None


def test_graves_tell_what_was_dropped_after_a_cursor() -> None:
    graves = Graves(limit=10)
    for sequence, key in enumerate("abc", start=1):
        graves.bury(key, sequence)
    assert graves.since(1) == ["b", "c"]
    assert graves.since(3) == []
    assert graves.forgotten == 0


def test_a_key_that_is_dropped_again_was_dropped_last() -> None:
    graves = Graves(limit=10)
    for sequence, key in enumerate("aba", start=1):
        graves.bury(key, sequence)
    assert graves.since(1) == ["b", "a"]
    assert graves.since(2) == ["a"]


def test_graves_say_from_which_cursor_on_they_know_everything() -> None:
    graves = Graves(limit=2)
    for sequence, key in enumerate("abcd", start=1):
        graves.bury(key, sequence)
    assert graves.forgotten == 2
    assert graves.since(graves.forgotten) == ["c", "d"]
