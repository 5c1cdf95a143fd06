"""What a call of CloudWatch Logs is about: whose groups, which one, and at what time."""

from webapp.aws.call import Call, Request
from webapp.sources.logs import arns
from webapp.sources.logs.errors import InvalidParameter
from webapp.sources.logs.model import Scope


def scope_of(call: Call) -> Scope:
    return Scope(call.workspace.identifier, call.region)


def now_ms(call: Call) -> int:
    """Return lab time in milliseconds."""
    return int(call.now() * 1000)


def real_ms(call: Call) -> int:
    """Return real time in milliseconds, by which clients date their events."""
    return int(call.backends.real() * 1000)


def group_of(call: Call, request: Request) -> str:
    """Return the name of the group that a request names in one of two ways."""
    name, identifier = request.get("logGroupName"), request.get("logGroupIdentifier")
    if (name is None) == (identifier is None):
        raise InvalidParameter("Exactly one of logGroupName and logGroupIdentifier must be given.")
    return name if name is not None else group_by_identifier(call, str(identifier))


def group_by_identifier(call: Call, identifier: str) -> str:
    """Return the name of the group of a name or an ARN."""
    return arns.group_name(identifier, account=call.account, region=call.region)


def arn_of_group(call: Call, name: str) -> str:
    return arns.group_arn(name, account=call.account, region=call.region)
