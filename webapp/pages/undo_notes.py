"""What an undo of a reset does not bring back, in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.classroom.sources.lab_queues import MOST_KEPT, MOST_KEPT_BYTES

KEEPS = f"{MOST_KEPT:,} messages of each queue, {MOST_KEPT_BYTES >> 20} MB together"


@dataclass(frozen=True, slots=True)
class UndoNote:
    """How many messages of each queue are not kept, by its name."""

    lost: Mapping[str, int]

    @property
    def before(self) -> str:
        """What stands in the question before a reset; nothing if everything is kept."""
        if not self.lost:
            return ""
        return f"The undo keeps {KEEPS}. Gone for good would be: {self._messages}."

    @property
    def after(self) -> str:
        """What stands where a reset can be undone; nothing if everything is kept."""
        if not self.lost:
            return ""
        return f"Not kept, as the undo has room for {KEEPS}: {self._messages}."

    @property
    def _messages(self) -> str:
        counts = (
            f"{count:,} {'message' if count == 1 else 'messages'} of {name}"
            for name, count in self.lost.items()
        )
        return ", ".join(counts)
