"""Tags of roles and policies. Keys are told apart without regard to case."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.services.iam.names import known_policy, known_role
from webapp.aws.services.iam.paging import paged
from webapp.storage.identities import Identities, Policy, Role

Tagged = TypeVar("Tagged", Role, Policy)
MOST = 50


def read_tags(tags: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return tags as a mapping. Raises ``AwsError`` for a key that comes twice."""
    keys = [tag["Key"].lower() for tag in tags]
    if len(set(keys)) < len(keys):
        raise AwsError(
            "InvalidInput",
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        )
    return {tag["Key"]: tag["Value"] for tag in tags}


def shown_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


async def tag_role(call: Call, request: Request) -> Result:
    added = read_tags(request["Tags"])

    def work(kept: Identities) -> None:
        kept.put_role(_tagged(known_role(kept, request["RoleName"]), added))

    await call.identities.change(call.workspace.identifier, work)
    return {}


async def untag_role(call: Call, request: Request) -> Result:
    def work(kept: Identities) -> None:
        kept.put_role(_untagged(known_role(kept, request["RoleName"]), request["TagKeys"]))

    await call.identities.change(call.workspace.identifier, work)
    return {}


async def list_role_tags(call: Call, request: Request) -> Result:
    role = await call.identities.look(
        call.workspace.identifier, lambda kept: known_role(kept, request["RoleName"])
    )
    return _listed(request, role.tags)


async def tag_policy(call: Call, request: Request) -> Result:
    added = read_tags(request["Tags"])

    def work(kept: Identities) -> None:
        policy = known_policy(kept, request["PolicyArn"], account=call.account)
        kept.put_policy(_tagged(policy, added))

    await call.identities.change(call.workspace.identifier, work)
    return {}


async def untag_policy(call: Call, request: Request) -> Result:
    def work(kept: Identities) -> None:
        policy = known_policy(kept, request["PolicyArn"], account=call.account)
        kept.put_policy(_untagged(policy, request["TagKeys"]))

    await call.identities.change(call.workspace.identifier, work)
    return {}


async def list_policy_tags(call: Call, request: Request) -> Result:
    policy = await call.identities.look(
        call.workspace.identifier,
        lambda kept: known_policy(kept, request["PolicyArn"], account=call.account),
    )
    return _listed(request, policy.tags)


def _tagged(thing: Tagged, added: Mapping[str, str]) -> Tagged:
    new = {key.lower() for key in added}
    tags = {key: value for key, value in thing.tags.items() if key.lower() not in new}
    tags |= added
    if len(tags) > MOST:
        raise AwsError("LimitExceeded", f"The number of tags has reached the maximum limit: {MOST}")
    return replace(thing, tags=tags)


def _untagged(thing: Tagged, keys: Sequence[str]) -> Tagged:
    gone = {key.lower() for key in keys}
    kept = {key: value for key, value in thing.tags.items() if key.lower() not in gone}
    return replace(thing, tags=kept)


def _listed(request: Request, tags: Mapping[str, str]) -> dict[str, Any]:
    def key(tag: Mapping[str, str]) -> str:
        return tag["Key"]

    ordered = sorted(shown_tags(tags), key=key)
    return paged(request, ordered, member="Tags", key=key, shown=dict)


OPERATIONS: Mapping[str, Implementation] = {
    "TagRole": tag_role,
    "UntagRole": untag_role,
    "ListRoleTags": list_role_tags,
    "TagPolicy": tag_policy,
    "UntagPolicy": untag_policy,
    "ListPolicyTags": list_policy_tags,
}
