"""What is asked before an object goes: its only version, the newest of several, or one for good."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from webapp.sources.buckets.ports import ObjectRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A way for something to go. ``asks`` stands before the key, in the question."""

    id: str
    label: str
    icon: str
    asks: str
    says: str
    keeps: str
    sure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDeletion:
    """The button of a deletion; ``query`` names what goes, in the address."""

    id: str
    label: str
    icon: str
    query: str


_TOLD = "Whoever is told of deletions is told."
_DELETE = Deletion(
    id="delete",
    label="Delete",
    icon="trash-2",
    asks="Delete",
    says=f"The object goes for good. {_TOLD} This cannot be undone.",
    keeps="Keep the object",
    sure="Delete object",
)
_HIDE = replace(
    _DELETE,
    says=f"A delete marker hides it. {_TOLD} Its versions stay: where the marker is removed, the "
    "object is there again.",
)
_REPLACE = replace(
    _DELETE,
    says=f"A delete marker takes its place. {_TOLD} Versions with a name stay; the one without, "
    "from the time when none were kept, goes for good.",
)
_FORGET = Deletion(
    id="forget",
    label="Delete for good",
    icon="x",
    asks="Delete this version of",
    says=f"This version goes for good. {_TOLD} Other versions stay. This cannot be undone.",
    keeps="Keep the version",
    sure="Delete version",
)
_REVEAL = Deletion(
    id="reveal",
    label="Remove the marker",
    icon="x",
    asks="Remove the delete marker of",
    says=f"Where it is the newest, the version before it is the object again. {_TOLD}",
    keeps="Keep the marker",
    sure="Remove marker",
)
_WAYS = {
    "": (_DELETE,),
    "Enabled": (_HIDE, _FORGET, _REVEAL),
    "Suspended": (_REPLACE, _FORGET, _REVEAL),
}


def deletions(versioning: str) -> Sequence[Deletion]:
    """Return every way for something to go from a bucket, by its versioning; the plain one first.

    Once a bucket has kept versions, every version can be named, also that of the time before.
    """
    return _WAYS[versioning]


def ways(record: ObjectRecord, *, is_current: bool, versioning: str) -> list[ShownDeletion]:
    """Return the ways for this version to go."""
    plain, *by_name = deletions(versioning)
    found = []
    if is_current and not record.is_marker:
        found.append(_shown(plain, key=record.key))
    if by_name:
        way = _REVEAL if record.is_marker else _FORGET
        found.append(_shown(way, key=record.key, version=record.version))
    return found


def _shown(way: Deletion, **names: str) -> ShownDeletion:
    return ShownDeletion(id=way.id, label=way.label, icon=way.icon, query=urlencode(names))
