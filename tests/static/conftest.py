"""A page over the real static files; nothing may be said on its console."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

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


@dataclass(slots=True)
class Window:
    """A window that the tests of a file use in turn, and what was said on its console."""

    page: Page
    messages: list[str]

    def clear(self, origin: str) -> None:
        """Forget what a test before did here, at an address that may be that of this one."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        session.detach()
        self.page.set_viewport_size({"width": 1280, "height": 800})
        self.page.emulate_media(color_scheme="null")
        self.page.mouse.move(0, 0)
        self.messages.clear()


@pytest.fixture(scope="module")
def window(chromium: Browser) -> Iterator[Window]:
    """Give a window for the tests of a file: a new one costs more than most tests."""
    context = chromium.new_context()
    window = Window(context.new_page(), [])
    window.page.on("console", lambda message: window.messages.append(message.text))
    window.page.on("pageerror", lambda error: window.messages.append(str(error)))
    yield window
    context.close()


@pytest.fixture
def show(window: Window, parts: Parts) -> Iterator[Callable[[str], Page]]:
    """Give a function that shows a body; in the end nothing may have been said on the console."""
    address = f"http://127.0.0.1:{parts.server_port}"
    window.page.goto("about:blank")
    window.clear(address)

    def show_body(body: str) -> Page:
        parts.body = body
        window.page.goto(f"{address}/")
        window.page.evaluate("customElements.whenDefined('tab-group').then(() => true)")
        return window.page

    yield show_body
    window.page.goto("about:blank")
    assert window.messages == []
