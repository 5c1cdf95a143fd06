"""What the boards of topics do, as commands. Pure."""

import json
from typing import Any

from webapp.classroom.sources.topic_boards import TopicBoard
from webapp.pages.commands.blocks import Block, Group, block
from webapp.pages.commands.lines import EXPANDED, CommandLines, NoCommand
from webapp.pages.commands.shell import option
from webapp.sources.topics.subscription import Subscription
from webapp.trace.projections.topic_phrases import endpoint_name

LONGEST = 8 * 1024
"""Characters that stand well in a command."""


def topic_groups(
    lines: CommandLines, boards: list[TopicBoard], *, prefix: str
) -> tuple[Group, ...]:
    """Return the buttons of every board of a lab; ``prefix`` is what the topics' ARNs begin with.

    A message is as the newest that was published.
    """
    return tuple(
        _group(lines, board, f"topic-{place}", arn=f"{prefix}{board.now.name}")
        for place, board in enumerate(boards, start=1)
    )


def _group(lines: CommandLines, board: TopicBoard, name: str, *, arn: str) -> Group:
    subscriptions = [
        one
        for number, subscription in enumerate(board.now.subscriptions, start=1)
        for one in _of_subscription(lines, subscription, f"{name}-subscription-{number}")
    ]
    publish = block(f"{name}-publish", "Publish a message", lambda: _publish(lines, board, arn))
    return Group(f"Topic {board.now.name}", (publish, *subscriptions))


def _of_subscription(
    lines: CommandLines, subscription: Subscription, name: str
) -> tuple[Block, ...]:
    record, reader = subscription.record, endpoint_name(subscription.record.endpoint)
    policy = record.attributes.get("FilterPolicy") or "{}"
    filtering = block(
        f"{name}-filter",
        f"Set the filter of {reader}",
        lambda: _short(
            lines.aws(
                "sns",
                "set-subscription-attributes",
                option("--subscription-arn", subscription.arn),
                "--attribute-name FilterPolicy",
                option("--attribute-value", policy),
            )
        ),
    )
    if not record.pending:
        return (filtering,)
    confirming = block(
        f"{name}-confirm",
        f"Confirm {reader}",
        lambda: lines.aws(
            "sns",
            "confirm-subscription",
            option("--topic-arn", subscription.topic_arn),
            option("--token", record.token),
        ),
    )
    return filtering, confirming


def _publish(lines: CommandLines, board: TopicBoard, arn: str) -> str:
    newest: dict[str, Any] = dict(board.messages[0]) if board.messages else {}
    if not newest.get("whole", True):
        raise NoCommand("The newest message is too long for a command.")
    message = newest.get("message", '{"order": 1}')
    if message.startswith(EXPANDED):
        raise NoCommand("aws would read the message as a file.")
    options = [option("--topic-arn", arn), option("--message", message)]
    if attributes := _attributes(newest.get("attributes", "")):
        options.append(option("--message-attributes", attributes))
    if newest.get("subject"):
        options.append(option("--subject", newest["subject"]))
    if board.now.settings is not None and board.now.settings.fifo:
        options.append(option("--message-group-id", newest.get("group") or "group-1"))
        if not board.now.settings.deduplicates_by_content:
            options.append('--message-deduplication-id "$RANDOM-$RANDOM"')
    return _short(lines.aws("sns", "publish", *options))


def _attributes(text: str) -> str:
    """Return attributes as the CLI takes them; none if they were cut or are bytes."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return ""
    named = {
        name: {"DataType": kind, "StringValue": value}
        for name, (kind, value) in found.items()
        if not kind.startswith("Binary")
    }
    return json.dumps(named, ensure_ascii=False) if named else ""


def _short(command: str) -> str:
    if len(command) > LONGEST:
        raise NoCommand("It is too long for a command.")
    return command
