"""What SQS says of a parameter that a request lacks (LS:sqs/test_sqs, ``…_requires_…``)."""

import re
from collections.abc import Sequence

from webapp.aws.errors import AwsError

_MISSING = re.compile(r"Value null at '(\w+)' failed")


def missing(operation: str, problems: Sequence[str]) -> AwsError | None:
    """Return the refusal of a request without one of its own parameters, if it is that."""
    found = next(filter(None, map(_MISSING.match, problems)), None)
    if found is None:
        return None
    name = found[1][:1].upper() + found[1][1:]
    return (
        no_entries(operation)
        if name == "Entries"
        else AwsError("MissingParameter", f"The request must contain the parameter {name}.")
    )


def no_entries(operation: str) -> AwsError:
    """Return the refusal of a batch of nothing."""
    return AwsError(
        "EmptyBatchRequest",
        f"There should be at least one {operation}RequestEntry in the request.",
    )
