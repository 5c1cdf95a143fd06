"""The form of a queue's settings: what stands in it, and where SQS's refusal belongs. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from webapp.classroom.sources.wanted_settings import NUMBERS, WantedSettings

LONGEST_FIELD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsForm:
    """``targets`` are the queues that dead letters may go to; ``errors`` are by field."""

    id: str
    address: str
    wanted: WantedSettings
    targets: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    said: str = ""

    def typed(self, given: Mapping[str, Any], *, prefix: str = "") -> "SettingsForm":
        """Return the form as it was filled in; what was not sent stands as it is."""
        names = self.wanted.fields
        sent = {
            name: str(given[f"{prefix}{name}"])[:LONGEST_FIELD]
            for name in names
            if given.get(f"{prefix}{name}") is not None
        }
        return replace(self, wanted=replace(self.wanted, **sent))

    def refused(self, message: str) -> "SettingsForm":
        """Return the form with SQS's words at the field that they are about."""
        return replace(self, errors={_place(message): message})


def _place(message: str) -> str:
    if "RedrivePolicy" in message:
        reason = message.rpartition("Reason:")[2]
        return "receives" if "maxReceiveCount" in reason else "dead_letter"
    return next((name for name, own in NUMBERS.items() if own in message), "")
