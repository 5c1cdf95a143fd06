"""A server of one page over the real static files, below a prefix, with a strict CSP."""

import http.server
import mimetypes
from pathlib import Path

STATIC = Path(__file__).parents[2] / "static"
PREFIX = "/static/0a1b2c3d/"
POLICY = "default-src 'self'; style-src 'self'; script-src 'self'; form-action 'self'"
HEAD = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Parts</title>
<meta name="htmx-config" content='{{"includeIndicatorStyles":false,"allowEval":false}}'>
<link rel="icon" href="{PREFIX}favicon.svg">
<link rel="stylesheet" href="{PREFIX}styles/tokens.css">
<link rel="stylesheet" href="{PREFIX}styles/base.css">
<link rel="stylesheet" href="{PREFIX}styles/layout.css">
<link rel="stylesheet" href="{PREFIX}styles/components.css">
<script src="{PREFIX}scripts/theme.js"></script>
<script src="{PREFIX}vendor/htmx/htmx.min.js" defer></script>
<script type="module" src="{PREFIX}scripts/page.js"></script></head>"""


class Parts(http.server.ThreadingHTTPServer):
    """Answers `/` with the markup under test, the static files, and 204 to what is posted."""

    daemon_threads = True
    body = ""
    posted: list[str]


class Handler(http.server.BaseHTTPRequestHandler):
    server: Parts

    def do_GET(self) -> None:
        if self.path == "/":
            return self.answer(f"{HEAD}{self.server.body}</html>".encode(), kind="text/html")
        file = STATIC / self.path.removeprefix(PREFIX).split("?")[0]
        if not self.path.startswith(PREFIX) or not file.is_file():
            return self.send_error(404)
        kind = "text/javascript" if file.suffix == ".js" else mimetypes.guess_type(file.name)[0]
        return self.answer(file.read_bytes(), kind=kind or "application/octet-stream")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.posted.append(self.path)
        self.send_response(204)
        self.end_headers()

    def answer(self, content: bytes, *, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep the test's output free of requests."""
