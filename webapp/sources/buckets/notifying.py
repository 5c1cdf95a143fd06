"""Telling destinations of a change: who is told, who is not and why, and whether it came there.

A change is answered only when every destination has its notification on disk: what a client heard
of is never lost on the way to a function.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.sources.buckets.errors import InvalidArgument
from webapp.sources.buckets.event_record import (
    Happening,
    detail,
    notification,
    test_notification,
)
from webapp.sources.buckets.live_bucket import LiveBucket
from webapp.sources.buckets.notification import Rule, Rules, check_rules
from webapp.sources.buckets.ports import Destinations, Notice
from webapp.sources.buckets.surroundings import Asking
from webapp.sources.ports import Recorder
from webapp.trace.events import (
    Fact,
    NotificationFailed,
    NotificationMatched,
    NotificationPassedOver,
)

_BUS = Rule(identifier="EventBridge", kind="bus", arn="", events=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifier:
    """Tells the destinations of one region."""

    region: str
    recorder: Recorder
    destinations: Destinations

    async def tell(
        self, bucket: LiveBucket, happening: Happening, asking: Asking, cause: int
    ) -> None:
        """Tell of a change whoever wants to know; a destination that fails hurts nobody else."""
        for rule in bucket.rules.rules:
            why_not = rule.why_not(happening.event, happening.record.key)
            if why_not:
                about = _about(bucket, rule, happening)
                passed = NotificationPassedOver(**about, reason=why_not)
                self._record(passed, asking, cause=cause)
            else:
                await self._bring(bucket, rule, happening, asking, cause)
        if bucket.rules.bus:
            await self._to_bus(bucket, happening, asking, cause)

    async def check(
        self, bucket: LiveBucket, rules: Rules, asking: Asking, *, destinations: bool
    ) -> None:
        """Raise ``InvalidArgument`` for rules that cannot be.

        With ``destinations``, also unless each of them is there and lets itself be told.
        """
        check_rules(rules.rules)
        if not destinations:
            return
        known = {rule.arn for rule in bucket.rules.rules}
        refused = [
            (rule.arn, why)
            for rule in rules.rules
            if (why := self.destinations.why_not(rule.arn, bucket_arn=bucket.arn))
        ]
        if refused:
            raise _not_valid(refused)
        for arn in dict.fromkeys(rule.arn for rule in rules.rules if rule.kind != "function"):
            if arn not in known:
                await self._test(bucket, arn, asking)

    # -- inside

    async def _test(self, bucket: LiveBucket, arn: str, asking: Asking) -> None:
        """Bring a new queue or topic the event that tells that it is one now."""
        body = test_notification(
            bucket=bucket.name, at=self.recorder.now(), requester=asking.requester
        )
        failed = await self.destinations.bring(_notice(bucket, asking, arn=arn, body=body))
        if failed:
            raise _not_valid([(arn, failed)])

    async def _bring(
        self, bucket: LiveBucket, rule: Rule, happening: Happening, asking: Asking, cause: int
    ) -> None:
        about = _about(bucket, rule, happening)
        matched = self._record(NotificationMatched(**about), asking, cause=cause)
        body = notification(
            happening,
            bucket=bucket.name,
            region=self.region,
            rule=rule.identifier,
            requester=asking.requester,
        )
        notice = _notice(bucket, asking, arn=rule.arn, body=body, cause=matched)
        if failed := await self.destinations.bring(notice):
            self._record(NotificationFailed(**about, reason=failed), asking, cause=matched)

    async def _to_bus(
        self, bucket: LiveBucket, happening: Happening, asking: Asking, cause: int
    ) -> None:
        body = detail(happening, bucket=bucket.name, requester=asking.requester)
        notice = _notice(bucket, asking, arn=self.destinations.bus, body=body, cause=cause)
        kind = "Object Deleted" if happening.removes else "Object Created"
        about = _about(bucket, _BUS, happening) | {"target": self.destinations.bus}
        matched = self._record(NotificationMatched(**about), asking, cause=cause)
        notice = replace(notice, cause=matched)
        if failed := await self.destinations.bring(replace(notice, detail_type=kind)):
            self._record(NotificationFailed(**about, reason=failed), asking, cause=matched)

    def _record(self, fact: Fact, asking: Asking, *, cause: int) -> int:
        return self.recorder.record(fact, run=asking.run, cause=cause)


def _about(bucket: LiveBucket, rule: Rule, happening: Happening) -> dict[str, str]:
    return {
        "bucket": bucket.name,
        "key": happening.record.key,
        "event": happening.event,
        "rule": rule.identifier,
        "target": rule.arn,
    }


def _notice(
    bucket: LiveBucket, asking: Asking, *, arn: str, body: str, cause: int | None = None
) -> Notice:
    return Notice(
        arn=arn,
        body=body,
        bucket_arn=bucket.arn,
        source=f"bucket {bucket.name}",
        run=asking.run,
        cause=cause,
        trace=asking.trace,
    )


def _not_valid(refused: Sequence[tuple[str, str]]) -> InvalidArgument:
    """Return the refusal as S3 words it (lambda-behaviour 7.11), with each destination's reason."""
    fields: dict[str, str] = {}
    for place, (arn, why) in enumerate(refused, start=1):
        fields |= {f"ArgumentName{place}": arn, f"ArgumentValue{place}": why}
    return InvalidArgument("Unable to validate the following destination configurations", **fields)
