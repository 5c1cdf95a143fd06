"""The entries of PutEvents: each becomes an event or an error in its place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.sources.buses.errors import ValidationFailed
from webapp.sources.buses.event import DEFAULT_BUS, BusEvent, new_event
from webapp.sources.matching.values import loads

MOST_BYTES = 1024 * 1024
"""EventBridge takes 1 MB since January 2026; all entries of a request count together."""
DEEPEST = 250
"""How deeply a detail may be nested here; EventBridge reads up to 1,100 levels."""
_TIME_BYTES = 14
_REQUIRED = ("Source", "DetailType", "Detail")


@dataclass(frozen=True, slots=True)
class EntryError:
    """Why an entry was not taken."""

    code: str
    message: str


def size_bytes(entry: Mapping[str, Any]) -> int:
    """Return what an entry counts (user guide, "Calculating PutEvents event entry size")."""
    texts = [entry.get(name) or "" for name in _REQUIRED] + _about(entry)
    timed = _TIME_BYTES if entry.get("Time") is not None else 0
    return timed + sum(len(text.encode(errors="surrogatepass")) for text in texts)


def check_size(entries: Sequence[Mapping[str, Any]]) -> None:
    """Raise ``ValidationFailed`` when all entries together are too large."""
    if sum(size_bytes(entry) for entry in entries) > MOST_BYTES:
        raise ValidationFailed("Total size of the entries in the request is over the limit.")


def bus_of(entry: Mapping[str, Any]) -> str:
    """Return what an entry calls its bus: a name or an ARN."""
    return entry.get("EventBusName") or DEFAULT_BUS


def read_entry(
    entry: Mapping[str, Any], *, account: str, region: str, now: float
) -> BusEvent | EntryError:
    """Return the event that an entry is, or why it is none. ``Time`` is in seconds."""
    for name in _REQUIRED:
        if not entry.get(name):
            return EntryError(
                "InvalidArgument",
                f"Parameter {name} is not valid. Reason: {name} is a required argument.",
            )
    if any(_is_broken(text) for text in (entry["Source"], entry["DetailType"], *_about(entry))):
        return EntryError("InvalidArgument", "A text holds half a character (a lone surrogate).")
    if str(entry["Source"]).startswith("aws."):
        return EntryError("NotAuthorizedForSourceException", "Not authorized for the source.")
    detail = read_object(entry["Detail"])
    if detail is None:
        return EntryError("MalformedDetail", "Detail is malformed.")
    return new_event(
        source=entry["Source"],
        detail_type=entry["DetailType"],
        detail=detail,
        account=account,
        region=region,
        now=now,
        time=entry.get("Time"),
        resources=_about(entry),
    )


def _about(entry: Mapping[str, Any]) -> list[str]:
    """Return what an entry is about; AWS passes over what is null there."""
    return [text for text in entry.get("Resources") or () if text is not None]


def _is_broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def read_object(text: str) -> str | None:
    """Return a JSON object's text without what is around it, ``None`` if it is no such."""
    try:
        document = loads(text)
    except ValueError:
        return None
    is_right = isinstance(document, dict) and not _too_deep(document) and not _is_broken(text)
    return text.strip() if is_right else None


def _too_deep(document: Any) -> bool:
    level = [document]
    for _ in range(DEEPEST):
        level = [below for value in level for below in _members(value)]
        if not level:
            return False
    return True


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
