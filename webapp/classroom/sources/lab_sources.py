"""Everything that stands around a lab's functions, on the platform. Loop thread only."""

from collections.abc import Mapping
from typing import Any

from webapp.classroom.sources import lab_buckets, lab_buses, lab_queues, lab_schedules, lab_topics
from webapp.classroom.sources.lab_log_filters import LabLogFilters
from webapp.curriculum.lab import Lab
from webapp.runtime.workspace import Workspace
from webapp.sources.logs.service import CloudWatchLogs


class LabSources:
    """Makes, puts back and brings back: queues first, then what sends to them."""

    def __init__(self, logs: CloudWatchLogs) -> None:
        self._log_filters = LabLogFilters(logs)

    async def ensure(self, opened: Workspace, lab: Lab, *, run: str) -> None:
        """Let a lab's sources be there, but for those that a learner deleted.

        Other labs' schedules rest.
        """
        await _ensure(opened, lab, run=run, deleted_too=False)
        await self._log_filters.ensure(opened, lab)

    async def make_again(self, opened: Workspace, lab: Lab, *, run: str) -> None:
        """Let a lab's sources be there, those that a learner deleted too."""
        await _ensure(opened, lab, run=run, deleted_too=True)

    async def put_back(self, opened: Workspace, lab: Lab, *, run: str) -> None:
        """Put a lab's sources back to their start; what they hold is lost."""
        await lab_queues.put_back(opened, lab, run=run)
        await lab_topics.put_back(opened, lab, run=run)
        await lab_buses.put_back(opened, lab, run=run)
        await lab_buckets.put_back(opened, lab, run=run)
        await lab_schedules.put_back(opened, lab, run=run)
        await self._log_filters.put_back(opened, lab)

    async def document(self, opened: Workspace, lab: Lab) -> dict[str, Any]:
        """Return what an undo needs to know of them, as JSON values."""
        return {
            "queues": lab_queues.document(opened, lab),
            "topics": lab_topics.document(opened, lab),
            "buses": lab_buses.document(opened, lab),
            "buckets": await lab_buckets.document(opened, lab),
            "schedules": lab_schedules.document(opened, lab),
            "log filters": await self._log_filters.document(opened, lab),
        }

    async def bring_back(
        self, opened: Workspace, lab: Lab, document: Mapping[str, Any], *, run: str
    ) -> None:
        """Let all be as ``document`` tells, but for schedules, whose functions may be missing."""
        await lab_queues.bring_back(opened, lab, document.get("queues", {}), run=run)
        await lab_topics.bring_back(opened, lab, document.get("topics", {}), run=run)
        await lab_buses.bring_back(opened, lab, document.get("buses", {}), run=run)
        await lab_buckets.bring_back(opened, lab, document.get("buckets", {}), run=run)
        await self._log_filters.bring_back(opened, lab, document.get("log filters", {}))

    async def bring_back_schedules(
        self, opened: Workspace, lab: Lab, document: Mapping[str, Any], *, run: str
    ) -> None:
        """Let schedules be as ``document`` tells."""
        await lab_schedules.bring_back(opened, lab, document.get("schedules", {}), run=run)


async def _ensure(opened: Workspace, lab: Lab, *, run: str, deleted_too: bool) -> None:
    await lab_queues.ensure(opened, lab, run=run, deleted_too=deleted_too)
    await lab_topics.ensure(opened, lab, run=run, deleted_too=deleted_too)
    await lab_buses.ensure(opened, lab, run=run, deleted_too=deleted_too)
    await lab_buckets.ensure(opened, lab, run=run, deleted_too=deleted_too)
    await lab_schedules.ensure(opened, lab, run=run, deleted_too=deleted_too)
