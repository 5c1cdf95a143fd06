"""One function between its states: what is defined, what serves, what was published of it."""

import asyncio
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from webapp.runtime.errors import PreconditionFailed, ResourceConflict
from webapp.runtime.functions.lifecycle import settled
from webapp.runtime.model import Faults, FunctionRecord
from webapp.runtime.states import FUNCTION, FunctionEvent, FunctionStatus, follow
from webapp.trace.events import Change

_Former = tuple[FunctionRecord, FunctionStatus, Change, Mapping[str, FunctionRecord]]


@dataclass(slots=True, eq=False)
class Function:
    """One function: ``record`` is what Get answers, ``serving`` what invocations run on.

    ``versions`` are what was published, by number.
    """

    record: FunctionRecord
    serving: FunctionRecord
    status: FunctionStatus
    versions: dict[str, FunctionRecord] = field(default_factory=dict)
    changing: Change = "created"
    preparation: "asyncio.Task[None] | None" = None
    leaving: bool = False
    """Its deletion waits for the disk; its name is not free yet, and nobody finds it."""

    @property
    def code_bytes(self) -> int:
        """What its zips take in the store, each once: defined, serving, and of every version."""
        return sum({one.code_digest: one.code_size_bytes for one in self._all}.values())

    @property
    def code_digests(self) -> frozenset[str]:
        """What code it needs."""
        return frozenset(one.code_digest for one in self._all)

    @property
    def _all(self) -> Iterable[FunctionRecord]:
        return (self.record, self.serving, *self.versions.values())

    def check_changeable(self, revision_id: str | None, *, arn: str) -> FunctionRecord:
        """Return the record. Raises ``PreconditionFailed`` or ``ResourceConflict``."""
        if revision_id is not None and revision_id != self.record.revision_id:
            raise PreconditionFailed
        self.check_idle(arn=arn)
        if self.status is FunctionStatus.FAILED:
            raise ResourceConflict(
                "The operation cannot be performed at this time. "
                "The function is currently in the following state: Failed"
            )
        return self.record

    def check_idle(self, *, arn: str) -> None:
        """Raise ``ResourceConflict`` while an update is in progress."""
        if self.status in (FunctionStatus.CREATING, FunctionStatus.UPDATING):
            raise ResourceConflict(
                "The operation cannot be performed at this time. "
                f"An update is in progress for resource: {arn}"
            )

    def begin(self, change: Change, *, now: float, fields: Mapping[str, Any]) -> _Former:
        """Define a new generation; return what ``take_back`` needs if it can't be stored."""
        former = self._former()
        self.status = follow(FUNCTION, self.status, FunctionEvent.UPDATE_ASKED)
        self.record = replace(
            self.record,
            last_modified=now,
            revision_id=new_revision(),
            generation=self.record.generation + 1,
            update_status="InProgress",
            update_reason="The function is being created.",
            update_reason_code="Creating",
            **fields,
        )
        self.changing = change
        return former

    def take_back(self, former: _Former) -> None:
        self.record, self.status, self.changing, versions = former
        self.versions = dict(versions)

    def _former(self) -> _Former:
        return self.record, self.status, self.changing, dict(self.versions)

    def settle(self, event: FunctionEvent, why: str) -> Sequence[FunctionRecord]:
        """Let the new generation serve, or say why it does not.

        Return the versions that waited for that: their state is settled with it.
        """
        created = self.status is FunctionStatus.CREATING
        self.status = follow(FUNCTION, self.status, event)
        self.record = replace(settled(self.record, self.status, why), revision_id=new_revision())
        if created or event is FunctionEvent.PREPARED:
            self.serving = self.record
        prepared = event is FunctionEvent.PREPARED
        status = FunctionStatus.ACTIVE if prepared else FunctionStatus.FAILED
        waited = [one for one in self.versions.values() if one.state == "Pending"]
        ended = {one.version: settled(one, status, why) for one in waited}
        self.versions.update(ended)
        return tuple(ended.values())

    def unchanged_version(self) -> FunctionRecord | None:
        """Return the newest version if code and configuration are still what it froze."""
        newest = self.versions.get(str(self.record.last_version))
        if newest is None:
            return None
        frozen = newest.code_digest, newest.configuration
        return newest if frozen == (self.record.code_digest, self.record.configuration) else None

    def publish(self, description: str | None, *, now: float) -> FunctionRecord:
        """Freeze what is defined under the next number, which no version ever had."""
        number = self.record.last_version + 1
        version = _frozen(self.record, str(number), description=description, now=now)
        self.versions[version.version] = version
        self.set({"last_version": number, "revision_id": new_revision()})
        return version

    def set(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Change fields of what is defined and of what serves; return their old values."""
        old = {name: getattr(self.record, name) for name in fields}
        self.record = replace(self.record, **fields)
        self.serving = replace(self.serving, **fields)
        return old


def _frozen(
    record: FunctionRecord, version: str, *, description: str | None, now: float
) -> FunctionRecord:
    """Return a record as a version: what belongs to the function alone is left with it."""
    frozen = replace(
        record,
        version=version,
        version_description=description,
        last_modified=now,
        revision_id=new_revision(),
        faults=Faults(),
        tags={},
        policy=(),
        url=None,
        event_configs={},
        aliases={},
        last_version=0,
    )
    if record.state == "Active" and record.update_status == "Successful":
        return frozen
    return replace(
        frozen,
        state="Pending",
        state_reason="The function is being created.",
        state_reason_code="Creating",
    )


def new_revision() -> str:
    """Return a revision id; every change of a function has its own (RevisionId)."""
    return str(uuid.uuid4())
