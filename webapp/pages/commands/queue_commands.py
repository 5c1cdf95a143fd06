"""What the boards of queues and the form of asynchronous invocation do, as commands. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from webapp.classroom.asynchronous import event_config, queue_arn, target_arn
from webapp.classroom.sources.wanted_settings import WantedSettings
from webapp.curriculum.asynchronous import Asynchronous
from webapp.curriculum.lab import Lab
from webapp.curriculum.press import OnQueue, Purge, Receive, Send
from webapp.curriculum.sources.queue import LabQueue
from webapp.pages.commands.blocks import Block, Group, block
from webapp.pages.commands.lines import EXPANDED, CommandLines, NoCommand
from webapp.pages.commands.shell import option
from webapp.runtime.model import LATEST, Address

FIRST = "Of the message that is visible first: a receipt handle comes with a receive."
_TOLD_APART = '--message-deduplication-id "$RANDOM-$RANDOM"'
LONGEST_BODY = 8 * 1024
"""Characters of a body that stand well in a command; a page's address holds no more of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedMessage:
    """What stands in the send form of a queue's board."""

    body: str = '{"order": 1}'
    delay: str = ""
    group: str = "group-1"
    deduplication: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCommands:
    """The commands of one queue; ``place`` counts the lab's queues, as the boards do."""

    lines: CommandLines
    queue: LabQueue
    place: int
    address: Address
    typed: TypedMessage = TypedMessage()
    settings: WantedSettings | None = None

    def group(self, *, redrives: bool) -> Group:
        """Return every button of the queue's board."""
        name = f"queue-{self.place}"
        blocks = [
            block(
                f"{name}-send", "Send a message", lambda: self._send(self.typed), about="As typed."
            ),
            block(f"{name}-receive", "Receive", self._receive),
            block(f"{name}-delete", "Delete", self._delete, about=FIRST),
            block(f"{name}-visibility", "Hide for 60 s", self._hide, about=FIRST),
            block(f"{name}-purge", "Purge", lambda: self._sqs("purge-queue")),
        ]
        if self.settings:
            settings = self.settings.attributes(self.address)
            blocks.append(
                block(
                    f"{name}-settings",
                    "Save settings",
                    lambda: self._set(settings),
                    about="As typed.",
                )
            )
        if redrives:
            blocks.append(block(f"{name}-redrive", "Redrive", self._redrive))
        return Group(f"Queue {self.queue.name}", tuple(blocks))

    def pressed(self, action: OnQueue) -> str:
        """Return what a button of the lesson does to the queue."""
        match action:
            case Send(body=body, count=count, delay=delay, group=group):
                typed = TypedMessage(
                    body=body, delay="" if delay is None else str(delay), group=group
                )
                once = self._send(typed)
                return once if count == 1 else f"for message in $(seq {count}); do\n{once}\ndone"
            case Receive(count=count, delete=False):
                return self._receive(f"--max-number-of-messages {count}")
            case Receive():
                return self._delete()
            case Purge():
                return self._sqs("purge-queue")

    def _send(self, typed: TypedMessage) -> str:
        if len(typed.body) > LONGEST_BODY or typed.body.startswith(EXPANDED):
            raise NoCommand("The body is too long for a command, or aws would read it as a file.")
        options = [option("--message-body", typed.body)]
        if self.queue.fifo:
            options.append(option("--message-group-id", typed.group or "group-1"))
            if typed.deduplication or not self._deduplicates_by_content:
                # $RANDOM tells each message from those before, as the button does.
                given = option("--message-deduplication-id", typed.deduplication)
                options.append(given if typed.deduplication else _TOLD_APART)
        elif typed.delay.strip().isdigit():
            options.append(f"--delay-seconds {int(typed.delay)}")
        return self._sqs("send-message", *options)

    @property
    def _deduplicates_by_content(self) -> bool:
        if self.settings is None:
            return self.queue.deduplicates_by_content
        return self.settings.by_content == "true"

    def _receive(self, *more: str) -> str:
        return self._sqs(
            "receive-message", "--attribute-names All", "--message-attribute-names All", *more
        )

    def _delete(self) -> str:
        return self._sqs("delete-message", self._handle())

    def _hide(self) -> str:
        seconds = "--visibility-timeout 60"
        return self._sqs("change-message-visibility", seconds, self._handle())

    def _handle(self) -> str:
        received = self._sqs(
            "receive-message", "--query 'Messages[0].ReceiptHandle'", "--output text"
        )
        return f'--receipt-handle "$({received})"'

    def _set(self, attributes: Mapping[str, str]) -> str:
        return self._sqs("set-queue-attributes", option("--attributes", json.dumps(attributes)))

    def _redrive(self) -> str:
        arn = option("--source-arn", queue_arn(self.queue.name, self.address))
        return self.lines.aws("sqs", "start-message-move-task", arn)

    def _sqs(self, operation: str, *words: str) -> str:
        url = f"{self.lines.terminal.address}/{self.address.account}/{self.queue.name}"
        return self.lines.aws("sqs", operation, option("--queue-url", url), *words)


def press_command(lines: CommandLines, action: OnQueue, *, lab: Lab, address: Address) -> str:
    """Return what a button of the lesson does to a queue of the lab."""
    queue = lab.queue(action.queue)
    return QueueCommands(lines=lines, queue=queue, place=0, address=address).pressed(action)


def queue_groups(
    lines: CommandLines,
    *,
    lab: Lab,
    address: Address,
    typed: Mapping[str, TypedMessage],
    settings: Mapping[str, WantedSettings],
) -> tuple[Group, ...]:
    """Return the buttons of every board of a lab."""
    redriven = {one.redrive.dead_letter_queue for one in lab.queues if one.redrive}
    return tuple(
        QueueCommands(
            lines=lines,
            queue=queue,
            place=place,
            address=address,
            typed=typed.get(queue.name, TypedMessage()),
            settings=settings.get(queue.name),
        ).group(redrives=queue.name in redriven)
        for place, queue in enumerate(lab.queues, start=1)
    )


def asynchronous_block(
    lines: CommandLines,
    asynchronous: Asynchronous | str,
    *,
    lab: Lab,
    address: Address,
    qualifier: str = LATEST,
    before: str = "",
) -> Block:
    """Return the command of the form as typed, or what is wrong with it.

    ``before`` deploys the function where that is not done yet.
    """

    def write() -> str:
        if isinstance(asynchronous, str):
            raise NoCommand(asynchronous)
        config = event_config(asynchronous, lab, address)
        dead = target_arn(asynchronous.dead_letter, lab, address)
        changed = lines.put_events(config, qualifier=qualifier)
        return "\n".join(filter(None, (before, changed, lines.dead_letters(dead))))

    return block("asynchronous", "Save asynchronous invocation", write, about="As typed.")
