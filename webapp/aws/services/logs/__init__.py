"""CloudWatch Logs over ``sources.logs``: log groups, streams, events, retention and tags."""

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.catalogue import Served
from webapp.aws.errors import AwsError
from webapp.aws.services.logs import events, groups, streams, subscriptions, tags
from webapp.sources.logs.errors import LogsError, Unavailable


def _refusing(operation: Implementation) -> Implementation:
    """Return the operation with its refusals as a client sees them."""

    async def answer(call: Call, request: Request) -> Result | None:
        try:
            return await operation(call, request)
        except LogsError as error:
            raise AwsError(
                error.code,
                error.message,
                fields=error.fields,
                sender=not isinstance(error, Unavailable),
            ) from error

    return answer


_OPERATIONS = {
    **groups.OPERATIONS,
    **streams.OPERATIONS,
    **events.OPERATIONS,
    **subscriptions.OPERATIONS,
    **tags.OPERATIONS,
}
SERVED = Served(
    name="logs",
    operations={name: _refusing(one) for name, one in _OPERATIONS.items()},
    validation="InvalidParameterException",
)
