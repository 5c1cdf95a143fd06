"""A topic's policy as AddPermission and RemovePermission change it. Pure."""

import json
import re
from collections.abc import Sequence
from typing import Any

from webapp.sources.topics.errors import InvalidParameter

MOST_STATEMENTS = 20
ACTIONS = (
    "Publish",
    "RemovePermission",
    "SetTopicAttributes",
    "DeleteTopic",
    "ListSubscriptionsByTopic",
    "GetTopicAttributes",
    "AddPermission",
    "Subscribe",
)
_LABEL = re.compile(r"[A-Za-z0-9_-]{1,80}")
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


def with_permission(
    policy: str, *, label: str, accounts: Sequence[str], actions: Sequence[str], arn: str
) -> str:
    """Return the policy with a statement for these accounts. Raises ``InvalidParameter``."""
    found, statements = _read(policy)
    if not _LABEL.fullmatch(label):
        raise InvalidParameter("Label Reason: it must have 1 to 80 letters, digits, - or _")
    if any(one.get("Sid") == label for one in statements):
        raise InvalidParameter("Statement already exists")
    if len(statements) >= MOST_STATEMENTS:
        raise InvalidParameter(f"Policy Reason: at most {MOST_STATEMENTS} statements")
    _check(accounts, actions)
    people = [f"arn:aws:iam::{account}:root" for account in accounts]
    named = [f"SNS:{action}" for action in actions]
    statement = {
        "Sid": label,
        "Effect": "Allow",
        "Principal": {"AWS": people[0] if len(people) == 1 else people},
        "Action": named[0] if len(named) == 1 else named,
        "Resource": arn,
    }
    return _json({**found, "Statement": [*statements, statement]})


def _check(accounts: Sequence[str], actions: Sequence[str]) -> None:
    if not accounts or not actions:
        raise InvalidParameter("AWSAccountId and ActionName need at least one member each")
    for account in accounts:
        if not _ACCOUNT.fullmatch(account):
            raise InvalidParameter(f"Value({account:.40}) for parameter AWSAccountId is invalid")
    if not set(actions) <= set(ACTIONS):
        raise InvalidParameter("Policy statement action out of service scope!")


def without_permission(policy: str, *, label: str) -> str:
    """Return the policy without a statement; one that is not there is no error, as on AWS."""
    found, statements = _read(policy)
    return _json({**found, "Statement": [one for one in statements if one.get("Sid") != label]})


def _read(policy: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    found = json.loads(policy)
    statements = found.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    return found, [one for one in listed if isinstance(one, dict)]


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
