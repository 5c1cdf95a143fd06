"""Find a Chromium for the browser tests, or install one; the tests fail without it.

Usage: python -m tools.ensure_browser
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL_SECONDS = 900.0
NO_BROWSER = """\
The browser tests need Chromium, and none could be found or installed.
Install Chromium or Chrome, or name one: BROWSER_PATH=/path/to/chromium make test"""


class BrowserMissing(Exception):
    """No Chromium is here and none could be installed; the message says what to do."""


def main() -> int:
    """Print where the browser is; 1 when there is none."""
    try:
        print(f"Browser tests use {ensure_browser()}")
    except BrowserMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


def ensure_browser() -> Path:
    """Give the path of a Chromium, installing one when none is here.

    The order: BROWSER_PATH, PATH, Playwright's own, Debian's package (as root), Playwright's
    download.

    Raises:
        BrowserMissing: none was found and none could be installed.
    """
    found = find_browser()
    if found is None:
        _install()
        found = find_browser()
    if found is None:
        raise BrowserMissing(NO_BROWSER)
    return found


def find_browser() -> Path | None:
    """Give the path of a Chromium that is already here, if any.

    Raises:
        BrowserMissing: BROWSER_PATH names no file.
    """
    return _named() or _on_path() or _playwrights_own()


def _named() -> Path | None:
    name = os.environ.get("BROWSER_PATH")
    if not name:
        return None
    if not Path(name).is_file():
        raise BrowserMissing(
            f"BROWSER_PATH names {name}, and no file is there. Correct or unset it."
        )
    return Path(name)


def _on_path() -> Path | None:
    found = (shutil.which(name) for name in ON_PATH)
    return next((Path(path) for path in found if path), None)


def _playwrights_own() -> Path | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() else None


def _install() -> None:
    if _may_use_apt():
        print("Installing Chromium with apt-get", flush=True)
        _run(["apt-get", "-qq", "update"])
        _run(["apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium"])
    else:
        print("Installing Chromium with Playwright", flush=True)
        _run([sys.executable, "-m", "playwright", "install", "chromium"])


def _may_use_apt() -> bool:
    # Ubuntu's package of this name only points to a snap, so Debian alone counts.
    release = Path("/etc/os-release")
    is_debian = release.is_file() and "ID=debian" in release.read_text().splitlines()
    return is_debian and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _run(command: list[str]) -> None:
    silent = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=silent, stdout=subprocess.DEVNULL, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"Gave up after {INSTALL_SECONDS:.0f} s: {' '.join(command)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
