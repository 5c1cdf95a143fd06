"""The subscription filters of a lab on the platform: made, put back, kept. Loop thread only."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from webapp.classroom.asynchronous import function_arn
from webapp.curriculum.lab import Lab
from webapp.curriculum.sources.log_filter import LabLogFilter
from webapp.runtime.functions.policy import Permission
from webapp.runtime.model import Address
from webapp.runtime.workspace import Workspace
from webapp.sources.buses.delivery import PRINCIPALS
from webapp.sources.logs.arns import group_arn
from webapp.sources.logs.errors import AlreadyExists, LimitExceeded, NotFound
from webapp.sources.logs.model import LogGroup, Scope
from webapp.sources.logs.service import CloudWatchLogs
from webapp.sources.logs.subscriptions import Subscriptions
from webapp.sources.sources import Sources

PRINCIPAL = PRINCIPALS["subscription filter"]


def permissions_for(lab: Lab, function: str, address: Address) -> list[Permission]:
    """Return what lets CloudWatch Logs call a function for the lab's filters."""
    return [
        Permission(
            statement_id=f"logs-of-{one.name}",
            action="lambda:InvokeFunction",
            principal=PRINCIPAL,
            source_arn=f"{_group_arn(one.group, address)}:*",
        )
        for one in lab.log_filters
        if one.to == function
    ]


class LabLogFilters:
    """Puts the filters of labs on their log groups. Raises ``LogsError``."""

    def __init__(self, logs: CloudWatchLogs) -> None:
        self._logs = logs

    async def ensure(self, opened: Workspace, lab: Lab) -> None:
        """Let groups have the lab's filters; those that have any are left as they are."""
        for group, filters in _by_group(lab).items():
            if not _subscriptions(opened).watches(group):
                await self._set(opened, group, _as_given(filters, opened))

    async def put_back(self, opened: Workspace, lab: Lab) -> None:
        """Let groups have the filters that the lesson says, and no other."""
        for group, filters in _by_group(lab).items():
            await self._set(opened, group, _as_given(filters, opened))

    async def document(self, opened: Workspace, lab: Lab) -> dict[str, Any]:
        """Return what an undo needs: the filters of the lab's groups as JSON values, by group."""
        found: dict[str, Any] = {}
        for group in _by_group(lab):
            with suppress(NotFound):
                found[group] = dict((await self._logs.group(_scope(opened), group)).subscriptions)
        return found

    async def bring_back(
        self, opened: Workspace, lab: Lab, document: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Let the filters be as a ``document`` says."""
        for group in _by_group(lab):
            if group in document:
                await self._set(opened, group, document[group])

    async def _set(self, opened: Workspace, group: str, wanted: Mapping[str, Any]) -> None:
        """Make these a group's filters; the group is made if there is none."""
        scope, now_ms = _scope(opened), int(opened.recorder.now() * 1000)
        await self._create(scope, group, now_ms=now_ms)
        there = (await self._logs.group(scope, group)).subscriptions
        for name in there.keys() - wanted.keys():
            await self._logs.unsubscribe(scope, group, name, now_ms=now_ms)
        for name, given in wanted.items():
            members = {"creationTime": now_ms, **given}
            await self._logs.subscribe(scope, group, name, members, now_ms=now_ms)
        _subscriptions(opened).set(group, wanted)

    async def _create(self, scope: Scope, group: str, *, now_ms: int) -> None:
        try:
            await self._logs.create_group(scope, LogGroup(name=group, created_ms=now_ms))
        except AlreadyExists:
            return
        except LimitExceeded:
            raise LimitExceeded(
                f"This lab needs the log group {group}, and the workspace has as many as it may. "
                "Delete one with 'aws logs delete-log-group', then open the lesson again."
            ) from None


def _by_group(lab: Lab) -> dict[str, list[LabLogFilter]]:
    found: dict[str, list[LabLogFilter]] = {}
    for one in lab.log_filters:
        found.setdefault(one.group, []).append(one)
    return found


def _as_given(filters: Sequence[LabLogFilter], opened: Workspace) -> dict[str, dict[str, str]]:
    """Return filters as PutSubscriptionFilter is given them, by name."""
    return {
        one.name: {
            "filterPattern": one.pattern,
            "destinationArn": function_arn(one.to, opened.address),
        }
        for one in filters
    }


def _subscriptions(opened: Workspace) -> Subscriptions:
    sources = opened.home.sources
    assert isinstance(sources, Sources)
    return sources.subscriptions


def _scope(opened: Workspace) -> Scope:
    return Scope(opened.identifier, opened.home_region)


def _group_arn(group: str, address: Address) -> str:
    return group_arn(group, account=address.account, region=address.region)
