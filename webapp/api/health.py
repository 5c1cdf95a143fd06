"""``GET /healthz``: whether the app can serve."""

from typing import Any

from flask import Blueprint, Response, jsonify

from webapp.api.access import services
from webapp.classroom.status import coldstart_version

door = Blueprint("health", __name__)


@door.get("/healthz")
def healthz() -> Response:
    """Answer 200 while the platform serves; 503 while the store cannot write."""
    trouble = services().store.trouble
    health = {"status": "ok" if trouble is None else "degraded", "trouble": trouble}
    response = jsonify(health if services().door.shared else {**health, **_about()})
    response.status_code = 200 if trouble is None else 503
    return response


def _about() -> dict[str, Any]:
    """Return what is nobody's business before the door of a shared host."""
    walls = {wall.name: wall.built for wall in services().walls}
    return {"walls": walls, "version": coldstart_version()}
