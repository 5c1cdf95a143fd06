"""Messages of a lab's queues: their lane, their rows, and how each queue stands."""

from typing import Any

from tests.trace.lab_script import LAB
from webapp.trace.events import (
    Entry,
    Fact,
    LabReset,
    MessageDeadLettered,
    MessageDeleted,
    MessageExpired,
    MessageMoved,
    MessageReceived,
    MessageRepeated,
    MessageReturned,
    MessageSent,
    MessageUnchanged,
    QueueChanged,
    VisibilityChanged,
)
from webapp.trace.projections import LabView

ORDERS, DEAD = "orders", "orders-dead"
Row = dict[str, Any]


class Queues:
    """Facts about two queues, folded as they come."""

    def __init__(self, **limits: Any) -> None:
        self.view = LabView(
            functions=frozenset(),
            queues=frozenset({ORDERS, DEAD}),
            topics=frozenset(),
            lab=LAB,
            **limits,
        )
        self.sequence = 0
        self.time = 1000.0

    def tell(self, fact: Fact, *, run: str = "run-1", after: float = 1.0, region: str = "") -> int:
        self.sequence += 1
        self.time += after
        self.view.apply(Entry(self.sequence, self.time, run, None, fact, region))
        return self.sequence

    def send(
        self, number: int = 1, *, queue: str = ORDERS, delay: float = 0.0, **more: Any
    ) -> None:
        fact = MessageSent(
            queue=queue,
            message_id=f"m{number}",
            source="page",
            visible_at=self.time + 1.0 + delay,
            body=f'{{"order": {number}}}',
            size_bytes=12,
        )
        self.tell(fact, **more)

    def receive(self, number: int = 1, *, times: int = 1, hidden: float = 30.0) -> None:
        fact = MessageReceived(
            queue=ORDERS,
            message_id=f"m{number}",
            consumer="page",
            receive_count=times,
            hidden_until=self.time + 1.0 + hidden,
        )
        self.tell(fact)

    def rows(self, name: str) -> list[Row]:
        rows: list[Row] = self.view.snapshot()[name]
        return rows

    def message(self, number: int = 1, *, queue: str = ORDERS) -> Row:
        [row] = [one for one in self.rows("messages") if one["id"] == f"message:{queue}/m{number}"]
        return row

    def stand(self, queue: str = ORDERS) -> Row:
        [row] = [one for one in self.rows("queues") if one["id"] == queue]
        return row

    def lane(self, queue: str = ORDERS) -> list[tuple[str, str]]:
        segments = [one for one in self.rows("segments") if one["lane"] == f"sqs:{queue}"]
        return [(one["kind"], one["text"]) for one in segments]


def about(number: int = 1) -> Row:
    return {"queue": ORDERS, "message_id": f"m{number}"}


def test_a_message_waits_is_invisible_comes_back_and_is_deleted() -> None:
    lab = Queues()
    lab.send()
    assert lab.message()["state"] == "waiting"
    lab.receive()
    assert (lab.message()["state"], lab.stand()["in_flight"]) == ("in flight", 1)
    lab.tell(MessageReturned(**about(), receive_count=1), after=30.0)
    assert (lab.message()["state"], lab.stand()["in_flight"]) == ("waiting", 0)
    lab.receive(times=2)
    lab.tell(MessageDeleted(**about()))
    row = lab.message()
    assert (row["state"], row["outcome"], row["receives"]) == ("gone", "deleted", 2)
    assert lab.stand() == {"id": ORDERS, "present": 0, "in_flight": 0, "sent": 1, "gone": 1}
    assert lab.lane() == [
        ("message", "message 1"),
        ("visibility", "invisible 30 s"),
        ("message", "message 1"),
        ("visibility", "invisible 30 s"),
    ]
    assert all(one["end"] is not None for one in lab.rows("segments"))


def test_each_stretch_leads_to_the_next_and_tells_why() -> None:
    lab = Queues()
    lab.send()
    lab.receive()
    lab.tell(MessageReturned(**about(), receive_count=1), after=30.0)
    first, second, third = lab.rows("segments")
    assert first["story"]["next_segment"] == second["id"]
    assert second["story"]["next_segment"] == third["id"]
    assert second["story"]["what"].endswith("and did not delete it: it came back.")
    assert "visibility timeout was over" in third["story"]["why"]
    assert [row["text"] for row in lab.rows("story")] == [
        "Message 1 is in orders.",
        "Message 1 is received (1 receive so far): invisible to others for 30 s.",
        "Message 1 is visible in orders again, after 1 receive.",
    ]


