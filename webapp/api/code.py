"""``GET /code/<digest>``: an archive, for whoever holds a link that GetFunction gave."""

from flask import Blueprint, Response, request

from webapp.api import errors
from webapp.api.access import services
from webapp.clock import real_now

SANDBOX = "default-src 'none'; sandbox"

door = Blueprint("code", __name__)
errors.catch(door)


@door.get("/code/<digest>")
def download(digest: str) -> Response:
    """Answer the zip; 403 for a link that was not given out or is too old."""
    given = services()
    expires, seal = request.args.get("expires", ""), request.args.get("seal", "")
    if not given.site.opens(digest, expires=expires, seal=seal, now=real_now()):
        return errors.refusal(
            403, "This link has expired, or is not one that GetFunction gave. Ask for a new one."
        )
    response = Response(given.loop.call(given.platform.archive(digest)), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{digest[:12]}.zip"'
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
