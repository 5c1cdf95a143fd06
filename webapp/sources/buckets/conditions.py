"""Whether a request may be answered, by the conditions in its headers (RFC 9110, 13). Pure."""

from dataclasses import dataclass

from webapp.sources.buckets.errors import NoSuchKey, NotModified, PreconditionFailed
from webapp.sources.buckets.ports import ObjectRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """``match`` and ``none_match`` are entity tags or ``*``; times are whole seconds."""

    match: str = ""
    none_match: str = ""
    modified_since: float | None = None
    unmodified_since: float | None = None

    def check_read(self, found: ObjectRecord) -> None:
        """Raise ``PreconditionFailed`` or ``NotModified``."""
        changed = int(found.modified)
        if self.match:
            if not _names(self.match, found):
                raise PreconditionFailed(Condition="If-Match")
        elif self.unmodified_since is not None and changed > self.unmodified_since:
            raise PreconditionFailed(Condition="If-Unmodified-Since")
        if self.none_match:
            if _names(self.none_match, found):
                raise NotModified
        elif self.modified_since is not None and changed <= self.modified_since:
            raise NotModified

    def check_copy(self, found: ObjectRecord) -> None:
        """Raise ``PreconditionFailed``, also where a reader would hear of no change."""
        try:
            self.check_read(found)
        except NotModified:
            raise PreconditionFailed from None

    def check_write(self, found: ObjectRecord | None) -> None:
        """Raise ``PreconditionFailed``, or ``NoSuchKey`` where something had to be there."""
        there = found is not None and not found.is_marker
        if self.none_match and there:
            raise PreconditionFailed(Condition="If-None-Match")
        if not self.match:
            return
        if found is None or not there:
            raise NoSuchKey
        if not _names(self.match, found):
            raise PreconditionFailed(Condition="If-Match")


def _names(tags: str, found: ObjectRecord) -> bool:
    named = {tag.strip().removeprefix("W/").strip('"') for tag in tags.split(",")}
    return "*" in named or found.etag in named
