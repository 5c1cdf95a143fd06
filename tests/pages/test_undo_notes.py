"""What an undo of a reset does not bring back, as it is said before and after."""

from webapp.pages.undo_notes import UndoNote


def test_where_everything_is_kept_nothing_is_said() -> None:
    assert (UndoNote({}).before, UndoNote({}).after) == ("", "")


def test_messages_that_are_not_kept_are_counted_by_queue() -> None:
    note = UndoNote({"orders": 1, "orders-dead": 1502})
    keeps = "1,000 messages of each queue, 4 MB together"
    gone = "1 message of orders, 1,502 messages of orders-dead."
    assert note.before == f"The undo keeps {keeps}. Gone for good would be: {gone}"
    assert note.after == f"Not kept, as the undo has room for {keeps}: {gone}"
