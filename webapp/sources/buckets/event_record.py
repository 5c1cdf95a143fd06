"""What a destination is told of a change in a bucket (lambda-behaviour 7.11). Pure."""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from webapp.sources.buckets.ports import NULL, ObjectRecord

EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """Who changes a bucket by which request. ``owner`` is the workspace's account."""

    request_id: str
    principal: str
    address: str
    owner: str

    @property
    def extended_id(self) -> str:
        """Return what S3 sends as ``x-amz-id-2``."""
        return extended_id(self.request_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A change: ``event`` as records name it, such as ``ObjectCreated:Put``; ``at`` in lab time.

    ``reason`` is the operation's name, as EventBridge tells it.
    """

    event: str
    reason: str
    record: ObjectRecord
    at: float

    @property
    def removes(self) -> bool:
        return self.event.startswith("ObjectRemoved")

    @property
    def sequencer(self) -> str:
        """Return what compares two events of a key: the later one's is greater."""
        return f"{self.record.order:018X}"


def bucket_arn(name: str) -> str:
    return f"arn:aws:s3:::{name}"


def extended_id(request_id: str) -> str:
    digest = hashlib.sha384(request_id.encode()).digest()
    return base64.b64encode(digest).decode()


def owner_id(account: str) -> str:
    """Return the canonical user ID of an account, which S3 knows owners by."""
    return hashlib.sha256(f"owner {account}".encode()).hexdigest()


def notification(
    happening: Happening, *, bucket: str, region: str, rule: str, requester: Requester
) -> str:
    """Return the JSON that functions, queues and topics get."""
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": region,
        "eventTime": _time(happening.at),
        "eventName": happening.event,
        "userIdentity": {"principalId": f"AWS:{requester.principal}"},
        "requestParameters": {"sourceIPAddress": requester.address},
        "responseElements": {
            "x-amz-request-id": requester.request_id,
            "x-amz-id-2": requester.extended_id,
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": rule,
            "bucket": {
                "name": bucket,
                "ownerIdentity": {"principalId": _principal_of(requester.owner)},
                "arn": bucket_arn(bucket),
            },
            "object": _object(happening, key=quote_plus(happening.record.key, safe="/")),
        },
    }
    return json.dumps({"Records": [record]}, separators=(",", ":"))


def detail(happening: Happening, *, bucket: str, requester: Requester) -> str:
    """Return the detail of the event that EventBridge gets (S3 user guide: ev-events)."""
    record = happening.record
    told: dict[str, Any] = {"key": record.key}
    if not happening.removes:
        told |= {"size": record.size_bytes, "etag": record.etag}
    if record.version != NULL:
        told["version-id"] = record.version
    told["sequencer"] = happening.sequencer
    document = {
        "version": "0",
        "bucket": {"name": bucket},
        "object": told,
        "request-id": requester.request_id,
        "requester": requester.owner,
        "source-ip-address": requester.address,
        "reason": happening.reason,
    }
    if happening.removes:
        marker = happening.event.endswith("DeleteMarkerCreated")
        document["deletion-type"] = "Delete Marker Created" if marker else "Permanently Deleted"
    return json.dumps(document, separators=(",", ":"))


def test_notification(*, bucket: str, at: float, requester: Requester) -> str:
    """Return what a queue or a topic gets when it is made a destination."""
    return json.dumps(
        {
            "Service": "Amazon S3",
            "Event": "s3:TestEvent",
            "Time": _time(at),
            "Bucket": bucket,
            "RequestId": requester.request_id,
            "HostId": requester.extended_id,
        },
        separators=(",", ":"),
    )


def _object(happening: Happening, *, key: str) -> dict[str, Any]:
    record = happening.record
    told: dict[str, Any] = {"key": key}
    if not happening.removes:
        told |= {"size": record.size_bytes, "eTag": record.etag}
    if record.is_marker:
        told["eTag"] = EMPTY_MD5
    if record.version != NULL:
        told["versionId"] = record.version
    told["sequencer"] = happening.sequencer
    return told


def _principal_of(account: str) -> str:
    return f"A{hashlib.sha256(account.encode()).hexdigest()[:13].upper()}"


def _time(at: float) -> str:
    text = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
