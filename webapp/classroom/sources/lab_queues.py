"""The queues of a lab on the platform: made, put back, kept for an undo. Loop thread only."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from webapp.classroom.asynchronous import queue_arn
from webapp.classroom.sources.lab_topics import queue_policy
from webapp.curriculum.lab import Lab
from webapp.curriculum.sources.queue import LabQueue, targets_first
from webapp.runtime.model import Address
from webapp.runtime.workspace import Workspace
from webapp.sources.queues.live_queue import LiveQueue
from webapp.sources.queues.ports import MessageRecord
from webapp.sources.queues.queues import Queues
from webapp.sources.sources import Sources
from webapp.storage.queues import message_document, message_of

MOST_KEPT = 1000
MOST_KEPT_BYTES = 4 * 1024 * 1024
"""What an undo keeps of a queue's messages, and of all the lab's together."""


def queues_of(opened: Workspace) -> Queues:
    """Return the queues of the region where labs are."""
    sources = opened.home.sources
    assert isinstance(sources, Sources)
    return sources.queues


async def ensure(opened: Workspace, lab: Lab, *, run: str, deleted_too: bool = False) -> None:
    """Create the lab's queues that are not there; one that somebody deleted only if that is said.

    Raises a ``SourceError``.
    """
    for queue in targets_first(lab.queues):
        queues = queues_of(opened)
        gone = queues.was_deleted(queue.name) and not deleted_too
        if queue.name not in queues and not gone:
            await restore(opened, lab, queue, run=run)


async def put_back(opened: Workspace, lab: Lab, *, run: str) -> None:
    """Make every queue what the lesson says, with nothing in it."""
    for queue in targets_first(lab.queues):
        await restore(opened, lab, queue, run=run)


async def restore(opened: Workspace, lab: Lab, queue: LabQueue, *, run: str) -> None:
    """Make one queue what the lesson says, with nothing in it. Raises a ``SourceError``."""
    attributes = attributes_of(queue, opened.address)
    if policy := queue_policy(lab, queue.name, opened.address):
        attributes["Policy"] = policy
    await queues_of(opened).restore(queue.name, attributes=attributes, run=run)


def attributes_of(queue: LabQueue, address: Address) -> dict[str, str]:
    """Return a queue's attributes in SQS's names, all as text."""
    attributes = {
        "VisibilityTimeout": str(queue.visibility_timeout),
        "DelaySeconds": str(queue.delay),
        "MessageRetentionPeriod": str(queue.retention),
    }
    if queue.fifo:
        attributes["FifoQueue"] = "true"
        by_content = queue.deduplicates_by_content
        attributes["ContentBasedDeduplication"] = "true" if by_content else "false"
    if queue.redrive:
        policy = {
            "deadLetterTargetArn": queue_arn(queue.redrive.dead_letter_queue, address),
            "maxReceiveCount": queue.redrive.receives,
        }
        attributes["RedrivePolicy"] = json.dumps(policy)
    return attributes


# -- what a reset takes, and an undo brings back


def document(opened: Workspace, lab: Lab) -> dict[str, Any]:
    """Return the lab's queues as JSON values, by name: their attributes and their messages.

    Of very many messages only the oldest are kept; ``lost`` is how many are not.
    """
    left, kept = MOST_KEPT_BYTES, {}
    for live in _present(opened, lab):
        messages = []
        for record in _oldest(live):
            left -= record.message.size_bytes
            if left < 0:
                break
            messages.append(message_document(record))
        kept[live.name] = {
            "attributes": dict(live.record.attributes),
            "messages": messages,
            "lost": len(live.queue) - len(messages),
        }
    return kept


def lost(document: Mapping[str, Any]) -> dict[str, int]:
    """Return how many messages a ``document`` leaves out, by queue; only where there are any."""
    counts = {name: one.get("lost", 0) for name, one in document.items()}
    return {name: count for name, count in counts.items() if count}


async def bring_back(opened: Workspace, lab: Lab, document: Mapping[str, Any], *, run: str) -> None:
    """Let queues be as a ``document`` says, with what came meanwhile behind it."""
    queues = queues_of(opened) if lab.queues else None
    for queue in targets_first(lab.queues):
        kept = document.get(queue.name)
        if kept is None or queues is None:
            continue
        meanwhile = list(_oldest(queues.find(queue.name))) if queue.name in queues else []
        await queues.restore(
            queue.name,
            attributes=kept["attributes"],
            messages=[*map(message_of, kept["messages"]), *meanwhile],
            run=run,
        )


def _present(opened: Workspace, lab: Lab) -> Iterator[LiveQueue]:
    if lab.queues:
        queues = queues_of(opened)
        yield from (queues.find(one.name) for one in lab.queues if one.name in queues)


def _oldest(live: LiveQueue) -> Sequence[MessageRecord]:
    ordered = sorted(live.queue, key=lambda held: held.message.sequence)
    return [held.row(live.name) for held in ordered[:MOST_KEPT]]
