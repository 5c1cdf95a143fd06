"""One launched Chromium, for as long as test after test asks for it."""

import os
from pathlib import Path

from playwright.sync_api import Browser, Playwright, expect, sync_playwright

PATIENCE_MS = 60_000
"""What a page may take until it shows what is expected: a busy machine waits, and fails nothing."""
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


class Chromium:
    """Launches at the first wish, and again when the browser has crashed since the last one."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def browser(self, path: Path) -> Browser:
        """Return a browser that runs the Chromium at ``path``."""
        if self._browser is None or not self._browser.is_connected():
            self.close()
            self._playwright = sync_playwright().start()
            self._browser = self._launched(self._playwright, path)
        return self._browser

    def close(self) -> None:
        """End the browser, if there is one."""
        if self._playwright is not None:
            self._playwright.stop()
        self._playwright = self._browser = None

    def _launched(self, playwright: Playwright, path: Path) -> Browser:
        expect.set_options(timeout=PATIENCE_MS)
        # Chromium's own sandbox cannot be set up by root.
        as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        return playwright.chromium.launch(
            executable_path=path, args=[*ARGUMENTS, *as_root], timeout=2 * PATIENCE_MS
        )
