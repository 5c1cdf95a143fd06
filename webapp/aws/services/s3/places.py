"""Which bucket a request means, and who asks for a change of it."""

from collections.abc import Mapping
from typing import Any

from webapp.aws.call import Call
from webapp.aws.identity import caller_identity
from webapp.sources.buckets.buckets import Buckets
from webapp.sources.buckets.event_record import Requester, owner_id
from webapp.sources.buckets.live_bucket import LiveBucket
from webapp.sources.buckets.surroundings import Asking
from webapp.sources.sources import Sources

Shape = dict[str, Any]
ADDRESS = "127.0.0.1"
"""Where every request comes from, as far as a learner's function needs to know."""


def buckets_of(call: Call) -> Buckets:
    """Return the buckets of the region that is called."""
    sources = call.place.sources
    assert isinstance(sources, Sources)
    return sources.buckets


def bucket_of(call: Call, request: Mapping[str, Any]) -> LiveBucket:
    """Return the bucket that a request names. Raises ``NoSuchBucket``."""
    return buckets_of(call).find(request["Bucket"])


def asking(call: Call) -> Asking:
    """Return who asks for a change; it is a run from now on."""
    requester = Requester(
        request_id=call.request_id,
        principal=caller_identity(call.account, call.principal.session).id,
        address=ADDRESS,
        owner=call.account,
    )
    call.headers["x-amz-id-2"] = requester.extended_id
    return Asking(run=call.run, requester=requester, trace=call.trace)


def owner(call: Call) -> Shape:
    return {"ID": owner_id(call.account), "DisplayName": call.account}
