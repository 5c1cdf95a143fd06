"""Where a rule sends what it matched, and how: EventBridge's Target, checked in its words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.sources.buses import transformer
from webapp.sources.buses.errors import ValidationFailed
from webapp.sources.buses.json_path import read_path
from webapp.sources.buses.retries import Policy
from webapp.sources.matching.values import loads

MOST_TARGETS = 5
_ARN = re.compile(r"arn:aws[\w-]*:(lambda|sqs|sns|events):[\w-]+:\d{12}:\S{1,1500}", re.ASCII)
_INPUTS = ("Input", "InputPath", "InputTransformer")


@dataclass(frozen=True, slots=True)
class Target:
    """``given`` is what PutTargets was given, by EventBridge's names."""

    given: Mapping[str, Any]

    @property
    def identifier(self) -> str:
        return str(self.given["Id"])

    @property
    def arn(self) -> str:
        return str(self.given["Arn"])

    @property
    def group(self) -> str:
        """The message group of a FIFO queue."""
        return str((self.given.get("SqsParameters") or {}).get("MessageGroupId") or "")

    @property
    def dead_letter_arn(self) -> str:
        return str((self.given.get("DeadLetterConfig") or {}).get("Arn") or "")

    @property
    def policy(self) -> Policy:
        """How often and how long a delivery is tried."""
        return Policy.of(self.given.get("RetryPolicy") or {})

    def input_of(self, occasion: transformer.Occasion) -> str:
        """Return what the target gets. Raises ``transformer.InputTooLarge``."""
        template = self.given.get("InputTransformer")
        if template is not None:
            paths = template.get("InputPathsMap") or {}
            return transformer.filled(template["InputTemplate"], paths, occasion)
        if self.given.get("Input"):
            return str(self.given["Input"])
        path = self.given.get("InputPath")
        return transformer.part_of(occasion.event, path) if path else occasion.event.text


def check_target(target: Target) -> None:
    """Raise ``ValidationFailed`` for a target that EventBridge would not take."""
    name = target.identifier
    if not _ARN.fullmatch(target.arn):
        raise ValidationFailed(
            f"Parameter {target.arn:.200} is not valid. Reason: Provided Arn is not in correct "
            "format, or its service is not served by this lab as a target: lambda, sqs, sns and "
            "events are."
        )
    if sum(target.given.get(one) is not None for one in _INPUTS) > 1:
        raise ValidationFailed(
            f"Only one of Input, InputPath, or InputTransformer must be provided for target {name}."
        )
    _check_dead_letters(target)
    _check_group(target)
    _check_input(target)


def _check_dead_letters(target: Target) -> None:
    arn = target.dead_letter_arn
    if arn and (":sqs:" not in arn or arn.endswith(".fifo")):
        raise ValidationFailed(
            f"Parameter DeadLetterConfig.Arn of target {target.identifier} is not valid. Reason: "
            "a dead-letter queue is a standard SQS queue."
        )


def _check_group(target: Target) -> None:
    fifo = target.arn.endswith(".fifo") and ":sqs:" in target.arn
    if fifo and not target.group:
        raise ValidationFailed(
            f"Parameter(s) SqsParameters must be specified for target: {target.identifier}."
        )


def _check_input(target: Target) -> None:
    given, name = target.given, target.identifier
    if given.get("Input") is not None:
        _check_json(given["Input"], what=f"Input for target {name}")
    path = given.get("InputPath")
    if path is not None and read_path(path) is None:
        raise ValidationFailed(f"Parameter InputPath for target {name} is not a valid JSON path.")
    if given.get("InputTransformer") is not None:
        _check_transformer(given["InputTransformer"], name)


def _check_transformer(given: Mapping[str, Any], name: str) -> None:
    paths, template = given.get("InputPathsMap") or {}, given["InputTemplate"]
    for variable, path in paths.items():
        if variable.lower().startswith("aws."):
            raise ValidationFailed(
                f"InputPathsMap for target {name} contains reserved variable {variable}."
            )
        if read_path(path) is None:
            raise ValidationFailed(f"Invalid JSON path {path} in InputPathsMap for target {name}.")
    for variable in transformer.placeholders(template):
        if variable not in paths and variable not in transformer.RESERVED:
            raise ValidationFailed(
                f"InputTemplate for target {name} contains invalid placeholder {variable}."
            )
    # Whether it is JSON depends on what is filled in; with a number in each place it must be.
    _check_json(transformer.sample(template), what=f"InputTemplate for target {name}")


def _check_json(text: str, *, what: str) -> None:
    try:
        loads(text)
    except ValueError as error:
        raise ValidationFailed(f"Invalid {what} : {error}. It must be JSON.") from None
