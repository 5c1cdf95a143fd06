"""``GET /healthz``: whether the app can serve."""

from importlib import metadata

from flask import Blueprint, Response, jsonify

from webapp.api.access import services

door = Blueprint("health", __name__)


@door.get("/healthz")
def healthz() -> Response:
    """Answer 200 while the platform serves; 503 while the store cannot write."""
    trouble = services().store.trouble
    response = jsonify(
        {
            "status": "ok" if trouble is None else "degraded",
            "trouble": trouble,
            "walls": {wall.name: wall.built for wall in services().walls},
            "version": _version(),
        }
    )
    response.status_code = 200 if trouble is None else 503
    return response


def _version() -> str:
    try:
        return metadata.version("coldstart")
    except metadata.PackageNotFoundError:
        return "checkout"
