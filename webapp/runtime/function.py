"""One function between its states: what is defined, what serves, and what may be done now."""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from webapp.runtime.errors import PreconditionFailed, ResourceConflict
from webapp.runtime.lifecycle import settled
from webapp.runtime.model import FunctionRecord
from webapp.runtime.states import FUNCTION, FunctionEvent, FunctionStatus, follow
from webapp.trace.events import Change

_Former = tuple[FunctionRecord, FunctionStatus, Change]


@dataclass(slots=True, eq=False)
class Function:
    """One function: ``record`` is what Get answers, ``serving`` what invocations run on."""

    record: FunctionRecord
    serving: FunctionRecord
    status: FunctionStatus
    changing: Change = "created"
    preparation: "asyncio.Task[None] | None" = None
    leaving: bool = False
    """Its deletion waits for the disk; its name is not free yet, and nobody finds it."""

    @property
    def code_bytes(self) -> int:
        """What its zips take in the store: that of what is defined, and of what serves."""
        sizes = {one.code_digest: one.code_size_bytes for one in (self.record, self.serving)}
        return sum(sizes.values())

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
        former = self.record, self.status, self.changing
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
        self.record, self.status, self.changing = former

    def settle(self, event: FunctionEvent, why: str) -> None:
        """Let the new generation serve, or say why it does not."""
        created = self.status is FunctionStatus.CREATING
        self.status = follow(FUNCTION, self.status, event)
        self.record = replace(settled(self.record, self.status, why), revision_id=new_revision())
        if created or event is FunctionEvent.PREPARED:
            self.serving = self.record

    def set(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Change fields of what is defined and of what serves; return their old values."""
        old = {name: getattr(self.record, name) for name in fields}
        self.record = replace(self.record, **fields)
        self.serving = replace(self.serving, **fields)
        return old


def new_revision() -> str:
    """Return a revision id; every change of a function has its own (RevisionId)."""
    return str(uuid.uuid4())
