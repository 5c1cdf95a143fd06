"""Patterns of the boards of queues: empty, busy, FIFO, dead letters, deleted, and what is said."""

from dataclasses import replace

from webapp.classroom.sources.wanted_settings import WantedSettings
from webapp.pages.boards.queue_settings import SettingsForm
from webapp.pages.boards.queue_views import BoardView, ShownRow
from webapp.pages.boards.said import Said
from webapp.pages.patterns.pattern import Group, Pattern, drawn

_LONG = "a-queue-whose-name-is-as-long-as-the-name-of-a-queue-can-be-which-is-eighty-chars"
_ABOUT = "visibility timeout 30 s · kept for 4 d · dead letters to orders-dead after 3 receives"
_WANTED = WantedSettings(
    visibility_timeout="30", delay="0", retention="345600", wait="0", dead_letter="orders-dead"
)
_REFUSED = {"delay": "Invalid value for the parameter DelaySeconds."}
_SAID = (
    ("Queue: sent", Said(id="said-1", text="Sent and on disk: message 5f8e.")),
    (
        "Queue: received",
        Said(
            id="said-2",
            text="1 message received. Delete what is done before the visibility timeout is over.",
            received=('{\n  "MessageId": "5f8e",\n  "Body": "{\\"order\\": 1}"\n}',),
        ),
    ),
    (
        "Queue: refused",
        Said(
            id="said-3",
            error="Only one PurgeQueue operation on orders is allowed every 60 seconds.",
        ),
    ),
)


def queue_patterns(base: str) -> Group:
    """Return every state of a board."""
    waiting = (
        _row(1, "visible"),
        _row(2, "in flight", until=24.0, receives=1, receive=1, consumer="page"),
        _row(3, "delayed", until=580.0),
        _row(4, "visible", receives=2, preview='{"text": "<b>not bold</b>"}', came_from="orders"),
    )
    left = (
        _row(5, "gone", outcome="Deleted", receives=1),
        _row(6, "gone", outcome="Dead-lettered", target="orders-dead", receives=3),
    )
    boards = (
        ("Queue: empty", _board(base, 1)),
        ("Queue: messages in every state", _board(base, 2, messages=waiting, left=left, more=1200)),
        ("Queue: FIFO", _board(base, 3, name="steps.fifo", fifo=True)),
        ("Queue: dead letters", _board(base, 4, name="orders-dead", redrives=True)),
        ("Queue: deleted", _board(base, 5, exists=False)),
        ("Queue: a long name", _board(base, 6, name=_LONG)),
    )
    shown = (drawn(name, "queues/_board.html", board=one, wide=True) for name, one in boards)
    return Group(
        title="Queues",
        patterns=(
            drawn("Queues: all of a lab", "queues/_boards.html", boards=(), wide=True),
            *shown,
            *_said(),
        ),
        wide=True,
    )


def _said() -> tuple[Pattern, ...]:
    return tuple(drawn(name, "boards/_said.html", said=said) for name, said in _SAID)


def _board(
    base: str,
    place: int,
    *,
    name: str = "orders",
    exists: bool = True,
    fifo: bool = False,
    redrives: bool = False,
    messages: tuple[ShownRow, ...] = (),
    left: tuple[ShownRow, ...] = (),
    more: int = 0,
) -> BoardView:
    settings = SettingsForm(
        id=f"queue-{place}-settings",
        address=f"{base}/queues/{name}",
        wanted=replace(_WANTED, by_content="false" if fifo else ""),
        targets=("orders-dead",),
        errors=_REFUSED if more else {},
    )
    return BoardView(
        base=base,
        id=f"queue-{place}",
        name=name,
        exists=exists,
        fifo=fifo,
        about=_ABOUT if exists else "This queue was deleted.",
        visible=sum(row.state == "visible" for row in messages) + more,
        in_flight=sum(row.state == "in flight" for row in messages),
        delayed=sum(row.state == "delayed" for row in messages),
        redrives=redrives,
        sources="orders" if redrives else "",
        moved="Redrive: 3 of 3 moved back." if redrives else "",
        messages=messages,
        more=more,
        left=left,
        now=0.0,
        settings=settings if exists else None,
    )


def _row(
    number: int,
    state: str,
    *,
    until: float = 0.0,
    receives: int = 0,
    receive: int = 0,
    consumer: str = "",
    preview: str = "",
    came_from: str = "",
    outcome: str = "",
    target: str = "",
) -> ShownRow:
    body = preview or f'{{"order": {number}, "dishes": ["soup", "tea"]}}'
    return ShownRow(
        id=f"message-{number}",
        message=f"5f8e0000-0000-4000-8000-{number:012d}",
        number=number,
        state=state,
        until=until,
        receives=receives,
        consumer=consumer,
        preview=body,
        body=body,
        whole=state != "delayed",
        size=len(body),
        group="",
        source="page",
        came_from=came_from,
        attributes=(("Colour (String)", "red"),),
        outcome=outcome,
        target=target,
        receive=receive,
        segment=f"s{number}",
        cause="s1" if number == 1 else None,
    )
