"""A draft's versions as people read them: when, why, and what bringing one back would change."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.classroom.comparison import ComparedFile, compare_texts
from webapp.classroom.drafting import text_of
from webapp.storage.draft_versions import Kept

WHYS: Mapping[str, str] = {
    "start": "What the lesson gave",
    "typed": "Typed, before a pause",
    "elsewhere": "Typed in another tab",
    "invoked": "Deployed",
    "deleted": "Before a file was deleted",
    "uploaded": "Before a zip was uploaded",
    "restored": "Before a version was restored",
    "reset": "Before a reset",
    "undone": "Before a reset was undone",
    "lesson": "Before the lesson's new code",
    "solution": "Before the solution's code",
}
LESSON = 0
"""The number of the version that is not kept but given: what the lesson gives now."""
_UNITS = ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An entry of the history; ``saved`` is real time, ``ago`` says how long that is ago."""

    number: int
    why: str
    saved: float
    ago: str
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFile:
    """What bringing a version back does to a file: ``text`` has the lines, ``said`` a word."""

    name: str
    said: str
    text: ComparedFile | None


def entries(kept: list[Kept], *, now: float) -> list[Version]:
    """Return the history, the newest first."""
    return [
        Version(
            number=one.number,
            why=WHYS.get(one.why, one.why),
            saved=one.saved,
            ago=ago(now - one.saved),
            files=len(one.document["files"]),
        )
        for one in kept
    ]


def changes(own: Mapping[str, bytes], other: Mapping[str, bytes]) -> tuple[ChangedFile, ...]:
    """Return what differs between the draft and another version, by name."""
    names = sorted({*own, *other})
    return tuple(
        _changed(name, own.get(name), other.get(name))
        for name in names
        if own.get(name) != other.get(name)
    )


def ago(seconds: float) -> str:
    """Return a time in the past as people say it."""
    for size, unit in _UNITS:
        count = int(seconds // size)
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


def _changed(name: str, own: bytes | None, other: bytes | None) -> ChangedFile:
    mine = text_of(own) if own is not None else ""
    theirs = text_of(other) if other is not None else ""
    said = "comes back" if own is None else "goes" if other is None else "changes"
    if mine is None or theirs is None:
        return ChangedFile(name=name, said=f"{said}, is not text", text=None)
    compared = compare_texts(name, mine, theirs)
    return ChangedFile(name=name, said=f"{said}: {compared.summary}", text=compared)
