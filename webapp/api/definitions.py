"""What the body of a function's definition says: configuration, and code as files or as a zip."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from webapp.runtime.code.code import pack
from webapp.runtime.errors import InvalidParameterValue, InvalidRequestContent
from webapp.runtime.model import Configuration

_NESTED = ("logging", "elsewhere")
_CONFIGURABLE = {one.name: one.type for one in fields(Configuration) if one.name not in _NESTED}


@dataclass(frozen=True, slots=True)
class Definition:
    """``settings`` are the fields of ``Configuration`` that were sent; ``code`` is a zip."""

    settings: Mapping[str, Any]
    code: bytes | None

    def applied_to(self, configuration: Configuration) -> Configuration:
        """Return the configuration with what was sent in place of what was."""
        return replace(configuration, **self.settings)


def read_definition(sent: object) -> Definition:
    """Return what a JSON value says. Raises a ``ServiceError``."""
    if not isinstance(sent, dict):
        raise InvalidRequestContent("Could not parse request body into json: an object is needed")
    return Definition(_settings(sent.get("configuration", {})), _code(sent))


def _settings(given: Any) -> Mapping[str, Any]:
    if not isinstance(given, dict) or not given.keys() <= _CONFIGURABLE.keys():
        raise InvalidParameterValue(
            f"configuration holds what is not known here. Known: {', '.join(_CONFIGURABLE)}."
        )
    for name, value in given.items():
        _check_kind(name, value)
    return given


def _check_kind(name: str, value: Any) -> None:
    if name != "variables":
        wanted = int if _CONFIGURABLE[name] in (int, "int") else str
        if type(value) is not wanted:
            raise InvalidParameterValue(f"configuration.{name} cannot be {value!r:.80}.")
    elif not (isinstance(value, dict) and all(isinstance(one, str) for one in value.values())):
        raise InvalidParameterValue("Every value in configuration.variables must be text.")


def _code(body: Mapping[str, Any]) -> bytes | None:
    files, archive = body.get("files"), body.get("zip")
    if files is None and archive is None:
        return None
    if isinstance(files, dict) and all(isinstance(text, str) for text in files.values()):
        return pack(files)
    if isinstance(archive, str):
        try:
            return base64.b64decode(archive, validate=True)
        except ValueError as error:
            raise InvalidParameterValue(f"zip is not base64: {error}") from error
    raise InvalidParameterValue("Send files as an object of texts, or zip as base64.")
