"""Patterns of the boards of topics: empty, every state of a copy, pending, FIFO, deleted."""

from webapp.pages.boards.topic_views import ShownCopy, ShownMessage, ShownSubscription, TopicView
from webapp.pages.patterns.pattern import Group, drawn

_POLICY = '{"kind": ["paid", {"prefix": "re"}]}'
_COPIES = (
    ("invoices", "delivered", "ok", "check", "", 0.0),
    ("archive", "on its way", "running", "play", "", 0.0),
    (
        "mailer",
        "waiting",
        "throttle",
        "hourglass",
        "TooManyRequestsException: Rate Exceeded.",
        24.0,
    ),
    (
        "paid-only",
        "filtered",
        "plain",
        "funnel",
        'kind is "open"; the pattern asks for "paid" or text that begins with "re"',
        0.0,
    ),
    ("gone", "lost", "error", "x", "ResourceNotFoundException: Function not found: gone", 0.0),
    ("closed", "dead-lettered", "error", "inbox", "AccessDenied: no policy allows it", 0.0),
    ("ada@example.org", "shown", "plain", "eye", "", 0.0),
)


def topic_patterns(base: str) -> Group:
    """Return every state of a board."""
    copies = tuple(_copy(*one) for one in _COPIES)
    messages = (
        _message(2, copies, tone="error", sums="1 delivered · 1 waiting · 1 lost"),
        _message(1, copies[:1], tone="ok", sums="1 delivered"),
    )
    subscriptions = (
        _subscription(1, "invoices", policy=_POLICY, notes="dead letters to letters"),
        _subscription(2, "archive", notes="raw delivery"),
        _subscription(3, "ada@example.org", protocol="email", pending=True),
    )
    boards = (
        ("Topic: nobody subscribed", _board(base, 1)),
        ("Topic: copies in every state", _board(base, 2, subscriptions, messages)),
        ("Topic: FIFO", _board(base, 3, name="steps.fifo")),
        ("Topic: deleted", _board(base, 4, exists=False)),
    )
    return Group(
        title="Topics",
        patterns=(
            drawn("Topics: all of a lab", "topics/_boards.html", topics=(), wide=True),
            *(drawn(name, "topics/_board.html", board=one, wide=True) for name, one in boards),
        ),
        wide=True,
    )


def _board(
    base: str,
    place: int,
    subscriptions: tuple[ShownSubscription, ...] = (),
    messages: tuple[ShownMessage, ...] = (),
    *,
    name: str = "orders",
    exists: bool = True,
) -> TopicView:
    return TopicView(
        base=base,
        id=f"topic-{place}",
        name=name,
        exists=exists,
        fifo=name.endswith(".fifo"),
        by_content=False,
        subscriptions=subscriptions,
        messages=messages,
        readers=("make-invoice", "archive"),
        now=0.0,
    )


def _subscription(
    number: int,
    name: str,
    *,
    protocol: str = "sqs",
    policy: str = "",
    notes: str = "",
    pending: bool = False,
) -> ShownSubscription:
    return ShownSubscription(
        id=f"subscription-{number}",
        identifier=f"5f8e0000-0000-4000-8000-{number:012d}",
        name=name,
        endpoint=f"arn:aws:sqs:us-east-1:000000000000:{name}",
        protocol=protocol,
        pending=pending,
        token="2336412f37" if pending else "",
        filter=policy,
        policy=policy,
        scope="MessageAttributes",
        notes=notes,
        is_queue=protocol == "sqs",
        raw="raw" in notes,
        dead_letter="orders-dead" if "dead letters" in notes else "",
        letters=2 if "dead letters" in notes else 0,
    )


def _message(number: int, copies: tuple[ShownCopy, ...], *, tone: str, sums: str) -> ShownMessage:
    return ShownMessage(
        id=f"notification-{number}",
        number=number,
        preview='{"order": 1}',
        body='{\n  "order": 1\n}',
        whole=True,
        subject="An order",
        attributes=(("kind (String)", "open"),),
        group="",
        sums=sums,
        tone=tone,
        copies=copies,
        segment="s1",
    )


def _copy(name: str, state: str, tone: str, icon: str, reason: str, until: float) -> ShownCopy:
    return ShownCopy(
        name=name,
        state=state,
        tone=tone,
        icon=icon,
        says="it would leave this lab" if state == "shown" else "",
        reason=reason,
        attempts=3 if until else 1,
        until=until,
    )
