"""``GET /status.json``: what the status page says, for programs."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from webapp.api import errors
from webapp.api.access import my_workspace, services

door = Blueprint("status_json", __name__)
errors.catch(door)


@door.get("/status.json")
def status() -> Response:
    """Answer walls, leaks, limits, versions and load; where a host is shared, one's own load."""
    return jsonify(asdict(services().status.read(my_workspace())))
