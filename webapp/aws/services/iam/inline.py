"""Policies that a role holds itself, by name."""

from collections.abc import Mapping
from dataclasses import replace

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.services.iam.documents import INLINE_CHARACTERS, characters, check_document, encoded
from webapp.aws.services.iam.names import known_role
from webapp.aws.services.iam.paging import paged
from webapp.aws.services.iam.roles import change_role
from webapp.storage.identities import Role

_QUOTA = "Maximum policy size"


async def put_role_policy(call: Call, request: Request) -> Result:
    """Add a policy to a role, or replace it; all of them together have a size."""
    name, document = request["PolicyName"], request["PolicyDocument"]
    check_document(document, most=INLINE_CHARACTERS, quota=_QUOTA)

    def changed(role: Role) -> Role:
        inline = {**role.inline, name: document}
        if sum(map(characters, inline.values())) > INLINE_CHARACTERS:
            raise AwsError(
                "LimitExceeded",
                f"{_QUOTA} of {INLINE_CHARACTERS} bytes exceeded for role {role.name}",
            )
        return replace(role, inline=inline)

    await change_role(call, request["RoleName"], changed)
    return {}


async def get_role_policy(call: Call, request: Request) -> Result:
    role, name = await _role(call, request), request["PolicyName"]
    return {
        "RoleName": role.name,
        "PolicyName": name,
        "PolicyDocument": encoded(_known(role, name)),
    }


async def delete_role_policy(call: Call, request: Request) -> Result:
    def changed(role: Role) -> Role:
        _known(role, request["PolicyName"])
        left = {name: one for name, one in role.inline.items() if name != request["PolicyName"]}
        return replace(role, inline=left)

    await change_role(call, request["RoleName"], changed)
    return {}


async def list_role_policies(call: Call, request: Request) -> Result:
    role = await _role(call, request)
    return paged(request, sorted(role.inline), member="PolicyNames", key=str, shown=str)


async def _role(call: Call, request: Request) -> Role:
    return await call.identities.look(
        call.workspace.identifier, lambda kept: known_role(kept, request["RoleName"])
    )


def _known(role: Role, name: str) -> str:
    document = role.inline.get(name)
    if document is None:
        raise AwsError("NoSuchEntity", f"The role policy with name {name} cannot be found.")
    return document


OPERATIONS: Mapping[str, Implementation] = {
    "PutRolePolicy": put_role_policy,
    "GetRolePolicy": get_role_policy,
    "DeleteRolePolicy": delete_role_policy,
    "ListRolePolicies": list_role_policies,
}
