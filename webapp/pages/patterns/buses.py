"""Patterns of the boards of buses: empty, every decision and delivery, a trial, deleted."""

from webapp.pages.boards.bus_views import (
    BusView,
    ShownDecision,
    ShownDelivery,
    ShownEvent,
    ShownRule,
    TrialView,
)
from webapp.pages.patterns.pattern import Group, drawn

_PATTERN = '{\n  "source": ["shop"],\n  "detail": {"total": [{"numeric": [">", 100]}]}\n}'
_EVENT = '{\n  "source": "shop",\n  "detail-type": "order",\n  "detail": {"total": 5}\n}'
_WHY = "detail.total is 5; the pattern asks for a number > 100"
_DELIVERIES = (
    ("invoices", "delivered", "ok", "check", "", 0.0, ""),
    ("archive", "on its way", "running", "play", "", 0.0, ""),
    ("mailer", "waiting", "throttle", "hourglass", "TooManyRequestsException: slow down", 24.0, ""),
    ("gone", "lost", "error", "x", "ResourceNotFoundException: Function not found: gone", 0.0, ""),
    ("closed", "dead-lettered", "error", "inbox", "AccessDeniedException: no policy", 0.0, "dead"),
)
_TRIALS = (
    ("Rule: matches", TrialView(id="trial-1", tried=True, matched=True)),
    (
        "Rule: no match",
        TrialView(id="trial-2", tried=True, mismatches=(("detail.total", "5", "a number > 100"),)),
    ),
    (
        "Rule: no pattern",
        TrialView(
            id="trial-3",
            error="Event pattern is not valid. Reason: Empty arrays are not allowed",
        ),
    ),
)


def bus_patterns(base: str) -> Group:
    """Return every state of a board."""
    decisions = (
        ShownDecision(
            rule="all", matched=True, reason="", deliveries=tuple(map(_delivery, _DELIVERIES))
        ),
        ShownDecision(rule="large", matched=False, reason=_WHY, deliveries=()),
    )
    events = (
        _event(2, decisions, tone="error", sums="1 of 2 rules"),
        _event(1, decisions[1:], tone="plain", sums="0 of 1 rules"),
    )
    rules = (_rule(1, "large"), _rule(2, "off", enabled=False))
    boards = (
        ("Bus: no rule", _board(base, 1)),
        ("Bus: deliveries in every state", _board(base, 2, rules, events)),
        ("Bus: deleted", _board(base, 3, exists=False)),
    )
    return Group(
        title="Buses",
        patterns=(
            drawn("Buses: all of a lab", "buses/_boards.html", buses=(), wide=True),
            *(drawn(name, "buses/_board.html", board=one, wide=True) for name, one in boards),
            *(drawn(name, "buses/_trial.html", trial=one) for name, one in _TRIALS),
        ),
        wide=True,
    )


def _board(
    base: str,
    place: int,
    rules: tuple[ShownRule, ...] = (),
    events: tuple[ShownEvent, ...] = (),
    *,
    exists: bool = True,
) -> BusView:
    return BusView(
        base=base,
        id=f"bus-{place}",
        name="shop",
        exists=exists,
        source="shop",
        detail_type="order",
        detail='{"total": 5}',
        rules=rules,
        events=events,
        now=0.0,
        pattern=_PATTERN,
        targets=("invoices", "archive"),
    )


def _rule(number: int, name: str, *, enabled: bool = True) -> ShownRule:
    return ShownRule(
        id=f"rule-{number}",
        name=name,
        enabled=enabled,
        pattern=_PATTERN,
        line=" ".join(_PATTERN.split()),
        targets=("invoices", "archive"),
        notes="dead letters to dead",
        event=_EVENT,
    )


def _event(
    number: int, decisions: tuple[ShownDecision, ...], *, tone: str, sums: str
) -> ShownEvent:
    return ShownEvent(
        id=f"bus-event-{number}",
        number=number,
        about="order of shop",
        preview='{"total": 5}',
        detail='{\n  "total": 5\n}',
        whole=True,
        sender="page",
        sums=sums,
        tone=tone,
        decisions=decisions,
        segment=f"s{number}",
    )


def _delivery(one: tuple[str, str, str, str, str, float, str]) -> ShownDelivery:
    target, state, tone, sign, reason, until, dead_letter = one
    return ShownDelivery(
        target=target,
        state=state,
        tone=tone,
        icon=sign,
        reason=reason,
        attempts=2 if reason else 1,
        until=until,
        dead_letter=dead_letter,
    )
