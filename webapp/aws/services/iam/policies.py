"""Managed policies: made, shown, deleted."""

from collections.abc import Mapping
from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.identity import identifier
from webapp.aws.services.iam.attachments import holders
from webapp.aws.services.iam.documents import MANAGED_CHARACTERS, check_document
from webapp.aws.services.iam.names import PolicyArn, arn, known_policy, policy_arn
from webapp.aws.services.iam.paging import paged
from webapp.aws.services.iam.tags import read_tags, shown_tags
from webapp.storage.identities import Identities, Policy, PolicyVersion

MOST = 1500


async def create_policy(call: Call, request: Request) -> Result:
    document = request["PolicyDocument"]
    check_document(document, most=MANAGED_CHARACTERS, quota="PolicySize")
    now = float(int(call.now()))
    policy = Policy(
        name=request["PolicyName"],
        path=request.get("Path", "/"),
        created=now,
        updated=now,
        versions=(PolicyVersion(name="v1", document=document, created=now),),
        description=request.get("Description"),
        tags=read_tags(request.get("Tags", [])),
    )
    await call.identities.change(call.workspace.identifier, lambda kept: _add(kept, policy))
    return {"Policy": _listed(policy, account=call.account, roles=0)}


async def get_policy(call: Call, request: Request) -> Result:
    named = policy_arn(request["PolicyArn"])

    def work(kept: Identities) -> dict[str, Any]:
        roles = len(holders(kept, named.text))
        if named.is_of_aws:
            return _of_aws(named, roles=roles)
        policy = known_policy(kept, named.text, account=call.account)
        return _shown(policy, account=call.account, roles=roles)

    return {"Policy": await call.identities.look(call.workspace.identifier, work)}


async def list_policies(call: Call, request: Request) -> Result:
    """Answer the account's own policies; AWS's are not listed here."""
    prefix, scope = request.get("PathPrefix", "/"), request.get("Scope", "All")

    def work(kept: Identities) -> list[tuple[Policy, int]]:
        roles = kept.roles()
        found = [policy for policy in kept.policies() if policy.path.startswith(prefix)]
        return [(one, _count(one, roles, account=call.account)) for one in found]

    counted = await call.identities.look(call.workspace.identifier, work)
    attached = bool(request.get("OnlyAttached"))
    return paged(
        request,
        [one for one in counted if scope != "AWS" and (one[1] or not attached)],
        member="Policies",
        key=lambda one: one[0].name.lower(),
        shown=lambda one: _listed(one[0], account=call.account, roles=one[1]),
    )


async def delete_policy(call: Call, request: Request) -> Result:
    """Delete a policy that no role holds and that has its default version only."""

    def work(kept: Identities) -> None:
        policy = known_policy(kept, request["PolicyArn"], account=call.account)
        if holders(kept, request["PolicyArn"]):
            raise AwsError("DeleteConflict", "Cannot delete a policy attached to entities.")
        if len(policy.versions) > 1:
            raise AwsError(
                "DeleteConflict",
                "This policy has more than one version. Before you delete a policy, you must "
                "delete the policy's versions. The default version is deleted with the policy.",
            )
        kept.delete_policy(policy.name)

    await call.identities.change(call.workspace.identifier, work)
    return {}


def _add(kept: Identities, policy: Policy) -> None:
    if kept.policy(policy.name) is not None:
        raise AwsError(
            "EntityAlreadyExists",
            f"A policy called {policy.name} already exists. Duplicate names are not allowed.",
        )
    if len(kept.policies()) >= MOST:
        raise AwsError("LimitExceeded", f"Cannot exceed quota for PoliciesPerAccount: {MOST}")
    kept.put_policy(policy)


def _count(policy: Policy, roles: list[Any], *, account: str) -> int:
    own = arn(account, "policy", path=policy.path, name=policy.name)
    return sum(own in role.attached for role in roles)


def _listed(policy: Policy, *, account: str, roles: int) -> dict[str, Any]:
    return {
        "PolicyName": policy.name,
        "PolicyId": identifier("ANPA", account, policy.name),
        "Arn": arn(account, "policy", path=policy.path, name=policy.name),
        "Path": policy.path,
        "DefaultVersionId": policy.default,
        "AttachmentCount": roles,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": policy.created,
        "UpdateDate": policy.updated,
        "Tags": shown_tags(policy.tags) or None,
    }


def _shown(policy: Policy, *, account: str, roles: int) -> dict[str, Any]:
    shown = _listed(policy, account=account, roles=roles)
    return {**shown, "Description": policy.description, "Tags": shown_tags(policy.tags)}


def _of_aws(named: PolicyArn, *, roles: int) -> dict[str, Any]:
    """Return one of AWS's own, of which this lab knows the name alone."""
    return {
        "PolicyName": named.name,
        "PolicyId": identifier("ANPA", "aws", named.name),
        "Arn": named.text,
        "Path": named.path,
        "DefaultVersionId": "v1",
        "AttachmentCount": roles,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "Tags": [],
    }


OPERATIONS: Mapping[str, Implementation] = {
    "CreatePolicy": create_policy,
    "GetPolicy": get_policy,
    "ListPolicies": list_policies,
    "DeletePolicy": delete_policy,
}
