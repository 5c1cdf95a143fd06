"""The whole application without a server, and browsers that visit it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from webapp import wiring
from webapp.settings import Settings
from webapp.wiring import Application


@contextlib.contextmanager
def running(data: Path, *, passphrase: str = "", host: str = "127.0.0.1") -> Iterator[Application]:
    application = wiring.start(Settings(data=data, passphrase=passphrase, host=host))
    try:
        yield application
    finally:
        application.stop()
