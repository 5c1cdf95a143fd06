"""Which queue a request means, and how its URL is written."""

import re
from collections.abc import Mapping
from typing import Any

from webapp.aws.call import Call
from webapp.aws.errors import AwsError
from webapp.sources.errors import SourceError
from webapp.sources.queues.live_queue import LiveQueue
from webapp.sources.queues.queues import Queues
from webapp.sources.sources import Sources

_URL = re.compile(r"(?:https?://[^/]+)?/?(?:(\d{12})/)?([\w.-]{1,80})/?", re.ASCII)


def queues_of(call: Call) -> Queues:
    """Return the queues of the region that is called."""
    sources = call.place.sources
    assert isinstance(sources, Sources)
    return sources.queues


def queue_of(call: Call, request: Mapping[str, Any]) -> LiveQueue:
    """Return the queue that ``QueueUrl`` names. Raises ``QueueDoesNotExist``, ``InvalidAddress``.

    Only its path counts: host and scheme may be those that a client of another network sees.
    """
    url = str(request.get("QueueUrl") or "")
    if not url:
        raise AwsError("MissingParameter", "The request must contain the parameter QueueUrl.")
    found = _URL.fullmatch(url)
    if found is None:
        raise AwsError("InvalidAddress", f"The address {url:.200} is not valid for this endpoint.")
    if found[1] not in (None, call.account):
        raise AwsError("AccessDenied", f"Access to the resource {url:.200} is denied.", status=403)
    return queues_of(call).find(found[2])


def queue_url(call: Call, live: LiveQueue) -> str:
    """Return the URL by which clients name a queue."""
    return f"{call.site.address}/{call.account}/{live.name}"


def failed(entry: Mapping[str, Any], error: SourceError) -> dict[str, Any]:
    """Return how a batch tells that one of its entries was refused."""
    return {
        "Id": entry["Id"],
        "SenderFault": error.status < 500,
        "Code": error.code,
        "Message": error.message,
    }
