"""A page with nothing on it but the timeline, served below the strict policy of the app."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import FloatRect, Locator, Page, expect

STATIC = Path(__file__).parents[3] / "static"
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

TWO_FRAMES = """new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 0))))"""
LISTEN = """() => {
  const host = document.querySelector("cold-timeline");
  window.heard = { "timeline-select": [], "timeline-open": [], "timeline-follow": [] };
  for (const name of Object.keys(window.heard)) {
    host.addEventListener(name, ({ detail: { segment, follow } }) =>
      window.heard[name].push(segment === undefined ? follow : segment?.id ?? null));
  }
}"""


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
        thread.join()
        server.server_close()


class Timeline:
    """What a test says to the component and sees of it. ``complaints`` holds console messages."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.host = page.locator("cold-timeline")
        self.facts = page.get_by_role("listbox", name="Timeline of the lab")
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, address: str) -> None:
        """Load the page and wait until the element is there, its fonts too."""
        self.page.goto(address)
        expect(self.page.locator("cold-timeline:defined")).to_be_attached()
        self.page.evaluate("document.fonts.ready.then(() => true)")
        self.page.evaluate(LISTEN)

    def apply(self, message: Mapping[str, object]) -> None:
        """Feed a message and wait for the drawing it causes."""
        self.host.evaluate(
            "(host, message) => { host.apply(message); return " + TWO_FRAMES + " }", message
        )

    def act(self, expression: str) -> None:
        """Do something to ``host``, then wait for the drawing."""
        self.host.evaluate("(host) => { " + expression + "; return " + TWO_FRAMES + " }")

    def press(self, key: str) -> None:
        """Press a key in the plot, then wait for the drawing."""
        self.facts.press(key)
        self.settle()

    def settle(self) -> None:
        """Wait for what was asked for to be drawn, a jump included."""
        self.host.evaluate("() => " + TWO_FRAMES)

    def fact(self, identifier: str) -> Locator:
        """Find a fact in the plot by the id of its segment."""
        return self.host.locator(f'[role="option"][data-segment="{identifier}"]')

    def box(self, identifier: str) -> FloatRect:
        """Give the rectangle that a fact takes on the screen."""
        box = self.fact(identifier).bounding_box()
        assert box is not None
        return box

    def heard(self, name: str) -> list[object]:
        """Give what the element told about one event so far."""
        told: list[object] = self.page.evaluate("name => window.heard[name]", name)
        return told

    @property
    def breaks(self) -> list[str]:
        """The lengths that the breaks in view print."""
        return self.host.locator(".timeline-break").all_text_contents()

    @property
    def selected(self) -> str | None:
        """The id of the selected segment."""
        identifier: str | None = self.host.evaluate("host => host.selected?.id ?? null")
        return identifier
