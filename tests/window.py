"""A window that tests use in turn, each as if it were new."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize

from tests.chromium import PATIENCE_MS


@dataclass(slots=True)
class Window:
    """A page, how large it is, and what was said on its console."""

    page: Page
    size: ViewportSize
    messages: list[str]

    def clear(self, origin: str) -> None:
        """Forget what a test before did here, at an address that may be that of this one."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        session.detach()
        self.page.set_viewport_size(self.size)
        self.page.emulate_media(color_scheme="null")
        self.page.mouse.move(0, 0)
        self.messages.clear()

    @contextmanager
    def cleared(self, origin: str) -> Iterator[Page]:
        """Give the page, as if it were new; nothing may be said on its console until the end."""
        self.page.goto("about:blank")
        self.clear(origin)
        yield self.page
        self.page.goto("about:blank")
        assert self.messages == []


@contextmanager
def opened(
    browser: Browser, *, width: int = 1280, height: int = 800, **context: Any
) -> Iterator[Window]:
    """Open a window for many tests: a new one costs more than most of them."""
    size: ViewportSize = {"width": width, "height": height}
    own = browser.new_context(viewport=size, **context)
    own.set_default_timeout(PATIENCE_MS)
    window = Window(own.new_page(), size, [])
    window.page.on("console", lambda message: window.messages.append(message.text))
    window.page.on("pageerror", lambda error: window.messages.append(str(error)))
    yield window
    own.close()
