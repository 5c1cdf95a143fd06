"""What a page sent: files and event as form or JSON, numbers and choices as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from webapp.curriculum.model import Lesson
from webapp.pages.access import labs
from webapp.runtime.errors import InvalidParameterValue

FILE = "file:"
LONGEST_TAB = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of each file, and the event, as they stand in the editors."""

    files: Mapping[str, str]
    event: str


def fields() -> dict[str, Any]:
    """Return the fields of a form or of a JSON object. Raises ``InvalidParameterValue``."""
    if not request.is_json:
        return request.form.to_dict()
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise InvalidParameterValue("The body is not a JSON object. Send an object of fields.")
    return body


def tab() -> str:
    """Return the name of the page in the browser that sent this; empty for one without script."""
    return request.headers.get("X-Coldstart-Tab", "")[:LONGEST_TAB]


def draft(workspace: str, lesson: Lesson) -> Draft:
    """Return what stands in the editors; what was not sent is taken from the kept draft."""
    given = fields()
    files, event = _files(given), given.get("event")
    if files and isinstance(event, str):
        return Draft(files, _newlines(event))
    kept = labs().state(workspace, lesson)
    return Draft(files or kept.files, _newlines(event) if isinstance(event, str) else kept.event)


def whole_number(value: object, *, name: str) -> int:
    """Return an integer. Raises ``InvalidParameterValue`` with the field's name."""
    text = str(value).strip().replace(",", "")
    try:
        return int(text)
    except ValueError:
        raise InvalidParameterValue(
            f"{name} is '{text[:40]}', which is not a whole number. Write digits only."
        ) from None


def seconds(value: object) -> float:
    """Return a length of time in seconds. Raises ``InvalidParameterValue``."""
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        raise InvalidParameterValue(
            f"'{str(value)[:40]}' is not a number of seconds. Write digits only."
        ) from None


def _files(given: Mapping[str, Any]) -> dict[str, str]:
    files = given.get("files")
    if isinstance(files, dict):
        return {str(name): str(text) for name, text in files.items()}
    named = {name: text for name, text in given.items() if name.startswith(FILE)}
    return {name.removeprefix(FILE): _newlines(str(text)) for name, text in named.items()}


def _newlines(text: str) -> str:
    """Undo what a form does to line ends, so that an unedited file stays the same file."""
    return text.replace("\r\n", "\n")
