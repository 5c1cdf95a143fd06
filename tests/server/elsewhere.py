"""Serves as on a system that has neither gunicorn nor any of Linux's walls."""

import sys

from webapp.runtime.launcher import choose

sys.modules["gunicorn"] = None  # type: ignore[assignment]
choose._attempts = lambda: [choose._Attempt()]

if __name__ == "__main__":
    from webapp import cli

    sys.exit(cli.main(["serve"]))
