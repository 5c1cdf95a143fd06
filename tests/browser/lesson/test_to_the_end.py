"""Every lesson to its last tick: with the mouse, with keys alone, with a finger on a phone.

Each hand does all lessons on one server and in one window, as a learner would on one evening. What
is seen on the way is looked at for accessibility, in light and dark.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lesson.hands import Finger, Keys, Mouse
from tests.browser.lesson.learner import Learner
from tests.browser.lesson.server import really_serving
from tests.browser.lesson.to_the_end import LESSONS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "color_scheme": "dark",
}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with really_serving(tmp_path / "data") as address:
        yield address


@pytest.mark.parametrize(
    ("hand", "window"),
    [
        pytest.param(Mouse, DESK, id="with the mouse"),
        pytest.param(Keys, DESK, id="with keys alone"),
        pytest.param(Finger, PHONE, id="with a finger on a phone"),
    ],
)
def test_every_lesson_is_done_to_the_last_tick(
    chromium: Browser, address: str, hand: type[Mouse] | type[Keys], window: dict[str, Any]
) -> None:
    context = chromium.new_context(**window)
    page = context.new_page()
    for slug, play in LESSONS.items():
        learner = Learner(page, address, lesson=slug, hand=hand)
        learner.open()
        play(learner)
        learner.see_all_passed()
        assert learner.violations() == []
        assert learner.complaints == []
    page.goto(address)
    expect(page.get_by_text("8 of 22")).to_have_count(1)
    context.close()