def test_a_dead_letter_is_the_same_message_in_another_queue_and_goes_back() -> None:
    lab = Queues()
    lab.send()
    lab.tell(MessageDeadLettered(**about(), target=DEAD, receive_count=3))
    lab.send(queue=DEAD)
    assert (lab.message()["outcome"], lab.message()["target"]) == ("dead-lettered", DEAD)
    assert lab.message(queue=DEAD)["number"] == lab.message()["number"] == 1
    lab.tell(MessageMoved(queue=DEAD, message_id="m1", target=ORDERS))
    lab.send()
    assert lab.stand(DEAD)["present"] == 0
    assert lab.message()["state"] == "waiting"
    assert lab.stand()["present"] == 1


def test_a_delay_an_extension_a_repeat_and_an_end_are_told() -> None:
    lab = Queues()
    lab.send(delay=60.0)
    lab.tell(MessageRepeated(**about(), source="page"))
    lab.receive()
    lab.tell(VisibilityChanged(**about(), hidden_until=lab.time + 121.0))
    assert lab.message()["hidden_until"] == lab.time + 120.0
    lab.tell(VisibilityChanged(**about(), hidden_until=lab.time))
    lab.tell(MessageExpired(**about(), age_seconds=345_600.0))
    said = [row["text"] for row in lab.rows("story")]
    assert said[0] == "Message 1 is in orders, delayed for 1 min."
    assert "a repeat of message 1" in said[1]
    assert said[3] == "Message 1 stays invisible for 2 min from now on."
    assert said[4] == "Message 1 is let go: it can be received again at once."
    assert said[5] == "Message 1 is gone: orders kept it for 96 h."


def test_a_purge_takes_what_waits_and_what_is_in_flight() -> None:
    lab = Queues()
    lab.send(1)
    lab.send(2)
    lab.receive(2)
    lab.tell(QueueChanged(queue=ORDERS, change="purged", messages=2))
    assert lab.stand() == {"id": ORDERS, "present": 0, "in_flight": 0, "sent": 2, "gone": 2}
    assert {row["outcome"] for row in lab.rows("messages")} == {"purged"}


def test_queues_of_others_and_of_other_regions_are_not_seen() -> None:
    lab = Queues()
    lab.send(queue="another-labs")
    lab.send(region="eu-west-1")
    assert lab.rows("messages") == []
    assert lab.rows("story") == []


def test_a_reset_empties_the_board_and_what_comes_of_earlier_messages_is_passed_over() -> None:
    lab = Queues()
    lab.send()
    lab.tell(LabReset(lab=LAB))
    lab.tell(MessageDeleted(**about()))
    assert lab.rows("messages") == lab.rows("segments") == lab.rows("story") == []


def test_messages_that_wait_outlast_the_run_that_sent_them() -> None:
    lab = Queues(kept_segments=20)
    lab.send(0, run="first")
    for number in range(1, 40):
        lab.send(number, run=f"run-{number}")
        lab.receive(number)
        lab.tell(MessageDeleted(**about(number)), run=f"run-{number}")
    assert lab.message(0)["state"] == "waiting"
    assert lab.stand()["present"] == 1
    assert len(lab.rows("messages")) < 30


def test_a_page_gets_the_oldest_messages_and_the_newest_that_left() -> None:
    lab = Queues()
    for number in range(130):
        lab.send(number)
    for number in range(30):
        lab.tell(MessageDeleted(**about(number)))
    dead, orders = sorted(lab.view.queues(), key=lambda one: one.name, reverse=True)
    assert (dead.name, dead.present, dead.messages) == (DEAD, 0, ())
    assert orders.present == len(orders.messages) == 100
    assert orders.messages[0]["message"] == "m30"
    assert [one["message"] for one in orders.left] == [f"m{number}" for number in range(29, 9, -1)]


def test_what_the_disk_refused_is_taken_back() -> None:
    queues = Queues()
    queues.send(1)
    queues.send(2)
    queues.tell(MessageUnchanged(**about(2), reason="The disk is full.", here=False))
    assert queues.message(2)["outcome"] == "not stored"
    queues.receive(1)
    queues.tell(MessageUnchanged(**about(1), reason="The disk is full."))
    assert (queues.message(1)["state"], queues.stand()["in_flight"]) == ("waiting", 0)
    queues.receive(1, hidden=60.0)
    queues.tell(MessageDeleted(**about(1)))
    until = queues.time + 40.0
    queues.tell(MessageUnchanged(**about(1), reason="The disk is full.", hidden_until=until))
    row, stand = queues.message(1), queues.stand()
    assert (row["state"], row["outcome"], row["hidden_until"]) == ("in flight", "", until)
    assert (stand["present"], stand["in_flight"], stand["gone"]) == (1, 1, 1)


def test_a_purge_that_the_disk_refused_brings_every_message_back() -> None:
    queues = Queues()
    queues.send(1)
    queues.send(2)
    queues.tell(QueueChanged(queue=ORDERS, change="purged", messages=2))
    assert queues.stand()["present"] == 0
    queues.tell(QueueChanged(queue=ORDERS, change="purged", failure="The disk is full."))
    assert (queues.stand()["present"], queues.message(2)["state"]) == (2, "waiting")
