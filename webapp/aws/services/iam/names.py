"""ARNs and ids of IAM's things, and what is said where there is none."""

import re
from dataclasses import dataclass

from webapp.aws.errors import AwsError
from webapp.storage.identities import Identities, Policy, Role

_POLICY_ARN = re.compile(
    r"arn:aws[\w-]*:iam::(\d{12}|aws):policy(/(?:[\x21-\x7e]+/)?)([\w+=,.@-]+)"
)


@dataclass(frozen=True, slots=True)
class PolicyArn:
    """A managed policy's name, and whose it is: an account's, or ``aws``'s own."""

    text: str
    owner: str
    path: str
    name: str

    @property
    def is_of_aws(self) -> bool:
        return self.owner == "aws"


def policy_arn(text: str) -> PolicyArn:
    """Return what an ARN names. Raises ``AwsError``."""
    found = _POLICY_ARN.fullmatch(text)
    if found is None:
        raise AwsError("InvalidInput", f"ARN {text:.200} is not valid.")
    return PolicyArn(text, *found.groups())


def arn(account: str, kind: str, *, path: str, name: str) -> str:
    """Return the ARN of a role or a policy."""
    return f"arn:aws:iam::{account}:{kind}{path}{name}"


def known_role(identities: Identities, name: str) -> Role:
    """Return a role. Raises ``AwsError``."""
    role = identities.role(name)
    if role is None or role.name != name:
        raise AwsError("NoSuchEntity", f"The role with name {name} cannot be found.")
    return role


def known_policy(identities: Identities, text: str, *, account: str) -> Policy:
    """Return the account's own policy that an ARN names. Raises ``AwsError``."""
    named = policy_arn(text)
    policy = identities.policy(named.name) if named.owner == account else None
    if policy is None or (policy.name, policy.path) != (named.name, named.path):
        raise AwsError("NoSuchEntity", f"Policy {text} was not found.")
    return policy
