"""The topics of a lab on the platform: made, put back, kept for an undo. Loop thread only."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from webapp.classroom.asynchronous import function_arn, queue_arn, topic_arn
from webapp.classroom.sources import lab_buckets, lab_buses
from webapp.curriculum.lab import Lab
from webapp.curriculum.sources.topic import LabSubscription, LabTopic
from webapp.runtime.errors import ResourceConflict
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.policy import Permission
from webapp.runtime.model import Address
from webapp.runtime.workspace import Workspace
from webapp.sources.resource_policy import Asked, allows
from webapp.sources.sources import Sources
from webapp.sources.topics.filter_policy import ATTRIBUTES, BODY
from webapp.sources.topics.topics import Topics

SERVICE = "sns.amazonaws.com"
Wanted = Sequence[tuple[str, str, Mapping[str, str]]]
"""Subscriptions: protocol, endpoint, and attributes in SNS's names."""


def topics_of(opened: Workspace) -> Topics:
    """Return the topics of the region where labs are."""
    sources = opened.home.sources
    assert isinstance(sources, Sources)
    return sources.topics


async def ensure(opened: Workspace, lab: Lab, *, run: str, deleted_too: bool = False) -> None:
    """Create the lab's topics that are not there; one that somebody deleted only if that is said.

    The lab's queues have to be there. Raises a ``SourceError``.
    """
    for topic in lab.topics:
        topics = topics_of(opened)
        gone = topics.was_deleted(topic.name) and not deleted_too
        if topic.name not in topics and not gone:
            await _make(opened, lab, topic, run=run)


async def put_back(opened: Workspace, lab: Lab, *, run: str) -> None:
    """Make every topic what the lesson says; what is on its way is given up."""
    for topic in lab.topics:
        await topics_of(opened).delete(topic.name, run=run)
        await _make(opened, lab, topic, run=run)


def permissions_for(lab: Lab, function: str, address: Address) -> list[Permission]:
    """Return what lets the lab's topics call a function."""
    return [
        Permission(
            statement_id=f"topic-{topic.name.replace('.', '-')}",
            action="lambda:InvokeFunction",
            principal=SERVICE,
            source_arn=topic_arn(topic.name, address),
        )
        for topic in lab.topics
        if any(one.to == function for one in topic.subscriptions)
    ]


async def let_in(opened: Workspace, lab: Lab, topic: str, to: str, *, run: str) -> None:
    """Let a topic of the lab send to a queue of it, or call a function that is deployed.

    What lets others in stays as it is.
    """
    address, arn = opened.address, topic_arn(topic, opened.address)
    if to in lab.queue_names:
        await _let_into_queue(opened, to, arn, run=run)
        return
    permission = Permission(
        statement_id=f"topic-{topic.replace('.', '-')}",
        action="lambda:InvokeFunction",
        principal=SERVICE,
        source_arn=topic_arn(topic, address),
    )
    with suppress(ResourceConflict):  # it may call already
        await opened.home.annotations.allow(FunctionReference(to), permission, run=run)


async def _let_into_queue(opened: Workspace, queue: str, arn: str, *, run: str) -> None:
    sources = opened.home.sources
    assert isinstance(sources, Sources)
    given = sources.queues.find(queue).settings.given.get("Policy", "")
    asked = Asked(
        service=SERVICE,
        action="sqs:SendMessage",
        resource=queue_arn(queue, opened.address),
        source_arn=arn,
        account=opened.account,
    )
    if not allows(given, asked):
        statements = [*json.loads(given)["Statement"]] if given else []
        statement = _allowing(queue_arn(queue, opened.address), [arn])
        policy = _policy([*statements, statement])
        await sources.queues.set_attributes(queue, {"Policy": policy}, run=run)


def queue_policy(lab: Lab, queue: str, address: Address) -> str:
    """Return what lets the lab's topics, rules and buckets send to a queue; empty if none does."""
    arn = queue_arn(queue, address)
    statements = (
        _statement_for(lab, queue, address),
        lab_buses.statement_for(lab, arn, "sqs:SendMessage", address),
        lab_buckets.statement_for(lab, arn, "sqs:SendMessage"),
    )
    return _policy([one for one in statements if one])


def _policy(statements: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}) if statements else ""


def _statement_for(lab: Lab, queue: str, address: Address) -> dict[str, Any]:
    topics = [
        topic_arn(topic.name, address)
        for topic in lab.topics
        if any(queue in (one.to, one.dead_letter) for one in topic.subscriptions)
    ]
    if not topics:
        return {}
    return _allowing(queue_arn(queue, address), topics)


def _allowing(queue: str, topics: Sequence[str]) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": list(topics)}},
    }


# -- what a reset takes, and an undo brings back


def document(opened: Workspace, lab: Lab) -> dict[str, Any]:
    """Return the lab's topics as JSON values, by name: attributes and subscriptions."""
    topics = topics_of(opened)
    return {
        topic.name: {
            "attributes": dict(topics.find(topic.name).record.attributes),
            "subscriptions": [
                [one.record.protocol, one.record.endpoint, dict(one.record.attributes)]
                for one in topics.subscriptions.of_topic(topic.name)
            ],
        }
        for topic in lab.topics
        if topic.name in topics
    }


async def bring_back(opened: Workspace, lab: Lab, document: Mapping[str, Any], *, run: str) -> None:
    """Let topics be as a ``document`` says."""
    for topic in lab.topics:
        kept = document.get(topic.name)
        if kept is not None:
            await topics_of(opened).delete(topic.name, run=run)
            subscriptions = [(one[0], one[1], one[2]) for one in kept["subscriptions"]]
            await _create(opened, topic.name, kept["attributes"], subscriptions, run=run)


# -- inside


async def _make(opened: Workspace, lab: Lab, topic: LabTopic, *, run: str) -> None:
    attributes = {"FifoTopic": "true"} if topic.fifo else {}
    if topic.deduplicates_by_content:
        attributes["ContentBasedDeduplication"] = "true"
    arn = topic_arn(topic.name, opened.address)
    statements = (
        lab_buses.statement_for(lab, arn, "sns:Publish", opened.address),
        lab_buckets.statement_for(lab, arn, "sns:Publish"),
    )
    if policy := _policy([one for one in statements if one]):
        attributes["Policy"] = policy
    wanted = [_subscription(one, lab, opened.address) for one in topic.subscriptions]
    await _create(opened, topic.name, attributes, wanted, run=run)


async def _create(
    opened: Workspace, name: str, attributes: Mapping[str, str], wanted: Wanted, *, run: str
) -> None:
    topics = topics_of(opened)
    topic = await topics.create(name, attributes=attributes, tags={}, run=run)
    for protocol, endpoint, given in wanted:
        await topics.subscriptions.subscribe(
            topic, protocol=protocol, endpoint=endpoint, attributes=given, run=run
        )


def _subscription(
    subscription: LabSubscription, lab: Lab, address: Address
) -> tuple[str, str, dict[str, str]]:
    """Return a subscription's protocol, endpoint and attributes in SNS's names."""
    attributes = {}
    if subscription.filter is not None:
        attributes["FilterPolicyScope"] = BODY if subscription.scope == "body" else ATTRIBUTES
        attributes["FilterPolicy"] = json.dumps(subscription.filter, ensure_ascii=False)
    if subscription.raw:
        attributes["RawMessageDelivery"] = "true"
    if subscription.dead_letter:
        target = queue_arn(subscription.dead_letter, address)
        attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": target})
    if subscription.to in lab.queue_names:
        return "sqs", queue_arn(subscription.to, address), attributes
    return "lambda", function_arn(subscription.to, address), attributes
