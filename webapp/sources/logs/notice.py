"""What a subscription filter sends: base64 of gzip of JSON (lambda-behaviour 7.18). Pure."""

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

CONTROL = "CWL CONTROL MESSAGE: Checking health of destination Lambda."
"""What the target of a new filter is told first; AWS documents no words for it (K).

Deliveries to Firehose and Kinesis say the same with their own names, as users' records show.
"""


def data_message(
    *, account: str, group: str, stream: str, filter_name: str, events: Sequence[Mapping[str, Any]]
) -> str:
    """Return the event that brings lines of one stream."""
    return _event(
        {
            "messageType": "DATA_MESSAGE",
            "owner": account,
            "logGroup": group,
            "logStream": stream,
            "subscriptionFilters": [filter_name],
            "logEvents": list(events),
        }
    )


def control_message(*, timestamp_ms: int) -> str:
    """Return the event that finds out whether a new filter's target can be reached."""
    return _event(
        {
            "messageType": "CONTROL_MESSAGE",
            "owner": "CloudwatchLogs",
            "logGroup": "",
            "logStream": "",
            "subscriptionFilters": [],
            "logEvents": [{"id": "", "timestamp": timestamp_ms, "message": CONTROL}],
        }
    )


def _event(message: Mapping[str, Any]) -> str:
    data = gzip.compress(json.dumps(message, separators=(",", ":")).encode(), mtime=0)
    return json.dumps({"awslogs": {"data": base64.b64encode(data).decode()}})
