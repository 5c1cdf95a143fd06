"""A receipt handle names one receive of one queue; anything else is refused, never a crash."""

import base64

import pytest

from webapp.sources.queues.errors import MessageNotInFlight, ReceiptHandleInvalid
from webapp.sources.queues.held import Held
from webapp.sources.queues.message import Message
from webapp.sources.queues.queue import Queue
from webapp.sources.queues.receipt_handle import ReceiptHandle, read_receipt_handle
from webapp.sources.queues.settings import new_settings


def written(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def test_a_handle_is_read_as_it_was_written() -> None:
    handle = ReceiptHandle(queue="orders", identifier="m1", receipt="r1")
    assert read_receipt_handle(handle.text, queue="orders") == handle


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not base 64",
        "\N{SNOWMAN}",
        written("orders\nm1"),
        written("orders\nm1\n"),
        written("orders\nm1\nr1\nr2"),
        written("invoices\nm1\nr1"),
        base64.urlsafe_b64encode(b"orders\nm1\n\xff").decode(),
    ],
)
def test_what_no_receive_of_the_queue_gave_out_is_refused(text: str) -> None:
    with pytest.raises(ReceiptHandleInvalid, match="is not a valid receipt handle"):
        read_receipt_handle(text, queue="orders")


def test_a_made_up_receipt_of_a_message_that_is_here_deletes_nothing() -> None:
    queue = Queue("orders", settings=new_settings("orders", {}))
    message = Message(identifier="m1", body="x", sent=0.0, sequence=1, sender="me")
    queue.add(Held(message=message, visible_at=0.0), now=0.0)
    queue.receive(1, hide_seconds=30, now=0.0)
    made_up = ReceiptHandle(queue="orders", identifier="m1", receipt="\N{SNOWMAN}").text
    assert queue.deletable(made_up, now=1.0) is None
    with pytest.raises(MessageNotInFlight):
        queue.change_visibility(made_up, 60, now=1.0)
