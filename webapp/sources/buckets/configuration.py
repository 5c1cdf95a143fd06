"""A notification configuration as S3's clients write and read it. Pure."""

from collections.abc import Mapping
from typing import Any

from webapp.sources.buckets.notification import Rule, Rules

LISTS: Mapping[str, tuple[str, str]] = {
    "function": ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
    "queue": ("QueueConfigurations", "QueueArn"),
    "topic": ("TopicConfigurations", "TopicArn"),
}
"""By the kind of a destination: the list of its configurations, and where each has the ARN."""


def configuration_of(rules: Rules) -> dict[str, Any]:
    """Return rules as ``NotificationConfiguration``."""
    shown: dict[str, Any] = {"EventBridgeConfiguration": {}} if rules.bus else {}
    for rule in rules.rules:
        name, member = LISTS[rule.kind]
        shown.setdefault(name, []).append(_shape(rule, member))
    return shown


def _shape(rule: Rule, member: str) -> dict[str, Any]:
    shape = {"Id": rule.identifier, member: rule.arn, "Events": list(rule.events)}
    ends = [("Prefix", rule.prefix), ("Suffix", rule.suffix)]
    filters = [{"Name": name, "Value": value} for name, value in ends if value]
    return {**shape, "Filter": {"Key": {"FilterRules": filters}}} if filters else shape
