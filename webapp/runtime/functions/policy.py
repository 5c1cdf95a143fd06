"""A function's resource-based policy: its statements, as AWS words them, and what they allow.

Statements are JSON objects as GetPolicy shows them. Pure. (DG:access-control-resource-based,
DG:urls-auth, API:AddPermission)
"""

import fnmatch
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.runtime.errors import (
    InvalidParameterValue,
    PolicyLengthExceeded,
    ResourceConflict,
    ResourceNotFound,
)
from webapp.runtime.functions.plain_text import check_plain

Statement = Mapping[str, Any]
POLICY_BYTES = 20 * 1024

_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")
_PERSON = re.compile(r"arn:aws[a-zA-Z-]*:(iam|sts)::\d{12}:\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What AddPermission asks for; ``principal`` as a client writes it."""

    statement_id: str
    action: str
    principal: str
    source_arn: str | None = None
    source_account: str | None = None
    event_source_token: str | None = None
    principal_org_id: str | None = None
    url_auth_type: str | None = None
    via_url: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: nobody known (all empty), somebody of an account, or a service by its name."""

    account: str = ""
    arn: str = ""
    service: str = ""


def statement(permission: Permission, *, resource: str) -> Statement:
    """Return the statement that stands for a permission. Raises ``InvalidParameterValue``."""
    _check(permission)
    made: dict[str, Any] = {
        "Sid": permission.statement_id,
        "Effect": "Allow",
        "Principal": _principal(permission.principal),
        "Action": permission.action,
        "Resource": resource,
    }
    condition = _condition(permission)
    return {**made, "Condition": condition} if condition else made


def with_statement(policy: Sequence[Statement], new: Statement) -> tuple[Statement, ...]:
    """Add a statement. Raises ``ResourceConflict`` or ``PolicyLengthExceeded``."""
    if any(one["Sid"] == new["Sid"] for one in policy):
        raise ResourceConflict(
            f"The statement id ({new['Sid']}) provided already exists. Please provide a new "
            "statement id, or remove the existing statement."
        )
    together = (*policy, new)
    size_bytes = len(document(together).encode())
    if size_bytes > POLICY_BYTES:
        raise PolicyLengthExceeded(
            f"The final policy size ({size_bytes}) is bigger than the limit ({POLICY_BYTES})."
        )
    return together


def without_statement(
    policy: Sequence[Statement], statement_id: str, *, arn: str
) -> tuple[Statement, ...]:
    """Take a statement out. Raises ``ResourceNotFound``."""
    if not policy:
        raise ResourceNotFound(f"No policy is found for: {arn}")
    left = tuple(one for one in policy if one["Sid"] != statement_id)
    if len(left) == len(policy):
        raise ResourceNotFound(f"Statement {statement_id} is not found in resource policy.")
    return left


def document(policy: Iterable[Statement]) -> str:
    """Return the policy's JSON as GetPolicy shows it."""
    return _json({"Version": "2012-10-17", "Id": "default", "Statement": list(policy)})


def statement_text(one: Statement) -> str:
    """Return a statement's JSON as AddPermission answers it."""
    return _json(one)


def allows(
    policy: Iterable[Statement], action: str, *, caller: Caller, context: Mapping[str, str]
) -> bool:
    """Tell whether a statement lets this caller do this, such as ``lambda:InvokeFunctionUrl``.

    ``context`` are the condition keys of this call; one that a condition asks for and that is not
    among them does not hold.
    """
    return any(
        one["Action"] in (action, "lambda:*", "*")
        and _is_meant(caller, one["Principal"])
        and all(_holds(kind, wanted, context) for kind, wanted in one.get("Condition", {}).items())
        for one in policy
    )


def _check(permission: Permission) -> None:
    if permission.url_auth_type is not None and permission.action != "lambda:InvokeFunctionUrl":
        raise InvalidParameterValue(
            "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"
        )
    if permission.via_url is not None and permission.action != "lambda:InvokeFunction":
        raise InvalidParameterValue(
            "InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action"
        )
    for text in (permission.principal, permission.source_arn or ""):
        check_plain(text, "The statement")


def _principal(text: str) -> Any:
    if text == "*":
        return "*"
    if _SERVICE.fullmatch(text):
        return {"Service": text}
    if re.fullmatch(r"\d{12}", text):
        return {"AWS": f"arn:aws:iam::{text}:root"}
    if _PERSON.fullmatch(text):
        return {"AWS": text}
    raise InvalidParameterValue(
        "The provided principal was invalid. Please check the principal and try again."
    )


def _condition(permission: Permission) -> dict[str, Any]:
    equal = {
        "lambda:FunctionUrlAuthType": permission.url_auth_type,
        "aws:PrincipalOrgID": permission.principal_org_id,
        "AWS:SourceAccount": permission.source_account,
        "lambda:EventSourceToken": permission.event_source_token,
    }
    conditions = {
        "StringEquals": {key: value for key, value in equal.items() if value is not None},
        "ArnLike": {"AWS:SourceArn": permission.source_arn} if permission.source_arn else {},
        "Bool": {}
        if permission.via_url is None
        else {"lambda:InvokedViaFunctionUrl": str(permission.via_url).lower()},
    }
    return {kind: wanted for kind, wanted in conditions.items() if wanted}


def _is_meant(caller: Caller, principal: Any) -> bool:
    if principal == "*":
        return True
    if caller.service:
        return bool(principal.get("Service") == caller.service)
    named = principal.get("AWS", "")
    return bool(caller.account) and named in (f"arn:aws:iam::{caller.account}:root", caller.arn)


def _holds(kind: str, wanted: Mapping[str, str], context: Mapping[str, str]) -> bool:
    if kind == "ArnLike":
        return all(_is_like(context.get(key), pattern) for key, pattern in wanted.items())
    return all(context.get(key) == value for key, value in wanted.items())


def _is_like(arn: str | None, pattern: str) -> bool:
    """Compare as ArnLike does: ``*`` for any text, ``?`` for one character."""
    if arn is None:
        return False
    return re.fullmatch(fnmatch.translate(pattern.replace("[", "[[]")), arn) is not None


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
