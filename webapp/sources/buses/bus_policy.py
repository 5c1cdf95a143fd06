"""A bus's resource-based policy: kept and shown. No other account is here to make use of it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from webapp.sources.buses.errors import PolicyTooLong, ResourceNotFound, ValidationFailed

Statement = Mapping[str, Any]
MOST_BYTES = 10 * 1024


def document(statements: Sequence[Statement]) -> str:
    """Return the policy's JSON as DescribeEventBus shows it; empty without a statement."""
    if not statements:
        return ""
    return _json({"Version": "2012-10-17", "Statement": list(statements)})


def with_statement(
    statements: Sequence[Statement],
    *,
    identifier: str,
    principal: str,
    action: str,
    condition: Mapping[str, str] | None,
    resource: str,
) -> Sequence[Statement]:
    """Add a statement, or replace the one with its id. Raises ``PolicyTooLong``."""
    new: dict[str, Any] = {
        "Sid": identifier,
        "Effect": "Allow",
        "Principal": "*" if principal == "*" else {"AWS": f"arn:aws:iam::{principal}:root"},
        "Action": action,
        "Resource": resource,
    }
    if condition:
        new["Condition"] = {condition["Type"]: {condition["Key"]: condition["Value"]}}
    return _checked([*(one for one in statements if one.get("Sid") != identifier), new])


def without_statement(statements: Sequence[Statement], identifier: str) -> Sequence[Statement]:
    """Take a statement out. Raises ``ResourceNotFound``."""
    if not statements:
        raise ResourceNotFound("EventBus does not have a policy.")
    left = [one for one in statements if one.get("Sid") != identifier]
    if len(left) == len(statements):
        raise ResourceNotFound("Statement with the provided id does not exist.")
    return left


def read_policy(text: str) -> Sequence[Statement]:
    """Return the statements of a policy document. Raises ``ValidationFailed``."""
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError):
        policy = None
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not all(isinstance(one, dict) for one in statements):
        raise ValidationFailed("The policy is not valid: it must be JSON with statements.")
    return _checked(statements)


def _checked(statements: Sequence[Statement]) -> Sequence[Statement]:
    if len(document(statements).encode()) > MOST_BYTES:
        raise PolicyTooLong("The policy is longer than the 10,240 characters that it may be.")
    return tuple(statements)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
