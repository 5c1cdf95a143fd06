"""The whole application without a server, or with one in this process."""

import contextlib
import functools
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from webapp import wiring
from webapp.settings import Settings
from webapp.storage.engine import create_engine
from webapp.storage.migration import migrate
from webapp.storage.storage import DATABASE_NAME
from webapp.wiring import Application


@functools.cache
def _database() -> bytes:
    """Return a database with this version's tables and nothing in them, made once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / DATABASE_NAME
        engine = create_engine(f"sqlite:///{path}")
        migrate(engine)
        engine.dispose()
        return path.read_bytes()


@contextlib.contextmanager
def running(data: Path, *, passphrase: str = "", host: str = "127.0.0.1") -> Iterator[Application]:
    database = data / DATABASE_NAME
    if data.is_dir() and not database.exists():
        database.write_bytes(_database())
    application = wiring.start(Settings(data=data, passphrase=passphrase, host=host))
    try:
        yield application
    finally:
        application.stop()


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write no line for each request."""
        del code, size


@contextlib.contextmanager
def served(application: Application) -> Iterator[str]:
    """Serve an application on a free port; give the address."""
    app = application.app
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
