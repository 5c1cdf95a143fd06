"""The rules for names and configurations, in the service's words (lambda-behaviour 1)."""

import json
import re
from collections.abc import Mapping

from webapp.runtime.errors import InvalidParameterValue, ValidationFailed
from webapp.runtime.model import Configuration

VARIABLES_BYTES = 4096
RUNTIMES = tuple(f"python3.{minor}" for minor in range(9, 15))
RESERVED = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)

_NAME = re.compile(r"[a-zA-Z0-9-_]+")
_VARIABLE = re.compile(r"[a-zA-Z]([a-zA-Z0-9_])+")
_UNABLE = (
    "Lambda was unable to configure your environment variables because the environment variables "
    "you have provided"
)


def check_name(name: str) -> None:
    """Raise ``ValidationFailed`` unless ``name`` is 1 to 64 of ``[a-zA-Z0-9-_]``."""
    if not _NAME.fullmatch(name):
        raise _invalid(name, "functionName", f"satisfy regular expression pattern: {_NAME.pattern}")
    if len(name) > 64:
        raise _invalid(name, "functionName", "have length less than or equal to 64")


def check(configuration: Configuration) -> None:
    """Raise ``ValidationFailed`` or ``InvalidParameterValue`` for what AWS would refuse."""
    _check_range(configuration.memory_mb, "memorySize", 128, 10240)
    _check_range(configuration.timeout, "timeout", 1, 900)
    _check_range(configuration.temporary_mb, "ephemeralStorage.size", 512, 10240)
    _check_text(configuration)
    if configuration.runtime not in RUNTIMES:
        raise InvalidParameterValue(
            f"The runtime {configuration.runtime} is not available here. "
            f"Use one of {', '.join(RUNTIMES)}."
        )
    if configuration.architecture not in ("x86_64", "arm64"):
        raise _invalid(
            configuration.architecture, "architectures", "satisfy enum value set: [x86_64, arm64]"
        )
    check_variables(configuration.variables)


def check_variables(variables: Mapping[str, str]) -> None:
    """Raise for a reserved or misspelt name, a value no process can have, or over 4 KB as JSON."""
    reserved = sorted(RESERVED & variables.keys())
    if reserved:
        raise InvalidParameterValue(
            f"{_UNABLE} contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    for name, value in variables.items():
        if not _VARIABLE.fullmatch(name):
            pattern = f"satisfy regular expression pattern: {_VARIABLE.pattern}"
            raise _invalid(name, "environment.variables", pattern)
        _check_plain(value, f"The value of the environment variable {name}")
    measured = json.dumps(dict(variables), separators=(",", ":"))
    if len(measured.encode()) > VARIABLES_BYTES:
        raise InvalidParameterValue(
            f"{_UNABLE} exceeded the 4KB limit. String measured: {measured}"
        )


def _check_text(configuration: Configuration) -> None:
    handler = configuration.handler
    if len(handler) > 128:
        raise _invalid(handler, "handler", "have length less than or equal to 128")
    if not re.fullmatch(r"[^\s]+", handler):
        raise _invalid(handler, "handler", r"satisfy regular expression pattern: [^\s]+")
    if len(configuration.description) > 256:
        raise _invalid(
            configuration.description, "description", "have length less than or equal to 256"
        )
    _check_plain(handler, "The handler")
    _check_plain(configuration.description, "The description")


def _check_plain(text: str, what: str) -> None:
    """Refuse what neither a process's environment nor a database can hold."""
    if "\0" in text:
        raise InvalidParameterValue(f"{what} holds a NUL character.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidParameterValue(
            f"{what} holds half a character (a lone surrogate) at position {error.start}."
        ) from error


def _check_range(value: int, path: str, lowest: int, highest: int) -> None:
    if value < lowest:
        raise _invalid(value, path, f"have value greater than or equal to {lowest}")
    if value > highest:
        raise _invalid(value, path, f"have value less than or equal to {highest}")


def _invalid(value: object, path: str, constraint: str) -> ValidationFailed:
    return ValidationFailed(
        f"1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: "
        f"Member must {constraint}"
    )
