"""The rules for a function's own environment variables (lambda-behaviour 1.1, 1.4, 1.6)."""

import json
import re
from collections.abc import Mapping

from webapp.runtime.errors import InvalidParameterValue, invalid
from webapp.runtime.functions.plain_text import check_plain

VARIABLES_BYTES = 4096
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

_SHOWN_CHARACTERS = 4 * VARIABLES_BYTES
"""How much of what is too large an error repeats."""
_VARIABLE = re.compile(r"[a-zA-Z]([a-zA-Z0-9_])+")
_UNABLE = (
    "Lambda was unable to configure your environment variables because the environment variables "
    "you have provided"
)


def check_variables(variables: Mapping[str, str]) -> None:
    """Raise for a reserved or misspelt name, a value no process can have, or over 4 KB as JSON."""
    _check_rough_size(variables)
    reserved = sorted(RESERVED & variables.keys())
    if reserved:
        raise InvalidParameterValue(
            f"{_UNABLE} contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    for name, value in variables.items():
        if not _VARIABLE.fullmatch(name):
            pattern = f"satisfy regular expression pattern: {_VARIABLE.pattern}"
            raise invalid(name, "environment.variables", pattern)
        check_plain(value, f"The value of the environment variable {name}")
    measured = json.dumps(dict(variables), separators=(",", ":"))
    if len(measured.encode()) > VARIABLES_BYTES:
        raise _too_large(measured)


def _check_rough_size(variables: Mapping[str, str]) -> None:
    """Refuse what is far too much before anything looks at all of it."""
    left = _SHOWN_CHARACTERS
    shown: dict[str, str] = {}
    for name, value in variables.items():
        shown[name[:_SHOWN_CHARACTERS]] = value[:_SHOWN_CHARACTERS]
        left -= len(name) + len(value)
        if left < 0:
            raise _too_large(json.dumps(shown, separators=(",", ":")))


def _too_large(measured: str) -> InvalidParameterValue:
    cut = "" if len(measured) <= _SHOWN_CHARACTERS else "…"
    return InvalidParameterValue(
        f"{_UNABLE} exceeded the 4KB limit. String measured: {measured[:_SHOWN_CHARACTERS]}{cut}"
    )
