"""What is in a bucket: every version of every object, and which one is current. Pure."""

import secrets
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from webapp.sources.buckets.errors import MarkerNotAllowed, NoSuchKey, NoSuchVersion
from webapp.sources.buckets.listing import Page, Query, list_page
from webapp.sources.buckets.ports import NULL, ObjectRecord


class Contents:
    """Versions by key, newest first."""

    def __init__(self, records: Iterable[ObjectRecord] = ()) -> None:
        self._versions: dict[str, list[ObjectRecord]] = {}
        self._keys: list[str] = []
        self.count = 0
        self.size_bytes = 0
        self._order = 0
        for record in sorted(records, key=lambda one: one.order):
            self.put(record)

    # -- finding

    def current(self, key: str) -> ObjectRecord | None:
        """Return the newest version, which may be a delete marker."""
        found = self._versions.get(key)
        return found[0] if found else None

    def version(self, key: str, version: str) -> ObjectRecord | None:
        return next((one for one in self._versions.get(key, ()) if one.version == version), None)

    def find(self, key: str, version: str = "") -> ObjectRecord:
        """Return what a reader gets. Raises ``NoSuchKey``, ``NoSuchVersion``, ``MarkerNotAllowed``.

        Without a version, the current one.
        """
        if version:
            found = self.version(key, version)
            if found is None:
                raise NoSuchVersion(Key=key, VersionId=version)
            if found.is_marker:
                raise MarkerNotAllowed(ResourceType="DeleteMarker", Method="GET")
            return found
        found = self.current(key)
        if found is None or found.is_marker:
            raise NoSuchKey(Key=key)
        return found

    def page(self, query: Query) -> Page:
        """List current objects."""
        return list_page(self._keys, query, versions=self._visible)

    def page_of_versions(self, query: Query) -> Page:
        """List all versions and delete markers."""
        return list_page(self._keys, query, versions=lambda key: self._versions[key])

    def all(self) -> Iterable[ObjectRecord]:
        return (record for records in self._versions.values() for record in records)

    # -- changing

    def next_order(self, now: float) -> int:
        """Return a number that is higher than every version's so far; ``now`` is lab time."""
        self._order = max(self._order + 1, int(now * 1_000_000))
        return self._order

    def put(self, record: ObjectRecord) -> ObjectRecord | None:
        """Put a version on top; return the one of the same name that it replaces."""
        replaced = self.remove(record.key, record.version)
        records = self._versions.setdefault(record.key, [])
        if not records:
            insort(self._keys, record.key)
        records.insert(0, record)
        self._order = max(self._order, record.order)
        self.count += 1
        self.size_bytes += record.size_bytes
        return replaced

    def replace(self, record: ObjectRecord) -> None:
        """Let a version that is there be as this record says."""
        records = self._versions[record.key]
        place = next(i for i, one in enumerate(records) if one.version == record.version)
        records[place] = record

    def remove(self, key: str, version: str) -> ObjectRecord | None:
        """Remove a version for good; return it, if it was there."""
        found = self.version(key, version)
        if found is None:
            return None
        records = self._versions[key]
        records.remove(found)
        if not records:
            del self._versions[key]
            del self._keys[bisect_left(self._keys, key)]
        self.count -= 1
        self.size_bytes -= found.size_bytes
        return found

    def _visible(self, key: str) -> Sequence[ObjectRecord]:
        newest = self._versions[key][0]
        return () if newest.is_marker else (newest,)


def new_version(versioning: str) -> str:
    """Return what a new version is called."""
    return secrets.token_urlsafe(24) if versioning == "Enabled" else NULL
