"""A page over the real static files; nothing may be said on its console."""

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.static.serving import Handler, Parts
from tests.window import Window, opened


@pytest.fixture
def parts() -> Iterator[Parts]:
    with Parts(("127.0.0.1", 0), Handler) as server:
        server.posted = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def window(chromium: Browser) -> Iterator[Window]:
    """Give a window for the tests of a file."""
    with opened(chromium) as window:
        yield window


@pytest.fixture
def show(window: Window, parts: Parts) -> Iterator[Callable[[str], Page]]:
    """Give a function that shows a body; in the end nothing may have been said on the console."""
    address = f"http://127.0.0.1:{parts.server_port}"
    with window.cleared(address) as page:

        def show_body(body: str) -> Page:
            parts.body = body
            page.goto(f"{address}/")
            page.evaluate("customElements.whenDefined('tab-group').then(() => true)")
            return page

        yield show_body
