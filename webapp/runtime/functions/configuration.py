"""The rules for names and configurations, in the service's words (lambda-behaviour 1)."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, get_args

from webapp.runtime.errors import InvalidParameterValue, invalid
from webapp.runtime.functions.environment_variables import check_variables
from webapp.runtime.functions.plain_text import check_description, check_plain
from webapp.runtime.functions.runtimes import check_runtime
from webapp.runtime.model import (
    ApplicationLogLevel,
    Configuration,
    LogFormat,
    Logging,
    SystemLogLevel,
    Tracing,
)

ELSEWHERE_CHARACTERS = 16 * 1024
"""How much of what only AWS acts on is kept of a function."""
_NAME = re.compile(r"[a-zA-Z0-9-_]+")
_DEAD_LETTER = re.compile(r"arn:aws[a-zA-Z-]*:(sqs|sns):[^:\s]+:\d{12}:[^\s]+")
_LOG_GROUP = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")


def check_name(name: str) -> None:
    """Raise unless ``name`` is 1 to 64 of ``[a-zA-Z0-9-_]``; for too long AWS has another code."""
    if not _NAME.fullmatch(name):
        raise invalid(name, "functionName", f"satisfy regular expression pattern: {_NAME.pattern}")
    if len(name) > 64:
        error = invalid(name, "functionName", "have length less than or equal to 64")
        raise InvalidParameterValue(error.message)


def check(configuration: Configuration) -> None:
    """Raise ``ValidationFailed`` or ``InvalidParameterValue`` for what AWS would refuse."""
    _check_range(configuration.memory_mb, "memorySize", 128, 10240)
    _check_range(configuration.timeout, "timeout", 1, 900)
    _check_range(configuration.temporary_mb, "ephemeralStorage.size", 512, 10240)
    _check_text(configuration)
    check_runtime(configuration.runtime)
    _check_choice(configuration.architecture, "architectures", ("x86_64", "arm64"))
    _check_choice(configuration.tracing, "tracingConfig.mode", get_args(Tracing))
    check_variables(configuration.variables)
    _check_dead_letter(configuration.dead_letter_target)
    _check_logging(configuration.logging)
    _check_elsewhere(configuration)


def _check_text(configuration: Configuration) -> None:
    handler = configuration.handler
    if len(handler) > 128:
        raise invalid(handler, "handler", "have length less than or equal to 128")
    if not re.fullmatch(r"[^\s]+", handler):
        raise invalid(handler, "handler", r"satisfy regular expression pattern: [^\s]+")
    check_description(configuration.description)
    check_plain(handler, "The handler")
    check_plain(configuration.role, "The role")


def _check_dead_letter(target: str | None) -> None:
    if target is not None and not _DEAD_LETTER.fullmatch(target):
        raise InvalidParameterValue(
            f"The dead letter target {target} is neither an SQS queue nor an SNS topic. "
            "Give the ARN of one."
        )


def _check_logging(logging: Logging) -> None:
    _check_choice(logging.format, "loggingConfig.logFormat", get_args(LogFormat))
    levels = {
        "applicationLogLevel": (logging.application_level, get_args(ApplicationLogLevel)),
        "systemLogLevel": (logging.system_level, get_args(SystemLogLevel)),
    }
    for name, (level, known) in levels.items():
        if level is None:
            continue
        _check_choice(level, f"loggingConfig.{name}", known)
        if logging.format != "JSON":
            raise InvalidParameterValue(
                f"{name} is {level}, but LogFormat is Text. Levels filter structured logs only: "
                "set LogFormat to JSON, or leave the level out."
            )
    if logging.group is not None and not _LOG_GROUP.fullmatch(logging.group):
        pattern = rf"satisfy regular expression pattern: {_LOG_GROUP.pattern}"
        raise invalid(logging.group, "loggingConfig.logGroup", pattern)


def _check_elsewhere(configuration: Configuration) -> None:
    if _size(configuration.elsewhere, ELSEWHERE_CHARACTERS) > ELSEWHERE_CHARACTERS:
        raise InvalidParameterValue(
            f"{', '.join(configuration.elsewhere)} are too large together. Coldstart keeps at most "
            f"{ELSEWHERE_CHARACTERS} characters of what only AWS acts on."
        )


def _size(value: Any, most: int) -> int:
    """Return about how many characters a JSON value has; counting ends beyond ``most``."""
    if isinstance(value, str):
        return len(value) + 2
    items = value if isinstance(value, list | tuple) else ()
    if isinstance(value, Mapping):
        items = tuple(islice((part for pair in value.items() for part in pair), most))
    size = 2
    for item in items:
        size += _size(item, most - size)
        if size > most:
            break
    return size


def _check_choice(value: str, path: str, known: Sequence[Any]) -> None:
    if value not in known:
        raise invalid(value, path, f"satisfy enum value set: [{', '.join(known)}]")


def _check_range(value: int, path: str, lowest: int, highest: int) -> None:
    if value < lowest:
        raise invalid(value, path, f"have value greater than or equal to {lowest}")
    if value > highest:
        raise invalid(value, path, f"have value less than or equal to {highest}")
