"""What every test can ask for: a launched Chromium; property tests that are the same everywhere."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import speed
from tools.ensure_browser import ensure_browser

TESTS = Path(__file__).parent

# A shared machine has slow moments; a deadline per example would turn them into failures.
hypothesis.settings.register_profile("everywhere", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "everywhere")

CHROMIUM_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow and what uses the browser, which runs last.

    Playwright keeps an event loop running in the main thread, in which asyncio.run then refuses
    to work; so its session begins when every other test of the process is through.
    """
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        speed.mark(item, tests=TESTS)
        item.add_marker(pytest.mark.xdist_group(speed.group(item, tests=TESTS)))
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many processes ``-n auto`` means.

    Each reads all tests at first, so the fast part takes no more than there are processors. Many
    slow tests wait for something, so there is one more for these.
    """
    return (os.cpu_count() or 1) + (0 if config.getoption("markexpr") else 1)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give one launched browser for the whole run; each test opens a context of its own."""
    path = ensure_browser()
    # Chromium's own sandbox cannot be set up by root.
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*CHROMIUM_ARGUMENTS, *as_root]
        )
        yield browser
        browser.close()
