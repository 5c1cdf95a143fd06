"""The names of log groups and streams that are good everywhere."""

import re

from webapp.sources.logs.errors import InvalidParameter, NotFound

_GROUP = re.compile(
    r"arn:aws[a-z-]*:logs:(?P<region>[^:]*):(?P<account>\d{12}):log-group:(?P<name>[^:]+)(:\*)?"
)


def group_arn(name: str, *, account: str, region: str) -> str:
    """Return the ARN by which a group is tagged and looked up; the other one ends in ``:*``."""
    return f"arn:aws:logs:{region}:{account}:log-group:{name}"


def stream_arn(group: str, stream: str, *, account: str, region: str) -> str:
    return f"{group_arn(group, account=account, region=region)}:log-stream:{stream}"


def group_name(identifier: str, *, account: str, region: str) -> str:
    """Return the group's name of a name or an ARN. Raises ``InvalidParameter`` and ``NotFound``."""
    if not identifier.startswith("arn:"):
        return identifier
    found = _GROUP.fullmatch(identifier)
    if found is None:
        raise InvalidParameter(f"{identifier} is not the ARN of a log group.")
    if (found["account"], found["region"]) != (account, region):
        raise NotFound("The specified log group does not exist.")
    return found["name"]
