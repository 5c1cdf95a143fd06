"""What a learner sets a queue to, as SQS's attributes and back. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from webapp.classroom.asynchronous import queue_arn
from webapp.runtime.model import Address
from webapp.sources.queues.settings import QueueSettings

NUMBERS = {
    "visibility_timeout": "VisibilityTimeout",
    "delay": "DelaySeconds",
    "retention": "MessageRetentionPeriod",
    "wait": "ReceiveMessageWaitTimeSeconds",
}
"""SQS's name of each length of time, all in seconds."""
BY_CONTENT = "ContentBasedDeduplication"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSettings:
    """A queue's settings as text, as somebody typed them: SQS says what is wrong with them.

    ``dead_letter`` is the name of a queue of the lab, the ARN of another, or empty for none;
    ``receives`` is after how many receives a message goes there. ``by_content`` is ``true`` or
    ``false`` for a FIFO queue, and empty for a standard one, which has no such attribute.
    """

    visibility_timeout: str
    delay: str
    retention: str
    wait: str
    dead_letter: str = ""
    receives: str = "3"
    by_content: str = ""

    @classmethod
    def of(cls, settings: QueueSettings, address: Address) -> "WantedSettings":
        """Return settings as they are now."""
        own = {name: str(settings.number(number)) for name, number in NUMBERS.items()}
        if settings.fifo:
            own["by_content"] = "true" if settings.deduplicates_by_content else "false"
        redrive = settings.redrive
        if redrive is None:
            return cls(**own)
        name = redrive.target_arn.rpartition(":")[2]
        target = name if redrive.target_arn == queue_arn(name, address) else redrive.target_arn
        return cls(**own, dead_letter=target, receives=str(redrive.most_receives))

    @property
    def fields(self) -> Mapping[str, str]:
        """The text of each field that a queue of its kind has."""
        fields = asdict(self)
        if not self.fifo:
            del fields["by_content"]
        return fields

    @property
    def fifo(self) -> bool:
        """Whether they are a FIFO queue's."""
        return bool(self.by_content)

    def attributes(self, address: Address) -> dict[str, str]:
        """Return SQS's attributes; an empty redrive policy takes the dead-letter queue away."""
        numbers = {own: getattr(self, name).strip() for name, own in NUMBERS.items()}
        kind = {BY_CONTENT: self.by_content} if self.fifo else {}
        return {**numbers, **kind, "RedrivePolicy": self._redrive(address)}

    def _redrive(self, address: Address) -> str:
        target = self.dead_letter.strip()
        if not target:
            return ""
        arn = target if target.startswith("arn:") else queue_arn(target, address)
        receives = self.receives.strip()
        count = int(receives) if receives.isascii() and receives.isdigit() else receives
        return json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": count})
