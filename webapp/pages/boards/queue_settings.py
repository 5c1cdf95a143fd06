"""The form of a queue's settings: what stands in it, and where SQS's refusal belongs. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from webapp.classroom.sources.wanted_settings import BY_CONTENT, NUMBERS, WantedSettings

LONGEST_FIELD = 200
_PLACES = {**NUMBERS, "by_content": BY_CONTENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsForm:
    """``targets`` are the queues that dead letters may go to; ``errors`` are by field.

    ``before`` is what was set until the last change, while that can be undone.
    """

    id: str
    address: str
    wanted: WantedSettings
    targets: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    before: Mapping[str, str] = field(default_factory=dict)

    def typed(self, given: Mapping[str, Any], *, prefix: str = "") -> "SettingsForm":
        """Return the form as it was filled in; what was not sent stands as it is."""
        names = self.wanted.fields
        sent = {
            name: str(given[f"{prefix}{name}"])[:LONGEST_FIELD]
            for name in names
            if given.get(f"{prefix}{name}") is not None
        }
        return replace(self, wanted=replace(self.wanted, **sent))

    @property
    def undo_values(self) -> str:
        """Return what an undo sends, as JSON."""
        return json.dumps({**self.before, "undo": "1"})

    def saved(self, *, undone: bool) -> "SettingsForm":
        """Return the form as it is now, saying so."""
        if undone:
            return replace(self, said="Undone: it is set as it was before.")
        return replace(self, said="Saved: it holds for what happens from now on.")

    def refused(self, message: str) -> "SettingsForm":
        """Return the form with SQS's words at the field that they are about."""
        return replace(self, errors={_place(message): message})


def _place(message: str) -> str:
    if "RedrivePolicy" in message:
        reason = message.rpartition("Reason:")[2]
        return "receives" if "maxReceiveCount" in reason else "dead_letter"
    return next((name for name, own in _PLACES.items() if own in message), "")
