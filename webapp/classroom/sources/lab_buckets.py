"""The buckets of a lab on the platform: made, put back, kept for an undo. Loop thread only."""

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any

from webapp.classroom.asynchronous import function_arn, queue_arn, target_arn, topic_arn
from webapp.curriculum.lab import Lab
from webapp.curriculum.sources.bucket import LabBucket, LabNotification
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.functions.policy import Permission
from webapp.runtime.model import Address
from webapp.runtime.workspace import Workspace
from webapp.sources.buckets.buckets import Buckets
from webapp.sources.buckets.event_record import Requester, bucket_arn
from webapp.sources.buckets.live_bucket import LiveBucket
from webapp.sources.buckets.notification import Rule, Rules, read_rules
from webapp.sources.buckets.ports import Description, ObjectRecord
from webapp.sources.buckets.surroundings import Asking
from webapp.sources.buses.event import DEFAULT_BUS
from webapp.sources.buses.rule import RuleRecord
from webapp.sources.sources import Sources

SERVICE = "s3.amazonaws.com"
PAGE = "127.0.0.1"
MOST_KEPT = 1000
MOST_KEPT_BYTES = 4 * 1024 * 1024
"""What an undo keeps of the objects of all the lab's buckets together."""
TEXT = "text/plain; charset=utf-8"


def buckets_of(opened: Workspace) -> Buckets:
    """Return the buckets of the region where labs are."""
    return _sources(opened).buckets


def asking(opened: Workspace, *, run: str) -> Asking:
    """Return who asks for what a page does to a bucket."""
    requester = Requester(
        request_id=secrets.token_hex(8).upper(),
        principal=opened.account,
        address=PAGE,
        owner=opened.account,
    )
    return Asking(run=run, requester=requester)


async def ensure(opened: Workspace, lab: Lab, *, run: str, deleted_too: bool = False) -> None:
    """Create the lab's buckets that are not there; one that somebody deleted only if that is said.

    What they tell has to be there, but for functions. Raises a ``SourceError``.
    """
    buckets = buckets_of(opened)
    for bucket in lab.buckets:
        gone = buckets.was_deleted(bucket.name) and not deleted_too
        if bucket.name not in buckets and not gone:
            await _make(opened, lab, bucket, run=run)


async def put_back(opened: Workspace, lab: Lab, *, run: str) -> None:
    """Make every bucket what the lesson says, with what it begins with and nothing else."""
    for bucket in lab.buckets:
        await buckets_of(opened).drop(bucket.name, run=run)
        await _make(opened, lab, bucket, run=run)


def check_mine(lab: Lab, bucket: str) -> None:
    """Raise ``ResourceNotFound`` for a bucket that is not the lab's, whatever it is called."""
    if bucket not in lab.bucket_names:
        raise ResourceNotFound(
            f"This lab has no bucket '{bucket[:80]}'. It has "
            f"{', '.join(sorted(lab.bucket_names)) or 'none'}."
        )


def targets_of(lab: Lab) -> list[str]:
    """Return the names of what a bucket can tell: functions, queues and topics of the lab."""
    return [
        *(one.name for one in lab.functions),
        *(one.name for one in lab.queues),
        *(one.name for one in lab.topics),
    ]


def arns_of_targets(lab: Lab, address: Address) -> dict[str, str]:
    """Return the ARN of each."""
    return {name: target_arn(name, lab, address) for name in targets_of(lab)}


def permissions_for(lab: Lab) -> list[Permission]:
    """Return what lets the lab's buckets call a function, also when a learner asks them to."""
    return [
        Permission(
            statement_id=f"bucket-{bucket.name.replace('.', '-')}",
            action="lambda:InvokeFunction",
            principal=SERVICE,
            source_arn=bucket_arn(bucket.name),
        )
        for bucket in lab.buckets
    ]


def statement_for(lab: Lab, arn: str, action: str) -> dict[str, Any]:
    """Return the statement that lets the lab's buckets tell a queue or topic; empty if none."""
    telling = [bucket_arn(bucket.name) for bucket in lab.buckets]
    if not telling:
        return {}
    return {
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": action,
        "Resource": arn,
        "Condition": {"ArnLike": {"aws:SourceArn": telling}},
    }


def rule_of(notification: LabNotification, lab: Lab, address: Address) -> Rule:
    """Return what a notification is in S3: its configuration, with the ARN of whom it tells."""
    kind, arn = "function", function_arn(notification.to, address)
    if notification.to in lab.queue_names:
        kind, arn = "queue", queue_arn(notification.to, address)
    elif notification.to in lab.topic_names:
        kind, arn = "topic", topic_arn(notification.to, address)
    return Rule(
        identifier=notification.name,
        kind=kind,
        arn=arn,
        events=notification.events,
        prefix=notification.prefix,
        suffix=notification.suffix,
    )


