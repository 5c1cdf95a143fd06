"""Security Token Service: who somebody is. Nothing here decides what they may."""

import re
from collections.abc import Mapping
from typing import Any

from webapp.aws.call import Call, Request, Result
from webapp.aws.catalogue import Served
from webapp.aws.errors import AwsError
from webapp.aws.identity import caller_identity
from webapp.aws.sessions import Session
from webapp.aws.wire import RoleSession

_ROLE = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):role/(?:[\x21-\x7e]+/)?([\w+=,.@-]{1,64})")


async def get_caller_identity(call: Call, _request: Request) -> Result:
    """Answer the account's root, or the session of a role that calls."""
    caller = caller_identity(call.account, call.principal.session)
    return {"UserId": caller.id, "Account": call.account, "Arn": caller.arn}


async def assume_role(call: Call, request: Request) -> Result:
    """Give credentials for a session of a role; whether the role allows it is not evaluated.

    The session lives in the role's account, which on a shared host is the caller's own.
    """
    found = _ROLE.fullmatch(request["RoleArn"])
    if found is None:
        raise AwsError("ValidationError", f"{request['RoleArn']:.200} is invalid")
    account, role = found.groups()
    name = request["RoleSessionName"]
    session = Session(
        workspace=_workspace_of(call, account, request["RoleArn"]),
        role=role,
        name=name,
        expires=call.backends.real() + request.get("DurationSeconds", 3600),
    )
    assumed = caller_identity(account, RoleSession(role=role, name=name))
    return {
        "Credentials": _credentials(call, session),
        "AssumedRoleUser": {"AssumedRoleId": assumed.id, "Arn": assumed.arn},
    }


async def get_session_token(call: Call, request: Request) -> Result:
    """Give credentials for a session of the caller itself."""
    expires = call.backends.real() + request.get("DurationSeconds", 43_200)
    session = Session(workspace=call.workspace.identifier, expires=expires)
    return {"Credentials": _credentials(call, session)}


def _workspace_of(call: Call, account: str, arn: str) -> str:
    if account == call.account:
        return call.workspace.identifier
    workspace = call.backends.keys.workspace(account)
    if workspace is None:
        raise AwsError(
            "AccessDenied",
            f"User: arn:aws:iam::{call.account}:root is not authorized to perform: "
            f"sts:AssumeRole on resource: {arn}",
            status=403,
        )
    return workspace


def _credentials(call: Call, session: Session) -> Mapping[str, Any]:
    key, token = call.backends.sessions.give(session)
    return {
        "AccessKeyId": key.id,
        "SecretAccessKey": key.secret,
        "SessionToken": token,
        "Expiration": float(int(session.expires)),
    }


SERVED = Served(
    name="sts",
    operations={
        "GetCallerIdentity": get_caller_identity,
        "AssumeRole": assume_role,
        "GetSessionToken": get_session_token,
    },
)
