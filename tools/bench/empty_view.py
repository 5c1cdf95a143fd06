"""An empty Flask view under the same gunicorn settings as the app: the floor of a request."""

import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from webapp.server.on_gunicorn import gunicorn_settings
from webapp.settings import read_settings


class _EmptyServer(BaseApplication):
    def load_config(self) -> None:
        for name, value in gunicorn_settings(read_settings()).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        app = Flask(__name__)

        @app.route("/healthz", methods=["GET", "POST"])
        def empty() -> str:
            return "{}"

        return app


if __name__ == "__main__":
    sys.argv = sys.argv[:1]
    _EmptyServer().run()
