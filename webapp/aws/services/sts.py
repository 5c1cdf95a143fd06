"""Security Token Service: who somebody is. Nothing here decides what they may."""

import hashlib

from webapp.aws.call import Call, Request, Result
from webapp.aws.catalogue import Served


async def get_caller_identity(call: Call, _request: Request) -> Result:
    """Answer the account's root, or the session of a role that calls."""
    session = call.principal.session
    if session is None:
        arn = f"arn:aws:iam::{call.account}:root"
        return {"UserId": call.account, "Account": call.account, "Arn": arn}
    return {
        "UserId": f"{role_id(call.account, session.role)}:{session.name}",
        "Account": call.account,
        "Arn": f"arn:aws:sts::{call.account}:assumed-role/{session.role}/{session.name}",
    }


def role_id(account: str, role: str) -> str:
    """Return the id that a role has for good: ``AROA`` and 17 characters."""
    digest = hashlib.sha256(f"{account}/{role}".encode()).digest()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return "AROA" + "".join(letters[byte % 32] for byte in digest[:17])


SERVED = Served(name="sts", operations={"GetCallerIdentity": get_caller_identity})
