"""Roles: made, shown, changed, deleted."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.identity import identifier
from webapp.aws.services.iam.documents import TRUST_CHARACTERS, check_document, encoded
from webapp.aws.services.iam.names import arn, known_role
from webapp.aws.services.iam.paging import paged
from webapp.aws.services.iam.tags import read_tags, shown_tags
from webapp.storage.identities import Identities, Role

MOST = 1000


async def create_role(call: Call, request: Request) -> Result:
    """Create a role. Its permissions boundary is kept, as everything is, and not evaluated."""
    role = Role(
        name=request["RoleName"],
        path=request.get("Path", "/"),
        trust=_checked_trust(request["AssumeRolePolicyDocument"]),
        created=_whole(call.now()),
        description=request.get("Description"),
        longest_session=request.get("MaxSessionDuration", 3600),
        boundary=request.get("PermissionsBoundary"),
        tags=read_tags(request.get("Tags", [])),
    )
    await call.identities.change(call.workspace.identifier, lambda kept: _add(kept, role))
    return {"Role": shown_role(role, account=call.account)}


async def get_role(call: Call, request: Request) -> Result:
    role = await _look(call, lambda kept: known_role(kept, request["RoleName"]))
    return {"Role": shown_role(role, account=call.account)}


async def list_roles(call: Call, request: Request) -> Result:
    prefix = request.get("PathPrefix", "/")
    roles = await _look(call, lambda kept: kept.roles())
    return paged(
        request,
        [role for role in roles if role.path.startswith(prefix)],
        member="Roles",
        key=lambda role: role.name.lower(),
        shown=lambda role: _listed(role, account=call.account),
    )


async def delete_role(call: Call, request: Request) -> Result:
    """Delete a role that holds no policy any more."""

    def delete(kept: Identities) -> None:
        role = known_role(kept, request["RoleName"])
        if role.attached:
            raise _conflict("must detach all policies first.")
        if role.inline:
            raise _conflict("must delete policies first.")
        kept.delete_role(role.name)

    await call.identities.change(call.workspace.identifier, delete)
    return {}


async def update_role(call: Call, request: Request) -> Result:
    def changed(role: Role) -> Role:
        return replace(
            role,
            description=request.get("Description", role.description),
            longest_session=request.get("MaxSessionDuration", role.longest_session),
        )

    await change_role(call, request["RoleName"], changed)
    return {}


async def update_role_description(call: Call, request: Request) -> Result:
    role = await change_role(
        call, request["RoleName"], lambda role: replace(role, description=request["Description"])
    )
    return {"Role": shown_role(role, account=call.account)}


async def update_assume_role_policy(call: Call, request: Request) -> Result:
    trust = _checked_trust(request["PolicyDocument"])
    await change_role(call, request["RoleName"], lambda role: replace(role, trust=trust))
    return {}


async def put_role_permissions_boundary(call: Call, request: Request) -> Result:
    boundary = request["PermissionsBoundary"]
    await change_role(call, request["RoleName"], lambda role: replace(role, boundary=boundary))
    return {}


async def delete_role_permissions_boundary(call: Call, request: Request) -> Result:
    await change_role(call, request["RoleName"], lambda role: replace(role, boundary=None))
    return {}


async def list_instance_profiles_for_role(call: Call, request: Request) -> Result:
    """Answer none: tools ask before they delete a role."""
    await _look(call, lambda kept: known_role(kept, request["RoleName"]))
    return {"InstanceProfiles": [], "IsTruncated": False}


async def change_role(call: Call, name: str, change: Callable[[Role], Role]) -> Role:
    """Replace a role by what ``change`` makes of it, which is pure; return that."""

    def work(kept: Identities) -> Role:
        changed = change(known_role(kept, name))
        kept.put_role(changed)
        return changed

    return await call.identities.change(call.workspace.identifier, work)


def shown_role(role: Role, *, account: str) -> dict[str, Any]:
    """Return a role as Get answers it."""
    return {
        **_listed(role, account=account),
        "PermissionsBoundary": _shown_boundary(role.boundary),
        "Tags": shown_tags(role.tags) or None,
        "RoleLastUsed": {},
    }


async def _look(call: Call, work: Callable[[Identities], Any]) -> Any:
    return await call.identities.look(call.workspace.identifier, work)


def _listed(role: Role, *, account: str) -> dict[str, Any]:
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": identifier("AROA", account, role.name),
        "Arn": arn(account, "role", path=role.path, name=role.name),
        "CreateDate": role.created,
        "AssumeRolePolicyDocument": encoded(role.trust),
        "Description": role.description,
        "MaxSessionDuration": role.longest_session,
    }


def _add(kept: Identities, role: Role) -> None:
    if kept.role(role.name) is not None:
        raise AwsError("EntityAlreadyExists", f"Role with name {role.name} already exists.")
    if len(kept.roles()) >= MOST:
        raise AwsError("LimitExceeded", f"Cannot exceed quota for RolesPerAccount: {MOST}")
    kept.put_role(role)


def _checked_trust(document: str) -> str:
    check_document(document, most=TRUST_CHARACTERS, quota="ACLSizePerRole")
    return document


def _shown_boundary(boundary: str | None) -> Mapping[str, str] | None:
    if boundary is None:
        return None
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}


def _conflict(what: str) -> AwsError:
    return AwsError("DeleteConflict", f"Cannot delete entity, {what}")


def _whole(time: float) -> float:
    """IAM's dates have no fractions."""
    return float(int(time))


OPERATIONS: Mapping[str, Implementation] = {
    "CreateRole": create_role,
    "GetRole": get_role,
    "ListRoles": list_roles,
    "DeleteRole": delete_role,
    "UpdateRole": update_role,
    "UpdateRoleDescription": update_role_description,
    "UpdateAssumeRolePolicy": update_assume_role_policy,
    "PutRolePermissionsBoundary": put_role_permissions_boundary,
    "DeleteRolePermissionsBoundary": delete_role_permissions_boundary,
    "ListInstanceProfilesForRole": list_instance_profiles_for_role,
}
