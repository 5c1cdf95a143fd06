"""How a function's events are tried and where their records go (lambda-behaviour 5.2)."""

import re
from dataclasses import dataclass

from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.events.retries import LONGEST_AGE_SECONDS, Policy

MOST_RETRIES = 2
_DESTINATION = re.compile(
    r"arn:aws[a-zA-Z-]*:(sqs|sns|lambda|events|s3):[^:\s]*:(\d{12})?:[^\s]{1,300}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventConfig:
    """The configuration of one qualifier. ``None`` and empty mean: not set. ``modified`` lab time.

    ``on_success`` and ``on_failure`` are ARNs.
    """

    most_retries: int | None = None
    most_age_seconds: int | None = None
    on_success: str = ""
    on_failure: str = ""
    modified: float = 0.0

    @property
    def policy(self) -> Policy:
        """Return how often and how long to try, defaults included."""
        retries = MOST_RETRIES if self.most_retries is None else self.most_retries
        return Policy(
            most_retries=retries,
            most_age_seconds=self.most_age_seconds or LONGEST_AGE_SECONDS,
        )

    def destination(self, *, succeeded: bool) -> str:
        """Return where the record of such an end goes; empty if nowhere."""
        return self.on_success if succeeded else self.on_failure


def check_event_config(config: EventConfig, *, own_arn: str) -> None:
    """Raise ``InvalidParameterValue`` in AWS's words. ``own_arn`` has no qualifier."""
    if config == EventConfig(modified=config.modified):
        raise nothing_set()
    for arn in (config.on_success, config.on_failure):
        if arn and not _DESTINATION.fullmatch(arn):
            raise InvalidParameterValue(f"The destination ARN {arn} is invalid.")
        if arn == own_arn or arn.startswith(f"{own_arn}:"):
            raise InvalidParameterValue(
                "You can't specify the function as a destination for itself."
            )


def nothing_set() -> InvalidParameterValue:
    """Return the refusal of a configuration that says nothing."""
    return InvalidParameterValue(
        "You must specify at least one of error handling or destination setting."
    )
