"""What a page sent: files and event as form or JSON, numbers and choices as text."""

from collections.abc import Mapping
from typing import Any

from flask import request

from webapp.classroom.drafting import Edits
from webapp.runtime.errors import InvalidParameterValue

FILE = "file:"
LONGEST_TAB = 40


def fields() -> dict[str, Any]:
    """Return the fields of a form or of a JSON object. Raises ``InvalidParameterValue``."""
    if request.method == "GET":
        return request.args.to_dict()
    if not request.is_json:
        return request.form.to_dict()
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise InvalidParameterValue("The body is not a JSON object. Send an object of fields.")
    return body


def tab() -> str:
    """Return the name of the page in the browser that sent this; empty for one without script."""
    return request.headers.get("X-Coldstart-Tab", "")[:LONGEST_TAB]


def function() -> str:
    """Return the function of the lab that is meant; empty for the lab's first."""
    return request.args.get("function") or _text(fields().get("function"))


def edits() -> Edits:
    """Return what was typed and is not kept yet; of what was not sent, the kept draft holds."""
    given = fields()
    event, revision = given.get("event"), given.get("revision")
    return Edits(
        files=_files(given),
        event=newlines(event) if isinstance(event, str) else None,
        revision=revision if isinstance(revision, str) else None,
    )


def text_field(name: str) -> str:
    """Return a field that has to be there. Raises ``InvalidParameterValue``."""
    value = fields().get(name)
    if not isinstance(value, str):
        raise InvalidParameterValue(f"The field '{name}' is missing, or is not text. Send it.")
    return value


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
    return {name.removeprefix(FILE): newlines(str(text)) for name, text in named.items()}


def newlines(text: str) -> str:
    """Undo what a form does to line ends, so that an unedited file stays the same file."""
    return text.replace("\r\n", "\n")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
