"""Which changes of a bucket are told, and whom (S3 user guide: EventNotifications). Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.sources.buckets.errors import InvalidArgument, MalformedXml

EVENTS = frozenset(
    {
        "s3:ReducedRedundancyLostObject",
        "s3:ObjectCreated:*",
        "s3:ObjectCreated:Put",
        "s3:ObjectCreated:Post",
        "s3:ObjectCreated:Copy",
        "s3:ObjectCreated:CompleteMultipartUpload",
        "s3:ObjectRemoved:*",
        "s3:ObjectRemoved:Delete",
        "s3:ObjectRemoved:DeleteMarkerCreated",
        "s3:ObjectRestore:*",
        "s3:ObjectRestore:Post",
        "s3:ObjectRestore:Completed",
        "s3:ObjectRestore:Delete",
        "s3:Replication:*",
        "s3:Replication:OperationFailedReplication",
        "s3:Replication:OperationMissedThreshold",
        "s3:Replication:OperationReplicatedAfterThreshold",
        "s3:Replication:OperationNotTracked",
        "s3:ObjectTagging:*",
        "s3:ObjectTagging:Put",
        "s3:ObjectTagging:Delete",
        "s3:ObjectAcl:Put",
        "s3:LifecycleExpiration:*",
        "s3:LifecycleExpiration:Delete",
        "s3:LifecycleExpiration:DeleteMarkerCreated",
        "s3:LifecycleTransition",
        "s3:IntelligentTiering",
    }
)
MOST_RULES = 100
"""Configurations of one bucket (S3's quotas: Bucket event notifications)."""
LONGEST_IDENTIFIER = 255
"""Characters of a configuration's ID, as of S3's other configurations (K)."""
LONGEST_END_BYTES = 1024
_NOT_IN_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
KINDS = {"function": "lambda", "queue": "sqs", "topic": "sns"}
"""The kinds of destinations, and the service in the ARN of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One configuration: who is told of which events, for keys with this beginning and end."""

    identifier: str
    kind: str
    arn: str
    events: Sequence[str]
    prefix: str = ""
    suffix: str = ""

    def why_not(self, event: str, key: str) -> str:
        """Return why an event such as ``ObjectCreated:Put`` is not told; nothing if it is."""
        if not any(_covers(one, f"s3:{event}") for one in self.events):
            return f"It is told of {' and '.join(self.events)}, and this was s3:{event}."
        if not key.startswith(self.prefix):
            return f"The key does not begin with '{self.prefix}'."
        if not key.endswith(self.suffix):
            return f"The key does not end with '{self.suffix}'."
        return ""


@dataclass(frozen=True, slots=True)
class Rules:
    """A bucket's notification configuration; ``bus`` is whether EventBridge hears of all."""

    rules: Sequence[Rule] = field(default=())
    bus: bool = False


def read_rules(document: Mapping[str, Any]) -> Rules:
    """Return rules of what ``document`` made."""
    return Rules(tuple(Rule(**one) for one in document.get("rules", ())), bool(document.get("bus")))


def document(rules: Rules) -> Mapping[str, Any]:
    """Return rules as JSON values."""
    named = ("identifier", "kind", "arn", "prefix", "suffix")
    listed = [
        {**{name: getattr(rule, name) for name in named}, "events": list(rule.events)}
        for rule in rules.rules
    ]
    return {"rules": listed, "bus": rules.bus} if listed or rules.bus else {}


def check_rules(rules: Sequence[Rule]) -> None:
    """Raise ``InvalidArgument`` for what S3 does not take, and for rules that overlap."""
    if len(rules) > MOST_RULES:
        raise InvalidArgument(f"A bucket has at most {MOST_RULES} notification configurations.")
    identifiers = [rule.identifier for rule in rules]
    if len(set(identifiers)) < len(identifiers):
        raise InvalidArgument("Configuration IDs must be unique.")
    for rule in rules:
        _check_rule(rule)
    for place, one in enumerate(rules):
        for other in rules[place + 1 :]:
            _check_apart(one, other)


def _check_rule(rule: Rule) -> None:
    if not rule.events:
        raise MalformedXml
    if any(_NOT_IN_XML.search(text) for text in (rule.identifier, rule.prefix, rule.suffix)):
        raise MalformedXml("An ID, a prefix and a suffix have no control characters, as XML.")
    if len(rule.identifier) > LONGEST_IDENTIFIER:
        raise InvalidArgument(
            f"A configuration ID has at most {LONGEST_IDENTIFIER} characters.",
            ArgumentName="Id",
            ArgumentValue=rule.identifier[:40],
        )
    for event in rule.events:
        if event not in EVENTS:
            raise InvalidArgument(
                "The event is not supported for notifications",
                ArgumentName="Event",
                ArgumentValue=event[:200],
            )
    _check_ends(rule)
    if f":{KINDS[rule.kind]}:" not in rule.arn:
        raise InvalidArgument(
            "The ARN could not be parsed", ArgumentName="Arn", ArgumentValue=rule.arn[:400]
        )


def _check_ends(rule: Rule) -> None:
    for name, value in (("prefix", rule.prefix), ("suffix", rule.suffix)):
        if len(value.encode(errors="replace")) > LONGEST_END_BYTES:
            raise InvalidArgument(
                f"Size of filter rule value cannot exceed {LONGEST_END_BYTES} bytes in UTF-8.",
                ArgumentName=name,
                ArgumentValue=value[:40],
            )


def _check_apart(one: Rule, other: Rule) -> None:
    shared = any(
        _covers(mine, its) or _covers(its, mine) for mine in one.events for its in other.events
    )
    prefixes = one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix)
    suffixes = one.suffix.endswith(other.suffix) or other.suffix.endswith(one.suffix)
    if shared and prefixes and suffixes:
        raise InvalidArgument(
            "Configurations overlap. Configurations on the same bucket cannot share a common "
            "event type."
        )


def _covers(wanted: str, event: str) -> bool:
    return event.startswith(wanted.removesuffix("*")) if wanted.endswith("*") else wanted == event
