"""Versions of managed policies: at most five, one of them the default."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.services.iam.documents import MANAGED_CHARACTERS, check_document, encoded
from webapp.aws.services.iam.names import known_policy, policy_arn
from webapp.aws.services.iam.paging import paged
from webapp.storage.identities import Identities, Policy, PolicyVersion

MOST = 5


async def create_policy_version(call: Call, request: Request) -> Result:
    document, now = request["PolicyDocument"], float(int(call.now()))
    check_document(document, most=MANAGED_CHARACTERS, quota="PolicySize")

    def changed(policy: Policy) -> Policy:
        if len(policy.versions) >= MOST:
            raise AwsError(
                "LimitExceeded",
                f"A managed policy can have up to {MOST} versions. Before you create a new "
                "version, you must delete an existing version.",
            )
        number = policy.last_number + 1
        version = PolicyVersion(name=f"v{number}", document=document, created=now)
        return replace(
            policy,
            versions=(*policy.versions, version),
            last_number=number,
            default=version.name if request.get("SetAsDefault") else policy.default,
            updated=now,
        )

    policy = await _change(call, request, changed)
    return {"PolicyVersion": _listed(policy, policy.versions[-1])}


async def get_policy_version(call: Call, request: Request) -> Result:
    text, name = request["PolicyArn"], request["VersionId"]
    if policy_arn(text).is_of_aws:
        raise AwsError(
            "NoSuchEntity", f"The document of {text} is AWS's own; this lab knows its name alone."
        )
    policy = await _policy(call, request)
    version = _known(policy, name, arn=text)
    return {"PolicyVersion": {**_listed(policy, version), "Document": encoded(version.document)}}


async def list_policy_versions(call: Call, request: Request) -> Result:
    policy = await _policy(call, request)
    newest_first = tuple(reversed(policy.versions))
    places = {version.name: f"{place:03}" for place, version in enumerate(newest_first)}
    return paged(
        request,
        newest_first,
        member="Versions",
        key=lambda version: places[version.name],
        shown=lambda version: _listed(policy, version),
    )


async def delete_policy_version(call: Call, request: Request) -> Result:
    def changed(policy: Policy) -> Policy:
        gone = _known(policy, request["VersionId"], arn=request["PolicyArn"])
        if gone.name == policy.default:
            raise AwsError("DeleteConflict", "Cannot delete the default version of a policy.")
        left = tuple(version for version in policy.versions if version != gone)
        return replace(policy, versions=left)

    await _change(call, request, changed)
    return {}


async def set_default_policy_version(call: Call, request: Request) -> Result:
    now = float(int(call.now()))

    def changed(policy: Policy) -> Policy:
        chosen = _known(policy, request["VersionId"], arn=request["PolicyArn"])
        return replace(policy, default=chosen.name, updated=now)

    await _change(call, request, changed)
    return {}


async def _policy(call: Call, request: Request) -> Policy:
    return await call.identities.look(
        call.workspace.identifier,
        lambda kept: known_policy(kept, request["PolicyArn"], account=call.account),
    )


async def _change(call: Call, request: Request, change: Callable[[Policy], Policy]) -> Policy:
    def work(kept: Identities) -> Policy:
        changed = change(known_policy(kept, request["PolicyArn"], account=call.account))
        kept.put_policy(changed)
        return changed

    return await call.identities.change(call.workspace.identifier, work)


def _known(policy: Policy, name: str, *, arn: str) -> PolicyVersion:
    for version in policy.versions:
        if version.name == name:
            return version
    raise AwsError(
        "NoSuchEntity", f"Policy {arn} version {name} does not exist or is not attachable."
    )


def _listed(policy: Policy, version: PolicyVersion) -> dict[str, Any]:
    return {
        "VersionId": version.name,
        "IsDefaultVersion": version.name == policy.default,
        "CreateDate": version.created,
    }


OPERATIONS: Mapping[str, Implementation] = {
    "CreatePolicyVersion": create_policy_version,
    "GetPolicyVersion": get_policy_version,
    "ListPolicyVersions": list_policy_versions,
    "DeletePolicyVersion": delete_policy_version,
    "SetDefaultPolicyVersion": set_default_policy_version,
}
