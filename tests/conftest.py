"""What every test can ask for: a launched Chromium; property tests that are the same everywhere."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis.internal.conjecture import providers
from playwright.sync_api import Browser

from tests import speed
from tests.chromium import Chromium
from tests.runtime.launcher import modes
from tools.ensure_browser import ensure_browser

TESTS = Path(__file__).parent
FEW_EXAMPLES = 25
"""What the fast part tries of each property; whoever runs all tests tries four times as many."""

# A shared machine has slow moments, which are no failures. And who changes a word is not told of an
# example that nobody has tried before: who looks for those says --hypothesis-profile=exploring.
SLOW_IS_FINE = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("exploring", SLOW_IS_FINE)
hypothesis.settings.register_profile("the same everywhere", SLOW_IS_FINE, derandomize=True)
hypothesis.settings.register_profile(
    "a few", SLOW_IS_FINE, derandomize=True, max_examples=FEW_EXAMPLES
)
hypothesis.settings.load_profile("the same everywhere")

CHROMIUM = pytest.StashKey[Chromium]()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let property tests draw no constants from our own modules, unless examples are new anyway.

    Which modules there are depends on which tests ran before, and so would the examples. To read
    them all takes seconds, besides.
    """
    if _is_fast_part(config) and not config.getoption("--hypothesis-profile"):
        hypothesis.settings.load_profile("a few")
    if hypothesis.settings().derandomize:
        providers.is_local_module_file = lambda _path: False  # type: ignore[assignment, attr-defined]


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    modes.remove_packages()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage among what stays: modules and tests, which are many."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read no file whose every test is left out: to read one takes longer than most tests run."""
    is_test = collection_path.match("test_*.py") and _is_fast_part(config)
    if is_test and speed.starts_something(collection_path.relative_to(TESTS)):
        return True
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow and what uses the browser; put the longest files first, each as a whole.

    Tests that run beside each other are dealt out in files, in this order: what is long and begins
    last would keep one process busy while the others have nothing left.
    """
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        speed.mark(item, tests=TESTS)
    order = {path: number for number, path in enumerate(dict.fromkeys(i.path for i in items))}
    in_browser = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: (item.path not in in_browser, order[item.path]))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many processes ``-n auto`` means.

    Each reads all tests at first, so the fast part takes no more than there are processors. Many
    slow tests wait for something, so there is one more for these.
    """
    return (os.cpu_count() or 1) + (0 if config.getoption("markexpr") else 1)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End the browser with the last of the tests in a row that use it.

    Playwright keeps an event loop running in the main thread, in which asyncio.run then refuses
    to work.
    """
    if nextitem is None or not nextitem.get_closest_marker("browser"):
        item.config.stash.setdefault(CHROMIUM, Chromium()).close()


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    return ensure_browser()


@pytest.fixture(scope="module")
def chromium(chromium_path: Path, pytestconfig: pytest.Config) -> Browser:
    """Give a launched browser, which tests share; each opens a context of its own."""
    return pytestconfig.stash.setdefault(CHROMIUM, Chromium()).browser(chromium_path)


def _is_fast_part(config: pytest.Config) -> bool:
    return config.getoption("markexpr") in speed.LEFT_OUT
