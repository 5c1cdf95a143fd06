"""A pattern tried on an event: what TestEventPattern and a rule's editor do. Pure."""

from dataclasses import dataclass

from webapp.sources.buses.rule import pattern_of
from webapp.sources.matching.pattern import Mismatch
from webapp.sources.matching.values import loads

_REQUIRED = ("id", "account", "source", "time", "region", "resources", "detail-type")


class EventUnreadable(Exception):
    """It is no event; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """``mismatches`` are what decided against it, one for each alternative; ``reason`` says it."""

    matched: bool
    mismatches: tuple[Mismatch, ...]
    reason: str


def try_pattern(pattern: str, event: str, *, whole: bool = True) -> Trial:
    """Try a pattern on an event, both JSON; ``whole`` asks for every field of an envelope.

    Raises ``PatternRefused`` or ``EventUnreadable``.
    """
    read = pattern_of(pattern)
    try:
        document = loads(event)
    except ValueError as error:
        raise EventUnreadable(f"Parameter Event is not valid. Reason: {error}") from None
    if not isinstance(document, dict):
        raise EventUnreadable("Parameter Event is not valid. Reason: it must be a JSON object.")
    missing = [name for name in _REQUIRED if name not in document] if whole else []
    if missing:
        raise EventUnreadable(
            f"Parameter Event is not valid. Reason: {missing[0]} is a required field."
        )
    return Trial(
        matched=read.matches(document),
        mismatches=read.mismatches(document),
        reason=read.why_not(document),
    )
