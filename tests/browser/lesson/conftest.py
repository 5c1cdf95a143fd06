"""A server and a learner for every test here; the test fails when the browser complains."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.lesson.learner import Learner
from tests.browser.lesson.server import serving


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path / "data") as address:
        yield address


@pytest.fixture
def learner(chromium: Browser, address: str) -> Iterator[Learner]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    learner = Learner(context.new_page(), address)
    yield learner
    context.close()
    assert learner.complaints == []
