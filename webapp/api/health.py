"""``GET /healthz``: whether the app can serve."""

from importlib import metadata

from flask import Blueprint, Response, jsonify

from webapp.classroom.services import Services


def blueprint(services: Services) -> Blueprint:
    """Return the door. 200 while the platform serves; 503 while the store cannot write."""
    door = Blueprint("health", __name__)

    @door.get("/healthz")
    def healthz() -> Response:
        trouble = services.store.trouble
        body = {
            "status": "ok" if trouble is None else "degraded",
            "trouble": trouble,
            "walls": {wall.name: wall.built for wall in services.walls},
            "version": _version(),
        }
        response = jsonify(body)
        response.status_code = 200 if trouble is None else 503
        return response

    return door


def _version() -> str:
    try:
        return metadata.version("coldstart")
    except metadata.PackageNotFoundError:
        return "checkout"
