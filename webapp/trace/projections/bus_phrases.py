"""Sentences about buses, rules and events on them (lambda-behaviour 7.12)."""

from collections.abc import Sequence

from webapp.trace.events import (
    BusChanged,
    EventPut,
    RuleChanged,
    RuleMatched,
    RuleNotMatched,
    TargetFact,
    TargetGivenUp,
    TargetReached,
    TargetRetryScheduled,
)
from webapp.trace.projections import formats

WHY = "Who puts an event knows the bus alone. Each rule decides by its pattern whose it is, too."
UNHEARD = "No rule on the bus matches it, so nobody hears of it and nobody is told."
UNHEARD_SHORTLY = "no rule matches"
MOST_SHOWN = 5
"""Rules that a label or a story names."""
_BUSES = {
    "created": "created",
    "changed": "set otherwise",
    "permissions": "given another policy",
    "deleted": "deleted",
}
_MARKS = {"enabled": "enabled", "disabled": "disabled", "deleted": "deleted"}
_RULES = {
    "created": "is on {bus} now",
    "changed": "is set otherwise",
    "enabled": "is enabled",
    "disabled": "is disabled: it matches nothing",
    "targets": "has {targets} now",
    "deleted": "is deleted",
}


def put(fact: EventPut, *, number: int) -> str:
    by = "" if fact.sender in ("page", "api") else f" by {fact.sender}"
    return f"Event {number} ({fact.detail_type} of {fact.source}) is put on {fact.bus}{by}."


def matched(fact: RuleMatched, *, number: int) -> str:
    return f"Rule {fact.rule} matches event {number}: {formats.count(fact.targets, 'target')}."


def not_matched(fact: RuleNotMatched, *, number: int) -> str:
    return f"Rule {fact.rule} does not match event {number}: {fact.reason}."


def reached(fact: TargetReached, *, number: int) -> str:
    again = f" at attempt {fact.attempt}" if fact.attempt > 1 else ""
    by = f" by rule {fact.rule}" if fact.bus else ""
    return f"{target_name(fact.target)} has {carried(fact, number=number)}{by}{again}."


def retried(fact: TargetRetryScheduled, *, number: int) -> str:
    return (
        f"{target_name(fact.target)} did not take {carried(fact, number=number)}. {fact.reason} "
        f"{_service(fact)} tries again in {formats.duration(fact.wait_seconds)}."
    )


def given_up(fact: TargetGivenUp, *, number: int) -> str:
    after = formats.count(fact.attempts, "attempt")
    where = "It is lost."
    if fact.dead_letter:
        where = f"It is in {target_name(fact.dead_letter)}."
    elif fact.lost:
        where = f"Its dead-letter queue did not take it: {fact.lost}"
    what = carried(fact, number=number)
    return (
        f"{what[0].upper()}{what[1:]} is given up for {target_name(fact.target)} after {after}. "
        f"{fact.reason} {where}"
    )


def carried(fact: TargetFact, *, number: int) -> str:
    """Return what is on its way to a target: ``event 3``, ``firing 2 of nightly``, ``change 1``."""
    if fact.by_bucket:
        return f"change {number} of {fact.rule}"
    return f"event {number}" if fact.bus else f"firing {number} of {fact.rule}"


def bus_changed(fact: BusChanged) -> str:
    return f"Bus {fact.bus} was {_BUSES[fact.change]}."


def rule_changed(fact: RuleChanged) -> str:
    said = _RULES[fact.change].format(bus=fact.bus, targets=formats.count(fact.targets, "target"))
    return f"Rule {fact.rule} {said}."


def changes_routes(fact: RuleChanged) -> bool:
    """Tell whether events go another way from here on: a new rule has no target at first."""
    return fact.change != "created" and (fact.targets > 0 or fact.change == "deleted")


def rule_mark(fact: RuleChanged) -> str:
    """Return the label of a change's dotted line."""
    return f"Rule {fact.rule} {_MARKS.get(fact.change, 'set')}"


def decided_shortly(decisions: Sequence[tuple[str, bool]]) -> str:
    """Label an event's point: ``keep-aside, not offers``; each rule with whether it matched."""
    said = [rule if matched else f"not {rule}" for rule, matched in decisions]
    shown = said[:MOST_SHOWN]
    more = [f"{len(said) - MOST_SHOWN} more"] if len(said) > MOST_SHOWN else []
    return ", ".join([*shown, *more])


def decided(decisions: Sequence[tuple[str, bool, str]]) -> str:
    """Say what each rule made of an event; the last of each is the reason where it kept it away."""
    if not any(matched for _, matched, _ in decisions):
        return f"{UNHEARD} {_refusals(decisions)}".strip()
    matched = [rule for rule, matched, _ in decisions if matched]
    verb = "matches" if len(matched) == 1 else "match"
    noun = "Rule" if len(matched) == 1 else "Rules"
    return f"{noun} {', '.join(matched)} {verb}. {_refusals(decisions)} {WHY}".replace("  ", " ")


def _refusals(decisions: Sequence[tuple[str, bool, str]]) -> str:
    kept = [(rule, reason) for rule, matched, reason in decisions if not matched]
    return " ".join(f"Rule {rule} does not: {reason}." for rule, reason in kept[:MOST_SHOWN])


def wait_why(fact: TargetRetryScheduled) -> str:
    """Say what a wait for the next attempt of a delivery rests on."""
    return f"{fact.reason} That may pass by itself, so {_service(fact)} tries again."


def _service(fact: TargetFact) -> str:
    return "S3" if fact.by_bucket else "EventBridge"


def target_name(arn: str) -> str:
    """Return the last part of an ARN: the name of a function, queue, topic or bus."""
    return arn.rpartition(":")[2].removeprefix("event-bus/")
