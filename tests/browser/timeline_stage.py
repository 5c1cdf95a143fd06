"""A page with nothing on it but the timeline, served below the strict policy of the app."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

STATIC = Path(__file__).parents[2] / "static"
POLICY = "default-src 'self'; style-src 'self'"
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Timeline</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/styles/tokens.css">
<link rel="stylesheet" href="/styles/base.css">
<link rel="stylesheet" href="/styles/timeline.css">
<script type="module" src="/scripts/timeline.js"></script></head>
<body><main><h1>Timeline</h1>
<cold-timeline label="Timeline of the lab"><button type="button" id="first">Invoke once</button>
</cold-timeline></main></body></html>
"""


class Stage(SimpleHTTPRequestHandler):
    """Serves the page at / and the app's static files beside it."""

    def do_GET(self) -> None:
        """Answer a request; the page is written here so that no test file is served."""
        if self.path != "/":
            super().do_GET()
            return
        body = PAGE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Add the policy to every answer."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test output for the tests."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve the stage on a free port; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Stage, directory=str(STATIC)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join(timeout=5.0)
        server.server_close()
