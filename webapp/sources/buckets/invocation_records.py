"""The invocation records that Lambda keeps in a bucket: an on-failure destination (5.4)."""

import time
import uuid
from collections.abc import Sequence

from webapp.sources.buckets.conditions import Conditions
from webapp.sources.buckets.event_record import Requester
from webapp.sources.buckets.integrity import Integrity
from webapp.sources.buckets.live_bucket import LiveBucket
from webapp.sources.buckets.ports import Description
from webapp.sources.buckets.surroundings import Asking
from webapp.sources.parcel import Parcel

_ABOUT = Description(headers={"ContentType": "application/json"})


async def keep_record(bucket: LiveBucket, parcel: Parcel, *, account: str, now: float) -> None:
    """Put the record of an event as an object. Raises a ``SourceError``."""
    requester = Requester(
        request_id=uuid.uuid4().hex[:16].upper(),
        principal=f"AWS:{account}:lambda",
        address="127.0.0.1",
        owner=account,
    )
    await bucket.put(
        record_key(_function(parcel.resources), now=now, identifier=str(uuid.uuid4())),
        parcel.body.encode(),
        about=_ABOUT,
        asking=Asking(run=parcel.run, requester=requester, trace=parcel.trace),
        conditions=Conditions(),
        integrity=Integrity(),
    )


def record_key(function: str, *, now: float, identifier: str) -> str:
    """Return the key that a record gets, as the Lambda developer guide has it (async records)."""
    moment = time.gmtime(now)
    day = time.strftime("%Y/%m/%d", moment)
    return (
        f"aws/lambda/async/{function}/{day}/"
        f"{time.strftime('%Y-%m-%dT%H.%M.%S', moment)}-{identifier}"
    )


def _function(resources: Sequence[str]) -> str:
    """Return the name of the function that a record is about."""
    return next(arn.split(":")[6] for arn in resources if ":function:" in arn)
