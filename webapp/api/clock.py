"""``POST /w/<workspace>/clock``: the lab clock (rules 10, 11), as form or JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Blueprint, Response, jsonify, make_response, redirect, request

from webapp.api import errors
from webapp.api.access import services
from webapp.classroom.services import Services
from webapp.runtime.errors import InvalidParameterValue

_COMMANDS = ("rate", "pause", "next", "advance")
_USAGE = (
    "Send one of rate (1, 10, 60, 600 or max), pause (true or false), next, "
    "or advance with seconds."
)


door = Blueprint("clock", __name__)
errors.catch(door)


@door.get("/w/<workspace>/clock")
def read(workspace: str) -> Response:
    """Answer the clock."""
    return jsonify(asdict(services().labs.clock(workspace)))


@door.post("/w/<workspace>/clock")
def change(workspace: str) -> Response:
    """Change the clock and answer it; 400 says what is wrong. A form leads back to its page."""
    command, value = _command(_fields())
    jumped = services().loop.call(_change(services(), workspace, command, value))
    page = _page_of_form()
    if page is not None:
        return make_response(redirect(page, 303))
    return jsonify({**asdict(services().labs.clock(workspace)), "jumped": jumped})


async def _change(given: Services, workspace: str, command: str, value: Any) -> bool | None:
    """Do what the command says; for ``next`` return whether there was something to jump to."""
    opened = await given.platform.workspace(workspace)
    match command:
        case "rate":
            await opened.choose_clock(rate=str(value), run=opened.new_run())
        case "pause":
            await opened.choose_clock(paused=_truth(value), run=opened.new_run())
        case "advance":
            seconds = _seconds(value)
            await opened.advance(seconds, run=opened.start_run(f"Wait {seconds:g} s"))
        case _:
            return await opened.next_event(run=opened.start_run("Next event"))
    return None


def _page_of_form() -> str | None:
    """Return the address of the page whose form this is, for a browser without script."""
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return None
    wanted = request.accept_mimetypes.best_match(("application/json", "text/html"))
    if wanted != "text/html" or came_from.netloc != request.host:
        return None
    return urlunsplit(("", "", f"/{came_from.path.lstrip('/')}", came_from.query, ""))


def _fields() -> Mapping[str, Any]:
    if not request.is_json:
        return request.form
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise InvalidParameterValue(f"The body is not a JSON object. {_USAGE}")
    return body


def _command(fields: Mapping[str, Any]) -> tuple[str, Any]:
    named = [name for name in _COMMANDS if name in fields]
    if len(named) != 1:
        raise InvalidParameterValue(_USAGE)
    return named[0], fields[named[0]]


def _truth(value: object) -> bool:
    if str(value).lower() in ("true", "1", "on"):
        return True
    if str(value).lower() in ("false", "0", "off"):
        return False
    raise InvalidParameterValue(f"pause is '{value}'. Send true or false.")


def _seconds(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise InvalidParameterValue(f"advance is '{value}'. Send a number of seconds.") from None