# -- what a reset takes, and an undo brings back


async def document(opened: Workspace, lab: Lab) -> dict[str, Any]:
    """Return the lab's buckets as JSON values, by name: settings, and objects as they are now.

    Older versions are not kept, and of many or large objects only what fits, by key.
    """
    left, kept = MOST_KEPT_BYTES, {}
    for bucket in lab.buckets:
        if bucket.name not in buckets_of(opened):
            continue
        live, objects = buckets_of(opened).find(bucket.name), []
        for record in _current(live)[:MOST_KEPT]:
            if record.size_bytes <= left:
                left -= record.size_bytes
                objects.append(await _object_document(live, record))
        kept[bucket.name] = {
            "versioning": live.record.versioning,
            "tags": dict(live.record.tags),
            "notifications": dict(live.record.notifications),
            "objects": objects,
        }
    return kept


async def bring_back(opened: Workspace, lab: Lab, document: Mapping[str, Any], *, run: str) -> None:
    """Let buckets be as a ``document`` says; what was put since the reset goes."""
    for bucket in lab.buckets:
        kept = document.get(bucket.name)
        if kept is None:
            continue
        await buckets_of(opened).drop(bucket.name, run=run)
        live = await buckets_of(opened).create(bucket.name, tags=kept["tags"], run=run)
        if kept["versioning"]:
            await buckets_of(opened).set_versioning(bucket.name, kept["versioning"], run=run)
        await live.fill([_given(one) for one in kept["objects"]])
        await _tell(opened, bucket.name, read_rules(kept["notifications"]), run=run)


# -- inside


def _sources(opened: Workspace) -> Sources:
    sources = opened.home.sources
    assert isinstance(sources, Sources)
    return sources


async def _make(opened: Workspace, lab: Lab, bucket: LabBucket, *, run: str) -> None:
    buckets = buckets_of(opened)
    live = await buckets.create(bucket.name, tags={}, run=run)
    if bucket.versioning:
        await buckets.set_versioning(bucket.name, "Enabled", run=run)
    about = Description(headers={"ContentType": TEXT})
    await live.fill([(key, text.encode(), about) for key, text in bucket.objects.items()])
    told = [rule_of(one, lab, opened.address) for one in bucket.notifications if one.events]
    buses = [one for one in bucket.notifications if one.to in lab.bus_names]
    await _tell(opened, bucket.name, Rules(told, bus=bool(buses)), run=run)
    if buses:
        await _lead_to_buses(opened, bucket, [one.to for one in buses], lab=lab, run=run)


async def _tell(opened: Workspace, name: str, rules: Rules, *, run: str) -> None:
    """Let these be told of a bucket. Functions of the lab may not be deployed yet."""
    if rules.rules or rules.bus:
        who = asking(opened, run=run)
        await buckets_of(opened).set_rules(name, rules, asking=who, check=False)


async def _lead_to_buses(
    opened: Workspace, bucket: LabBucket, buses: list[str], *, lab: Lab, run: str
) -> None:
    """Lead a bucket's events on: EventBridge gets them on the default bus, which is everybody's."""
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket.name]}}}
    rule, rules = f"s3-{bucket.name}", _sources(opened).buses.rules
    record = RuleRecord(bus=DEFAULT_BUS, name=rule, pattern=json.dumps(pattern))
    await rules.put(record, run=run)
    targets = [{"Id": bus[:64], "Arn": target_arn(bus, lab, opened.address)} for bus in buses]
    await rules.put_targets(rule, targets, bus=DEFAULT_BUS, run=run)


def _current(live: LiveBucket) -> list[ObjectRecord]:
    """Return what a reader of the bucket gets, by key."""
    versions = {record.key for record in live.contents.all()}
    found = (live.contents.current(key) for key in sorted(versions))
    return [one for one in found if one is not None and not one.is_marker]


async def _object_document(live: LiveBucket, record: ObjectRecord) -> list[Any]:
    pieces = live.pieces(record, start=0, end=record.size_bytes)
    data = b"".join([piece async for piece in pieces])
    about = record.about
    came_with = [dict(about.headers), dict(about.metadata), dict(about.tags)]
    return [record.key, base64.b64encode(data).decode(), *came_with]


def _given(kept: list[Any]) -> tuple[str, bytes, Description]:
    key, data, headers, metadata, tags = kept
    about = Description(headers=headers, metadata=metadata, tags=tags)
    return key, base64.b64decode(data), about
