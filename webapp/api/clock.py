"""``POST /w/<workspace>/clock``: the lab clock (rules 10, 11), as form or JSON."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from webapp.api.access import services
from webapp.classroom.services import Services
from webapp.runtime.errors import InvalidParameterValue

_USAGE = (
    "Send one of rate (1, 10, 60, 600 or max), pause (true or false), next, "
    "or advance with seconds."
)


door = Blueprint("clock", __name__)


@door.get("/w/<workspace>/clock")
def read(workspace: str) -> Response:
    """Answer the clock."""
    return jsonify(asdict(services().labs.clock(workspace)))


@door.post("/w/<workspace>/clock")
def change(workspace: str) -> Response:
    """Change the clock and answer it; 400 says what is wrong."""
    jumped = services().loop.call(_change(services(), workspace, _fields()))
    return jsonify({**asdict(services().labs.clock(workspace)), "jumped": jumped})


async def _change(given: Services, workspace: str, fields: dict[str, Any]) -> bool | None:
    """Do what the fields say; for ``next`` return whether there was something to jump to."""
    opened = await given.platform.workspace(workspace)
    if "rate" in fields:
        await opened.choose_clock(rate=str(fields["rate"]), run=opened.new_run())
    elif "pause" in fields:
        await opened.choose_clock(paused=_truth(fields["pause"]), run=opened.new_run())
    elif "next" in fields:
        return await opened.next_event(run=opened.start_run("Next event"))
    elif "advance" in fields:
        seconds = _seconds(fields["advance"])
        await opened.advance(seconds, run=opened.start_run(f"Wait {seconds:g} s"))
    else:
        raise InvalidParameterValue(_USAGE)
    return None


def _fields() -> dict[str, Any]:
    if not request.is_json:
        return dict(request.form)
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise InvalidParameterValue(f"The body is not a JSON object. {_USAGE}")
    return body


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
