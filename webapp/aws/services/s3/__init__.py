"""Simple Storage Service, over the buckets of the lab (``webapp/sources/buckets``)."""

import asyncio

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.catalogue import MEGABYTE, BodyLimit, Served
from webapp.aws.errors import AwsError
from webapp.aws.services.s3 import (
    buckets,
    configurations,
    copies,
    deletions,
    listings,
    notifications,
    objects,
    tags,
    uploads,
)
from webapp.aws.services.s3.addresses import by_path
from webapp.sources.buckets.errors import BucketError

_BODY = BodyLimit(size_bytes=lambda _: 64 * MEGABYTE, code="EntityTooLarge")
"""Of one request: the body is read whole, to be checked before anything is kept of it."""


def _refusing(operation: Implementation) -> Implementation:
    """Return the operation, with its refusals as a client sees them."""

    async def answer(call: Call, request: Request) -> Result | None:
        try:
            # A function may end while it asks; a change that was begun is made all the same, so
            # that what is in memory is what is on disk.
            return await asyncio.shield(operation(call, request))
        except BucketError as error:
            raise AwsError(
                error.code, error.message, status=error.status, fields=error.fields
            ) from error

    return answer


_OPERATIONS = {
    **buckets.OPERATIONS,
    **configurations.OPERATIONS,
    **objects.OPERATIONS,
    **copies.OPERATIONS,
    **deletions.OPERATIONS,
    **listings.OPERATIONS,
    **notifications.OPERATIONS,
    **tags.OPERATIONS,
    **uploads.OPERATIONS,
}
SERVED = Served(
    name="s3",
    operations={name: _refusing(operation) for name, operation in _OPERATIONS.items()},
    bodies={"PutObject": _BODY, "UploadPart": _BODY},
    addressed=by_path,
    unchecked_enumerations=("FilterRuleName",),
)
