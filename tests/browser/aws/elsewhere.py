"""Another site: pages that try to drive the lab, and links that lead to it."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote


@dataclass(slots=True)
class Site:
    """``pages`` are HTML by path, ``moved`` addresses that a path leads on to."""

    address: str
    pages: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)


@contextmanager
def another_site(host: str) -> Iterator[Site]:
    """Serve a site under a name of this machine, so of another origin than the lab's."""
    site = Site("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(self.path.partition("?")[0])
            if path in site.moved:
                self._send(302, b"", {"Location": site.moved[path]})
            else:
                self._send(200, site.pages.get(path, "").encode(), {})

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.address = f"http://{host}:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
