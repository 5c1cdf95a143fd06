"""A page with a timeline, for every test here; it fails when the page complains."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.timeline.stage import Timeline, serving


@pytest.fixture(scope="package")
def address() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def timeline(chromium: Browser, address: str) -> Iterator[Timeline]:
    context = chromium.new_context(viewport={"width": 940, "height": 560})
    stage = Timeline(context.new_page())
    stage.open(address)
    yield stage
    context.close()
    assert stage.complaints == []
