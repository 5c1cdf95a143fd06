"""A page over the real static files; nothing may be said on its console."""

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.static.serving import Handler, Parts


@pytest.fixture
def parts() -> Iterator[Parts]:
    with Parts(("127.0.0.1", 0), Handler) as server:
        server.posted = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def show(chromium: Browser, parts: Parts) -> Iterator[Callable[[str], Page]]:
    """Give a function that shows a body; in the end nothing may have been said on the console."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))

    def show_body(body: str) -> Page:
        parts.body = body
        page.goto(f"http://127.0.0.1:{parts.server_port}/")
        page.evaluate("customElements.whenDefined('tab-group').then(() => true)")
        return page

    yield show_body
    context.close()
    assert messages == []
