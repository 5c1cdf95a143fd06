"""Static files below a prefix that changes with their content, so that browsers may keep them."""

import hashlib
from pathlib import Path

from flask import Flask, Response, send_from_directory, url_for
from werkzeug.exceptions import NotFound

_YEAR_SECONDS = 365 * 24 * 3600


class Assets:
    """The static folder; its tree has one version, so relative imports and ``url()`` work."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.version = _digest(folder)

    def register(self, app: Flask) -> None:
        """Serve ``/static/<version>/<path>`` and give templates ``asset(path)``."""
        app.add_url_rule("/static/<version>/<path:path>", "static", self._serve)
        app.jinja_env.globals["asset"] = self._url

    def _url(self, path: str) -> str:
        if not (self._folder / path).is_file():
            raise FileNotFoundError(f"there is no static file '{path}'")
        return url_for("static", version=self.version, path=path)

    def _serve(self, version: str, path: str) -> Response:
        if version != self.version:
            raise NotFound
        response = send_from_directory(self._folder, path)
        response.cache_control.public = True
        response.cache_control.max_age = _YEAR_SECONDS
        response.cache_control.immutable = True
        return response


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
