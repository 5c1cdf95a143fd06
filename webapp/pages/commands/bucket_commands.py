"""What the boards of buckets do, as commands. Pure."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from webapp.classroom.sources.bucket_boards import BucketBoard
from webapp.classroom.sources.bucket_work import LookedAtBucket
from webapp.pages.commands.blocks import Block, Group, block
from webapp.pages.commands.lines import CommandLines, NoCommand
from webapp.pages.commands.shell import option, word
from webapp.sources.buckets.configuration import configuration_of
from webapp.sources.buckets.errors import InvalidArgument
from webapp.sources.buckets.notification import KINDS, Rule, Rules, check_rules

UNCHECKED = "--skip-destination-validation"
NEW = "my-notification"
LONGEST = 8 * 1024
"""Characters that stand well in a command."""
WHOLE = "S3 takes a bucket's whole configuration: what is not in it is told no more."


def bucket_groups(lines: CommandLines, boards: list[BucketBoard]) -> tuple[Group, ...]:
    """Return the buttons of every bucket of a lab; an object is the newest that was put."""
    return tuple(_bucket(lines, board, place) for place, board in enumerate(boards, start=1))


def _bucket(lines: CommandLines, board: BucketBoard, place: int) -> Group:
    name, bucket = f"bucket-{place}", board.now.name
    objects = _objects(lines, board, name)
    notifications = _notifications(lines, board.now, name) if board.now.exists else ()
    return Group(f"Bucket {bucket}", (*objects, *notifications))


def _objects(lines: CommandLines, board: BucketBoard, name: str) -> tuple[Block, ...]:
    bucket = board.now.name
    key = next((row["key"] for row in board.changes if row["what"] == "put"), "in/cat.txt")

    def where() -> str:
        return word(f"s3://{bucket}/{key}")

    def delete() -> str:
        named = option("--bucket", bucket), option("--key", key)
        return lines.aws("s3api", "delete-object", *named)

    return (
        block(
            f"{name}-put",
            "Put an object",
            lambda: f"echo hello | {lines.aws('s3', 'cp', '-', where())}",
        ),
        block(f"{name}-open", "Open an object", lambda: lines.aws("s3", "cp", where(), "-")),
        block(f"{name}-delete", "Delete an object", delete),
    )


def _notifications(lines: CommandLines, now: LookedAtBucket, name: str) -> tuple[Block, ...]:
    """Return what changes whom a bucket tells; each command holds all that is told then."""
    rules, bus = now.rules.rules, now.rules.bus

    def configured(
        part: str, title: str, write: Callable[[], Rules], *words: str, about: str = WHOLE
    ) -> Block:
        return block(
            f"{name}-{part}", title, lambda: _configure(lines, now, write(), *words), about=about
        )

    return (
        configured(
            "new-notification",
            "Add a notification",
            lambda: Rules([*rules, _new(now)], bus=bus),
            about=f"{WHOLE} Its events, filter and target stand in the command: write your own.",
        ),
        configured("notifications", "Set the notifications", lambda: now.rules),
        configured(
            "event-bridge",
            f"Turn EventBridge {'off' if bus else 'on'}",
            lambda: Rules(rules, bus=not bus),
            UNCHECKED,
        ),
        *(
            configured(
                f"notification-{number}-delete",
                f"Delete notification {rule.identifier[:60]}",
                partial(_without, now.rules, rule),
                UNCHECKED,
            )
            for number, rule in enumerate(rules, start=1)
        ),
    )


def _configure(lines: CommandLines, now: LookedAtBucket, rules: Rules, *words: str) -> str:
    text = json.dumps(configuration_of(rules), ensure_ascii=False)
    if len(text) > LONGEST:
        raise NoCommand("It is too long for a command.")
    return lines.aws(
        "s3api",
        "put-bucket-notification-configuration",
        option("--bucket", now.name),
        option("--notification-configuration", text),
        *words,
    )


def _without(rules: Rules, gone: Rule) -> Rules:
    return replace(rules, rules=[one for one in rules.rules if one != gone])


def _new(now: LookedAtBucket) -> Rule:
    """Return a notification that S3 takes beside the others, to whom nothing is told yet."""
    if not now.targets:
        raise NoCommand("This lab has nothing that a bucket could tell.")
    used = {one.arn for one in now.rules.rules}
    arns = list(now.targets.values())
    arn = next((one for one in arns if one not in used), arns[0])
    kind = next(kind for kind, service in KINDS.items() if f":{service}:" in arn)
    for event in ("s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:*"):
        new = Rule(identifier=NEW, kind=kind, arn=arn, events=(event,), suffix=".csv")
        with suppress(InvalidArgument):
            check_rules([*now.rules.rules, new])
            return new
    raise NoCommand("Every event is told already: change or delete a notification first.")
