"""What callers are called: the ids and ARNs of an account's root and of sessions of roles."""

import hashlib
from dataclasses import dataclass

from webapp.aws.wire import RoleSession

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(frozen=True, slots=True)
class CallerIdentity:
    """``id`` is the account for its root, else the role's id and the session's name."""

    id: str
    arn: str


def caller_identity(account: str, session: RoleSession | None) -> CallerIdentity:
    """Return who calls: the root of the account, or a session of a role of it."""
    if session is None:
        return CallerIdentity(account, f"arn:aws:iam::{account}:root")
    return CallerIdentity(
        f"{identifier('AROA', account, session.role)}:{session.name}",
        f"arn:aws:sts::{account}:assumed-role/{session.role}/{session.name}",
    )


def identifier(prefix: str, account: str, name: str) -> str:
    """Return the id that a name has for good: AWS's four letters and 17 characters."""
    digest = hashlib.sha256(f"{prefix}/{account}/{name}".encode()).digest()
    return prefix + "".join(_LETTERS[byte % 32] for byte in digest[:17])
