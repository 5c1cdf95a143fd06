"""The Flask app: guards, then doors. Knows no settings; ``create_app`` is given everything."""

from functools import partial
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined

from webapp import api, pages
from webapp.api.function_urls import FunctionUrlDoor
from webapp.app import bodies, compression, guards, headers
from webapp.app.admission import why_not
from webapp.app.assets import Assets
from webapp.aws.door import AwsDoor
from webapp.aws.view import AwsEntrance
from webapp.classroom.services import Services

FORM_BYTES = 16 * 1024 * 1024


def create_app(
    services: Services, *, door: AwsDoor, secret: str, static: Path, loopback: bool = True
) -> Flask:
    """Return the app. ``static`` is the folder of static files, served below a versioned prefix."""
    app = Flask("webapp", static_folder=None)
    app.secret_key = secret
    app.config.update(
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        SESSION_COOKIE_NAME="coldstart",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=180 * 24 * 3600,
        # Else every answer carries the cookie, also the static ones that caches may share.
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.jinja_env.undefined = StrictUndefined
    bodies.register(app)
    guards.register(
        app,
        door=services.door,
        keys=services.access_keys,
        loopback=loopback,
        is_known=services.store.has_workspace,
    )
    headers.register(app)
    compression.register(app, blueprints=pages.NAMES)
    Assets(static).register(app)
    api.register(app, services=services)
    pages.register(
        app,
        labs=services.labs,
        door=services.door,
        board=services.status,
        keys=services.access_keys,
        site=services.site,
    )
    # In front of all that: AWS calls, whose services change things also by a GET, so nobody may
    # link to them; and before those the hosts of function URLs, where nothing else answers.
    entrance = AwsEntrance(
        app.wsgi_app,
        door=door,
        loop=services.loop,
        places=services.streams,
        admission=partial(why_not, loopback=loopback, may_link=False, below=True),
    )
    app.wsgi_app = FunctionUrlDoor(  # type: ignore[method-assign]
        entrance, services=services, signatures=door.url_signatures
    )
    return app
