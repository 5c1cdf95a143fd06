"""What the board of a queue shows, as plain data for its template."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.classroom.sources.queue_boards import QueueBoard
from webapp.classroom.sources.queue_work import CONSUMER
from webapp.classroom.sources.wanted_settings import WantedSettings
from webapp.pages.boards.queue_settings import SettingsForm
from webapp.runtime.model import Address
from webapp.sources.queues.message import Message
from webapp.sources.queues.moves import MoveTask
from webapp.sources.queues.receiving import Received

PREVIEW = 90
MOST_PRETTY = 256 * 1024
"""Characters of JSON that are laid out; what is longer, or becomes so, stays as it was sent."""
_OUTCOMES = {
    "deleted": "Deleted",
    "dead-lettered": "Dead-lettered",
    "moved": "Moved",
    "expired": "Expired",
    "purged": "Purged",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A message on a board. ``id`` is one of the page; ``until`` is lab time, 0 for none.

    ``receive`` is the number of the receive by hand that holds it, 0 if none does.
    """

    id: str
    message: str
    number: int
    state: str
    until: float
    receives: int
    consumer: str
    preview: str
    body: str
    whole: bool
    size: int
    group: str
    source: str
    came_from: str
    attributes: tuple[tuple[str, str], ...]
    outcome: str
    target: str
    receive: int
    segment: str | None
    cause: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """One queue. ``about`` says how it is set; ``typed`` is what its send form holds."""

    base: str
    id: str
    name: str
    exists: bool
    fifo: bool
    about: str
    visible: int
    in_flight: int
    delayed: int
    redrives: bool
    sources: str
    moved: str
    messages: tuple[ShownRow, ...]
    more: int
    left: tuple[ShownRow, ...]
    now: float
    settings: SettingsForm | None = None

    @property
    def address(self) -> str:
        """Where its forms are sent."""
        return f"{self.base}/queues/{self.name}"


def settings_form(
    board: QueueBoard, *, base: str, place: int, address: Address, others: Sequence[str]
) -> SettingsForm | None:
    """Return the form of a queue's settings as they are; ``None`` if it was deleted.

    ``others`` are queues of its kind, which may get its dead letters.
    """
    settings, name = board.now.settings, board.now.name
    if settings is None:
        return None
    wanted = WantedSettings.of(settings, address)
    foreign = [wanted.dead_letter] if wanted.dead_letter not in ("", *others) else []
    return SettingsForm(
        id=f"queue-{place}-settings",
        address=f"{base}/queues/{name}",
        wanted=wanted,
        targets=(*(one for one in others if one != name), *foreign),
    )


def board_view(
    board: QueueBoard, *, base: str, place: int, now: float, form: SettingsForm | None
) -> BoardView:
    """Return a queue for its template; ``place`` counts the lab's queues."""
    looked, view = board.now, board.view
    settings = looked.settings
    rows = tuple(
        _row(row, looked.messages.get(row["message"]), place=place, now=now)
        for row in view.messages
    )
    return BoardView(
        base=base,
        id=f"queue-{place}",
        name=looked.name,
        exists=settings is not None,
        fifo=settings is not None and settings.fifo,
        about=_about(board),
        visible=looked.visible,
        in_flight=looked.in_flight,
        delayed=looked.delayed,
        redrives=bool(looked.dead_letters_of),
        sources=", ".join(looked.dead_letters_of),
        moved=_moved(looked.task),
        messages=rows,
        more=max(0, view.present - len(rows)),
        left=tuple(_row(row, None, place=place, now=now) for row in view.left),
        now=now,
        settings=form,
    )


def consumer_json(received: Received) -> str:
    """Return a message as ReceiveMessage answers it."""
    message = received.message
    shown: dict[str, Any] = {
        "MessageId": message.identifier,
        "ReceiptHandle": received.handle,
        "Body": message.body,
        "Attributes": {"ApproximateReceiveCount": str(received.receive_count)},
    }
    if message.group:
        shown["Attributes"]["MessageGroupId"] = message.group
    if message.attributes:
        shown["MessageAttributes"] = {
            name: {"DataType": one.data_type, "Value": _text(one.value)}
            for name, one in message.attributes.items()
        }
    return json.dumps(shown, indent=2, ensure_ascii=False)


def pretty(body: str) -> str:
    """Return JSON laid out, and anything else as it is."""
    if len(body) > MOST_PRETTY:
        return body
    try:
        laid_out = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body
    return laid_out if len(laid_out) <= 2 * MOST_PRETTY else body


def attributes_of(message: Message | None) -> tuple[tuple[str, str], ...]:
    """Return what stands beside a body, by name."""
    if message is None:
        return ()
    named = {
        f"{name} ({one.data_type})": _text(one.value) for name, one in message.attributes.items()
    }
    system = {
        "MessageGroupId": message.group,
        "MessageDeduplicationId": message.deduplication,
        "DeadLetterQueueSourceArn": message.source_arn,
        "AWSTraceHeader": message.trace,
    }
    return (*named.items(), *((name, value) for name, value in system.items() if value))


def _row(row: Mapping[str, Any], message: Message | None, *, place: int, now: float) -> ShownRow:
    state, until = _state(row, now=now)
    held = row["state"] == "in flight" and row["consumer"] == CONSUMER
    return ShownRow(
        id=f"message-{place}-{row['number']}",
        message=row["message"],
        number=row["number"],
        state=state,
        until=until,
        receives=row["receives"],
        consumer=row["consumer"],
        preview=" ".join(row["body"].split())[:PREVIEW],
        body=pretty(row["body"]) if row["whole"] else row["body"],
        whole=row["whole"],
        size=row["size"],
        group=row["group"],
        source=row["source"],
        came_from=message.source_arn.rpartition(":")[2] if message else "",
        attributes=attributes_of(message),
        outcome=_OUTCOMES.get(row["outcome"], ""),
        target=row["target"],
        receive=row["receives"] if held else 0,
        segment=row["segment"],
        cause=row["cause"],
    )


def _state(row: Mapping[str, Any], *, now: float) -> tuple[str, float]:
    """Return the state in SQS's words, and until when it lasts."""
    if row["state"] == "in flight":
        return "in flight", row["hidden_until"]
    if row["state"] == "waiting" and row["visible_at"] > now:
        return "delayed", row["visible_at"]
    return ("visible" if row["state"] == "waiting" else "gone"), 0.0


def _about(board: QueueBoard) -> str:
    settings = board.now.settings
    if settings is None:
        return "This queue was deleted."
    parts = [f"visibility timeout {_length(settings.number('VisibilityTimeout'))}"]
    if settings.number("DelaySeconds"):
        parts.append(f"delay {_length(settings.number('DelaySeconds'))}")
    parts.append(f"kept for {_length(settings.number('MessageRetentionPeriod'))}")
    if settings.fifo and settings.deduplicates_by_content:
        parts.append("tells duplicates by content")
    if settings.redrive:
        target = settings.redrive.target_arn.rpartition(":")[2]
        count = settings.redrive.most_receives
        after = "1 receive" if count == 1 else f"{count} receives"
        parts.append(f"dead letters to {target} after {after}")
    if board.now.dead_letters_of:
        parts.append(f"takes the dead letters of {', '.join(board.now.dead_letters_of)}")
    return " · ".join(parts)


def _moved(task: MoveTask | None) -> str:
    if task is None:
        return ""
    if task.status == "FAILED":
        return f"The redrive stopped after {task.moved} of {task.wanted}: {task.failure}."
    return f"Redrive: {task.moved} of {task.wanted} moved back."


def _length(seconds: int) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else f"{len(value)} bytes"
