"""A page with a timeline, for every test here; it fails when the page complains."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.timeline.stage import Timeline, serving


@pytest.fixture(scope="package")
def address() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def window(chromium: Browser) -> Iterator[Timeline]:
    """Give a window that the tests of a file use in turn: a new one costs more than most tests."""
    context = chromium.new_context()
    yield Timeline(context.new_page())
    context.close()


@pytest.fixture
def timeline(window: Timeline, address: str) -> Iterator[Timeline]:
    window.page.set_viewport_size({"width": 940, "height": 560})
    window.page.emulate_media(media="null")
    window.page.mouse.move(0, 0)
    window.complaints.clear()
    window.open(address)
    yield window
    assert window.complaints == []
