"""Whether a resource's own policy lets a service of AWS do something to it. Pure.

Only what such policies are written with is understood: a condition with another operator does not
hold, so that nothing is let in by mistake (IAM user guide, "Policy evaluation logic").
"""

import fnmatch
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_EQUAL = ("arnequals", "arnlike", "stringlike")
"""Both ARN operators compare with wildcards (IAM user guide, "ARN condition operators")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a service wants: ``action`` as in ``sqs:SendMessage``, for ``source_arn``."""

    service: str
    action: str
    resource: str
    source_arn: str
    account: str

    @property
    def context(self) -> Mapping[str, str]:
        return {
            "aws:sourcearn": self.source_arn,
            "aws:sourceaccount": self.account,
            "aws:sourceowner": self.account,
        }

    @property
    def refusal(self) -> str:
        """Say what is missing, and what to add."""
        return (
            f"{self.service} is not authorized to perform: {self.action} on resource: "
            f"{self.resource} because no resource-based policy allows it for {self.source_arn}. "
            "Add a statement to the resource's policy."
        )


def allows(document: str, asked: Asked) -> bool:
    """Tell whether a policy's JSON lets it happen; an empty or unreadable one does not."""
    meant = [one for one in _statements(document) if _is_meant(one, asked)]
    effects = {one.get("Effect") for one in meant}
    return "Allow" in effects and "Deny" not in effects


def _statements(document: str) -> Sequence[Mapping[str, Any]]:
    try:
        policy = json.loads(document or "{}")
    except (ValueError, RecursionError):
        return []
    found = policy.get("Statement", []) if isinstance(policy, dict) else []
    return [one for one in _listed(found) if isinstance(one, dict)]


def _is_meant(statement: Mapping[str, Any], asked: Asked) -> bool:
    return (
        _names(statement.get("Principal"), asked.service)
        and any(
            _is_like(asked.action.lower(), str(one).lower()) for one in _of(statement, "Action")
        )
        and any(_is_like(asked.resource, str(one)) for one in _of(statement, "Resource"))
        and _conditions_hold(statement.get("Condition", {}), asked.context)
    )


def _names(principal: Any, service: str) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, dict):
        return False
    return service in _listed(principal.get("Service", [])) or "*" in _listed(
        principal.get("AWS", [])
    )


def _conditions_hold(conditions: Any, context: Mapping[str, str]) -> bool:
    if not isinstance(conditions, dict):
        return False
    return all(
        isinstance(wanted, dict)
        and all(
            _holds(operator.lower(), context.get(str(key).lower()), _listed(values))
            for key, values in wanted.items()
        )
        for operator, wanted in conditions.items()
    )


def _holds(operator: str, value: str | None, wanted: Sequence[Any]) -> bool:
    if value is None:
        return False
    if operator in _EQUAL:
        return any(_is_like(value, str(one)) for one in wanted)
    return operator == "stringequals" and value in wanted


def _of(statement: Mapping[str, Any], name: str) -> Sequence[Any]:
    return _listed(statement.get(name, []))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _is_like(text: str, pattern: str) -> bool:
    """Compare with ``*`` for any text and ``?`` for one character, without going back."""
    shape = re.sub(r"\*+", "*", pattern.replace("[", "[[]"))
    return fnmatch.fnmatchcase(text, shape)
