"""What every part of a region's topics works with."""

from dataclasses import dataclass

from webapp.sources.ports import Functions, Recorder, Timers
from webapp.sources.queues.queues import Queues
from webapp.sources.topics.errors import AuthorizationError, InvalidParameter
from webapp.sources.topics.ports import TopicStore


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLimits:
    """How much there may be at once; AWS's own limits are far above."""

    topics: int = 1_000
    subscriptions: int = 1_000
    """Of one topic."""
    filter_policies: int = 200
    """Of one topic (SNS developer guide, "Filter policy constraints")."""
    deliveries: int = 20_000
    """On their way in a region."""
    notification_bytes: int = 64 * 1024 * 1024
    """Of all messages on their way in a region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRegion:
    """A region: whose it is, and what stands around its topics."""

    account: str
    name: str
    store: TopicStore
    recorder: Recorder
    timers: Timers
    functions: Functions
    queues: Queues
    limits: TopicLimits = TopicLimits()

    def topic_arn(self, name: str) -> str:
        return f"arn:aws:sns:{self.name}:{self.account}:{name}"

    def topic_name(self, arn: str, *, action: str = "", parameter: str = "TopicArn") -> str:
        """Return the name of the topic that an ARN names, whether there is one or not.

        Raises ``InvalidParameter`` for what is no ARN of here, ``AuthorizationError`` for one of
        somebody else; ``action`` is what was wanted of it.
        """
        parts = arn.split(":")
        if len(parts) < 6:
            raise InvalidParameter(
                f"{parameter} Reason: An ARN must have at least 6 elements, not {len(parts)}"
            )
        if parts[:3] != ["arn", "aws", "sns"] or parts[3] != self.name or not parts[5]:
            raise InvalidParameter(parameter)
        if parts[4] != self.account:
            raise AuthorizationError(
                f"User: arn:aws:iam::{self.account}:root is not authorized to perform: "
                f"SNS:{action or 'Access'} on resource: {arn:.200} because no resource-based "
                f"policy allows the SNS:{action or 'Access'} action"
            )
        return ":".join(parts[5:])
