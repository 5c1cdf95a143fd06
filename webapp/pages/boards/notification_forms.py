"""The form of a notification: what stands in it, and where S3's refusal belongs. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from webapp.curriculum.sources.bucket import EVENTS, LabNotification
from webapp.runtime.errors import ServiceError
from webapp.sources.buckets.errors import BucketError
from webapp.sources.buckets.notification import Rule
from webapp.sources.errors import SourceError
from webapp.trace.projections.bucket_phrases import shown_key
from webapp.trace.projections.bus_phrases import target_name

LONGEST_FIELD = 2_000
MOST_EVENTS = 50
_WHATS = {
    "s3:ObjectCreated:*": "created, in any way",
    "s3:ObjectCreated:Put": "put",
    "s3:ObjectCreated:Copy": "copied to",
    "s3:ObjectCreated:CompleteMultipartUpload": "put in parts",
    "s3:ObjectRemoved:*": "removed, in any way",
    "s3:ObjectRemoved:Delete": "deleted for good",
    "s3:ObjectRemoved:DeleteMarkerCreated": "hidden by a delete marker",
}
_FIELDS = {"Id": "name", "Event": "events", "prefix": "prefix", "suffix": "suffix"}
"""The field that each of S3's arguments stands in."""
_WORDS = {
    "IDs must be unique": "name",
    "overlap": "events",
    "destination": "to",
    "nothing called": "to",
}
"""What tells the field where S3 names no argument."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChoice:
    """An event of S3 that can be ticked."""

    value: str
    says: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationForm:
    """One notification, or without ``is_there`` a new one; ``errors`` are by field.

    ``targets`` are the names of whom it could tell. ``other`` is the ARN of somebody else whom it
    tells, because a client set it so; that stays where ``to`` is empty.
    """

    id: str
    board: str
    targets: Sequence[str]
    is_there: bool = False
    name: str = ""
    events: Sequence[str] = ("s3:ObjectCreated:*",)
    prefix: str = ""
    suffix: str = ""
    to: str = ""
    other: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where it is sent; a name may hold anything, so it does not stand in the path."""
        base = f"{self.board}/notifications"
        return f"{base}/change?{self.query}" if self.is_there else base

    @property
    def query(self) -> str:
        """What names it in addresses."""
        return urlencode({"name": self.name})

    @property
    def choices(self) -> list[EventChoice]:
        """What can be ticked: what happens here, and what else a client has set."""
        others = [one for one in self.events if one not in EVENTS]
        return [
            EventChoice(value=one, says=_WHATS.get(one, ""), chosen=one in self.events)
            for one in (*EVENTS, *others)
        ]

    @property
    def notification(self) -> LabNotification:
        """What it asks for."""
        return LabNotification(
            name=self.name,
            to=self.to,
            events=tuple(self.events),
            prefix=self.prefix,
            suffix=self.suffix,
        )

    def typed(self, given: Mapping[str, Any], events: Sequence[str]) -> "NotificationForm":
        """Return the form as it was filled in; the name of one that is there stands."""
        names = ("prefix", "suffix", "to") if self.is_there else ("name", "prefix", "suffix", "to")
        sent: dict[str, Any] = {name: str(given.get(name) or "")[:LONGEST_FIELD] for name in names}
        kept = [one[:LONGEST_FIELD] for one in dict.fromkeys(events)][:MOST_EVENTS]
        return replace(self, events=kept, **sent)

    def refused(self, error: ServiceError | SourceError) -> "NotificationForm":
        """Return the form with S3's words at the field that they are about."""
        if not self.events:
            return replace(self, errors={"events": "Tick at least one event."})
        fields = error.fields if isinstance(error, BucketError) else {}
        place, words = _place(error.message, fields), error.message
        if arn := fields.get("ArgumentName1", ""):
            place = "to" if target_name(arn) == (self.to or target_name(self.other)) else ""
            words = f"{words}: {target_name(arn)}: {fields['ArgumentValue1']}"
        return replace(self, errors={place: words})


def form_of(rule: Rule, names: Mapping[str, str], *, place: str, board: str) -> NotificationForm:
    """Return the form of a notification that is there; ``names`` are of targets, with ARNs."""
    to = next((name for name, arn in names.items() if arn == rule.arn), "")
    return NotificationForm(
        id=place,
        board=board,
        targets=tuple(names),
        is_there=True,
        name=rule.identifier,
        events=tuple(rule.events),
        prefix=rule.prefix,
        suffix=rule.suffix,
        to=to,
        other="" if to else rule.arn,
    )


def says_of(rule: Rule) -> str:
    """Return what a notification tells of, on one line."""
    said = [" and ".join(rule.events)]
    if rule.prefix:
        said.append(f"prefix {shown_key(rule.prefix)}")
    if rule.suffix:
        said.append(f"suffix {shown_key(rule.suffix)}")
    return " · ".join(said)


def _place(message: str, fields: Mapping[str, str]) -> str:
    named = _FIELDS.get(fields.get("ArgumentName", ""))
    return named or next((name for words, name in _WORDS.items() if words in message), "")
