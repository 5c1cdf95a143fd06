"""What a learner does to the notifications of a lab's buckets. Loop thread only."""

from dataclasses import replace
from typing import Any

from webapp.classroom.operations import Code, LabOperations
from webapp.classroom.sources import lab_buckets
from webapp.curriculum.model import Lesson
from webapp.curriculum.sources.bucket import LabNotification
from webapp.runtime.errors import InvalidParameterValue, ResourceNotFound
from webapp.runtime.workspace import Workspace
from webapp.sources.buckets.notification import Rule, Rules


class NotificationWork:
    """Adds, changes and deletes notifications, one at a time where S3 takes all of them together.

    Raises ``ServiceError`` and ``SourceError``: S3 refuses what it would refuse of everybody.
    """

    def __init__(self, operations: LabOperations) -> None:
        self._operations = operations

    async def add(
        self,
        workspace: str,
        lesson: Lesson,
        bucket: str,
        notification: LabNotification,
        *,
        code: Code,
    ) -> str:
        """Let somebody be told who was not; return the run."""
        opened, run = await self._begin(
            workspace, lesson, bucket, f"Add notification {notification.name[:60]}"
        )
        rule = await self._rule(opened, lesson, notification, code=code, run=run)
        rules = _rules(opened, bucket)
        new = Rules([*rules.rules, rule], bus=rules.bus)
        await _write(opened, bucket, new, before=rules, run=run, check=True)
        return run

    async def change(
        self,
        workspace: str,
        lesson: Lesson,
        bucket: str,
        notification: LabNotification,
        *,
        code: Code,
    ) -> str:
        """Let the notification of this name be as it is here; return the run.

        Without ``to`` it goes on telling whom it tells: a client may have set it to others.
        """
        opened, run = await self._begin(
            workspace, lesson, bucket, f"Change notification {notification.name[:60]}"
        )
        found = _found(_rules(opened, bucket), notification.name)
        if notification.to:
            rule = await self._rule(opened, lesson, notification, code=code, run=run)
        else:
            rule = replace(found, **_filter(notification))
        rules = _rules(opened, bucket)
        _found(rules, notification.name)
        told = [rule if one.identifier == rule.identifier else one for one in rules.rules]
        new = Rules(told, bus=rules.bus)
        await _write(opened, bucket, new, before=rules, run=run, check=True)
        return run

    async def delete(self, workspace: str, lesson: Lesson, bucket: str, name: str) -> str:
        """Tell somebody no more; return the run."""
        opened, run = await self._begin(
            workspace, lesson, bucket, f"Delete notification {name[:60]}"
        )
        rules = _rules(opened, bucket)
        _found(rules, name)
        left = Rules([one for one in rules.rules if one.identifier != name], bus=rules.bus)
        await _write(opened, bucket, left, before=rules, run=run)
        return run

    async def switch_bus(
        self, workspace: str, lesson: Lesson, bucket: str, *, enabled: bool
    ) -> str:
        """Tell EventBridge of every change, or of none; return the run."""
        label = f"Turn EventBridge {'on' if enabled else 'off'} for {bucket}"
        opened, run = await self._begin(workspace, lesson, bucket, label)
        rules = _rules(opened, bucket)
        await _write(opened, bucket, replace(rules, bus=enabled), before=rules, run=run)
        return run

    # -- steps

    async def _begin(
        self, workspace: str, lesson: Lesson, bucket: str, label: str
    ) -> tuple[Workspace, str]:
        lab_buckets.check_mine(lesson.lab, bucket)
        opened, run = await self._operations.begin(workspace, lesson, label, None)
        lab_buckets.buckets_of(opened).find(bucket)
        return opened, run

    async def _rule(
        self,
        opened: Workspace,
        lesson: Lesson,
        notification: LabNotification,
        *,
        code: Code,
        run: str,
    ) -> Rule:
        """Return it as S3 has it. What was edited is deployed, so that a function is there."""
        if notification.to not in lab_buckets.targets_of(lesson.lab):
            raise InvalidParameterValue(
                f"This lab has nothing called '{notification.to[:80]}' to tell."
            )
        await self._operations.deploy_all(opened, lesson, code, run)
        return lab_buckets.rule_of(notification, lesson.lab, opened.address)


async def _write(
    opened: Workspace, bucket: str, rules: Rules, *, before: Rules, run: str, check: bool = False
) -> None:
    """Let S3 have all of them, unless another tab was quicker.

    What only ends something is taken also where a destination that stays is not there, as with
    ``SkipDestinationValidation``: a function may not be deployed yet.
    """
    await lab_buckets.buckets_of(opened).set_rules(
        bucket,
        rules,
        asking=lab_buckets.asking(opened, run=run),
        check=check,
        instead_of=before,
    )


def _rules(opened: Workspace, bucket: str) -> Rules:
    return lab_buckets.buckets_of(opened).find(bucket).rules


def _filter(notification: LabNotification) -> dict[str, Any]:
    return {name: getattr(notification, name) for name in ("events", "prefix", "suffix")}


def _found(rules: Rules, name: str) -> Rule:
    """Return a rule. Raises ``ResourceNotFound``: another tab deleted it, or it is made up."""
    for one in rules.rules:
        if one.identifier == name:
            return one
    raise ResourceNotFound(
        f"This bucket has no notification '{name[:80]}'. It has "
        f"{', '.join(one.identifier[:80] for one in rules.rules[:10]) or 'none'}."
    )
