"""The event buses of a lab, as the front matter writes them."""

from collections.abc import Collection
from dataclasses import dataclass

from webapp.curriculum.fields import Fields
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.source import Source
from webapp.curriculum.sources.bus import LabBus, LabRule

LONGEST_BUS, LONGEST_RULE = 256, 64
MOST_TARGETS = 5
RETRIES = (0, 185)


@dataclass(frozen=True, slots=True)
class Targets:
    """What rules can send to, and the queues that can take what they cannot deliver."""

    names: Collection[str]
    letters: Collection[str]


def read_buses(
    fields: Fields, *, targets: Targets, identifiers: Identifiers, source: Source
) -> tuple[LabBus, ...]:
    """Read ``buses``: by name, which rules they have."""
    declared = dict(fields.named("buses", required=False))
    buses = []
    for name, inner in declared.items():
        identifiers.give(name, kind="bus", source=source, line=inner.line)
        if name == "default" or len(name) > LONGEST_BUS:
            inner.problem("", f"A bus's name has at most {LONGEST_BUS} characters, not 'default'.")
        others = [other for other in declared if other != name]
        among = Targets([*targets.names, *others], targets.letters)
        rules = [_rule(rule, one, among) for rule, one in inner.named("rules", required=False)]
        inner.done()
        buses.append(LabBus(name=name, rules=tuple(rules)))
    return tuple(buses)


def _rule(name: str, fields: Fields, targets: Targets) -> LabRule:
    if len(name) > LONGEST_RULE:
        fields.problem("", f"A rule's name has at most {LONGEST_RULE} characters.")
    to = fields.words("to", among=targets.names)
    if not 1 <= len(to) <= MOST_TARGETS:
        fields.problem("to", f"A rule sends to 1 to {MOST_TARGETS} targets. Name them with 'to'.")
    rule = LabRule(
        name=name,
        pattern=fields.values("pattern"),
        to=to,
        enabled=fields.boolean("enabled", default=True),
        retries=fields.integer("retries", within=RETRIES) if "retries" in fields.names else None,
        dead_letter=_dead_letter(fields, targets.letters),
    )
    fields.done()
    return rule


def _dead_letter(fields: Fields, letters: Collection[str]) -> str:
    if "dead_letter" in fields.names and not letters:
        fields.text("dead_letter")
        fields.problem("dead_letter", "'dead_letter' needs a standard queue of the lab.")
        return ""
    return fields.choice("dead_letter", among=letters, default="")
