"""What a client calls a function: a name, an ARN or a part of one, perhaps qualified (1.6)."""

import re
from dataclasses import dataclass

from webapp.runtime.environments.variables import function_arn
from webapp.runtime.errors import AccessDenied, InvalidParameterValue, ResourceNotFound, invalid
from webapp.runtime.model import LATEST, Address

_PATTERN = re.compile(
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((?P<region>[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}):)?"
    r"((?P<account>\d{12}):)?(function:)?(?P<name>[a-zA-Z0-9-_\.]+)"
    r"(:(?P<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?"
)
_SHOWN = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?"
    r"(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"
)


@dataclass(frozen=True, slots=True)
class FunctionReference:
    """A function of this address. ``qualifier`` is ``None`` where the client gave none."""

    name: str
    qualifier: str | None = None

    @property
    def version(self) -> str:
        """What is meant: no qualifier means ``$LATEST``."""
        return self.qualifier or LATEST

    def arn(self, address: Address) -> str:
        """Return the ARN as the client addressed it: with a qualifier only if it gave one."""
        arn = function_arn(self.name, account=address.account, region=address.region)
        return arn if self.qualifier is None else f"{arn}:{self.qualifier}"


def refer(
    text: str, *, address: Address, action: str, qualifier: str | None = None
) -> FunctionReference:
    """Return whom a client means by ``text`` and a qualifier that came beside it.

    Raises ``ValidationFailed`` for what is no name, ``ResourceNotFound`` for another region,
    ``AccessDenied`` for another account (``action`` is then named, such as ``InvokeFunction``),
    and ``InvalidParameterValue`` for two qualifiers that differ.
    """
    found = _PATTERN.fullmatch(text)
    if found is None:
        raise invalid(text, "functionName", f"satisfy regular expression pattern: {_SHOWN}")
    region, account = found["region"], found["account"]
    if region is not None and region != address.region:
        raise ResourceNotFound(
            f"Functions from '{region}' are not reachable in this region ('{address.region}')"
        )
    if account is not None and account != address.account:
        raise _denied(text, address, action)
    return FunctionReference(found["name"], _one_of(found["qualifier"], qualifier))


def _one_of(derived: str | None, given: str | None) -> str | None:
    if derived is not None and given is not None and derived != given:
        raise InvalidParameterValue(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    return derived if given is None else given


def _denied(text: str, address: Address, action: str) -> AccessDenied:
    return AccessDenied(
        f"User: arn:aws:iam::{address.account}:root is not authorized to perform: "
        f"lambda:{action} on resource: {text} because no resource-based policy allows the "
        f"lambda:{action} action"
    )
