"""Managed policies attached to roles: the account's own, and AWS's by their name alone."""

from collections.abc import Mapping
from dataclasses import replace

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.identity import identifier
from webapp.aws.services.iam.names import known_policy, known_role, policy_arn
from webapp.aws.services.iam.paging import paged
from webapp.storage.identities import Identities, Role

MOST = 10


async def attach_role_policy(call: Call, request: Request) -> Result:
    """Attach a policy; doing it twice changes nothing."""

    def work(kept: Identities) -> None:
        role = known_role(kept, request["RoleName"])
        attachable(kept, request["PolicyArn"], account=call.account)
        attached = dict.fromkeys([*role.attached, request["PolicyArn"]])
        if len(attached) > MOST:
            raise AwsError("LimitExceeded", f"Cannot exceed quota for PoliciesPerRole: {MOST}")
        kept.put_role(replace(role, attached=tuple(attached)))

    await call.identities.change(call.workspace.identifier, work)
    return {}


async def detach_role_policy(call: Call, request: Request) -> Result:
    gone = policy_arn(request["PolicyArn"]).text

    def work(kept: Identities) -> None:
        role = known_role(kept, request["RoleName"])
        if gone not in role.attached:
            raise AwsError("NoSuchEntity", f"Policy {gone} was not found.")
        left = tuple(one for one in role.attached if one != gone)
        kept.put_role(replace(role, attached=left))

    await call.identities.change(call.workspace.identifier, work)
    return {}


async def list_attached_role_policies(call: Call, request: Request) -> Result:
    role = await call.identities.look(
        call.workspace.identifier, lambda kept: known_role(kept, request["RoleName"])
    )
    prefix = request.get("PathPrefix", "/")
    found = [policy_arn(text) for text in role.attached]
    return paged(
        request,
        sorted((one for one in found if one.path.startswith(prefix)), key=lambda one: one.text),
        member="AttachedPolicies",
        key=lambda one: one.text,
        shown=lambda one: {"PolicyName": one.name, "PolicyArn": one.text},
    )


async def list_entities_for_policy(call: Call, request: Request) -> Result:
    """Answer the roles that hold a policy; there are no users and groups here."""
    text, prefix = request["PolicyArn"], request.get("PathPrefix", "/")

    def work(kept: Identities) -> list[Role]:
        attachable(kept, text, account=call.account)
        return holders(kept, text)

    roles = await call.identities.look(call.workspace.identifier, work)
    wanted = request.get("EntityFilter", "Role") == "Role"
    page = paged(
        request,
        [role for role in roles if wanted and role.path.startswith(prefix)],
        member="PolicyRoles",
        key=lambda role: role.name.lower(),
        shown=lambda role: {
            "RoleName": role.name,
            "RoleId": identifier("AROA", call.account, role.name),
        },
    )
    return {"PolicyGroups": [], "PolicyUsers": [], **page}


def holders(kept: Identities, text: str) -> list[Role]:
    """Return the roles that a policy is attached to, by name."""
    return [role for role in kept.roles() if text in role.attached]


def attachable(kept: Identities, text: str, *, account: str) -> None:
    """Raise ``AwsError`` for an ARN of no policy. Those of AWS are all taken to be there."""
    if policy_arn(text).is_of_aws:
        return
    try:
        known_policy(kept, text, account=account)
    except AwsError:
        message = f"Policy {text} does not exist or is not attachable."
        raise AwsError("NoSuchEntity", message) from None


OPERATIONS: Mapping[str, Implementation] = {
    "AttachRolePolicy": attach_role_policy,
    "DetachRolePolicy": detach_role_policy,
    "ListAttachedRolePolicies": list_attached_role_policies,
    "ListEntitiesForPolicy": list_entities_for_policy,
}
