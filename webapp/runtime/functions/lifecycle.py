"""A function's life as its record shows it: State and LastUpdateStatus (lambda-behaviour 10.1)."""

from dataclasses import replace

from webapp.runtime.model import FunctionRecord
from webapp.runtime.states import FunctionStatus
from webapp.trace.events import FunctionState


def status_of(record: FunctionRecord) -> FunctionStatus:
    """Return where a stored function is in its life."""
    if record.state != "Active":
        return FunctionStatus.CREATING if record.state == "Pending" else FunctionStatus.FAILED
    return {
        "Successful": FunctionStatus.ACTIVE,
        "InProgress": FunctionStatus.UPDATING,
        "Failed": FunctionStatus.UPDATE_FAILED,
    }[record.update_status]


def settled(record: FunctionRecord, status: FunctionStatus, why: str) -> FunctionRecord:
    """Return the record as Get shows it once preparing has ended."""
    if status is FunctionStatus.ACTIVE:
        return replace(
            record,
            state="Active",
            state_reason=None,
            state_reason_code=None,
            update_status="Successful",
            update_reason=None,
            update_reason_code=None,
        )
    failed = replace(
        record,
        update_status="Failed",
        update_reason=why,
        update_reason_code="InvalidZipFileException",
    )
    if status is FunctionStatus.FAILED:
        return replace(
            failed, state="Failed", state_reason=why, state_reason_code="InvalidZipFileException"
        )
    return failed


def shown_state(status: FunctionStatus, *, created: bool) -> FunctionState:
    """Return the state that the trace tells once preparing has ended."""
    if status is FunctionStatus.ACTIVE:
        return "Active" if created else "Successful"
    return "Failed"
