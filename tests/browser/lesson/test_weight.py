"""What a page weighs over the wire, from the first byte to the last, nothing kept from before."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lesson.server import really_serving

pytestmark = pytest.mark.slow
LESSON_KILOBYTES = 320
PAGE_KILOBYTES = 150
LESSON = "/w/local/lessons/cold-and-warm"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with really_serving(tmp_path_factory.mktemp("served") / "data") as address:
        yield address


def weight_kilobytes(chromium: Browser, address: str, path: str) -> float:
    """Return what all answers of a first visit weigh, heads included."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    received: Counter[str] = Counter()

    def count(event: dict[str, Any]) -> None:
        received[event["requestId"]] += int(event["encodedDataLength"])

    session.on("Network.responseReceived", lambda event: count(event["response"] | event))
    session.on("Network.dataReceived", count)
    page.goto(f"{address}{path}", wait_until="load")
    if path == LESSON:
        expect(page.locator("code-editor:defined").first).to_be_visible()
        expect(page.locator("#draft-state")).to_be_visible()
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("load")
    total = sum(received.values()) / 1024
    context.close()
    return total


def test_a_lesson_weighs_little_with_its_editor(chromium: Browser, address: str) -> None:
    weight = weight_kilobytes(chromium, address, LESSON)
    assert LESSON_KILOBYTES / 2 < weight < LESSON_KILOBYTES


@pytest.mark.parametrize("path", ["/", "/reference", "/glossary", "/nowhere"])
def test_any_other_page_weighs_less(chromium: Browser, address: str, path: str) -> None:
    assert PAGE_KILOBYTES / 4 < weight_kilobytes(chromium, address, path) < PAGE_KILOBYTES


def test_the_patterns_keep_their_editors_plain_and_weigh_what_any_page_may(
    chromium: Browser, address: str
) -> None:
    assert weight_kilobytes(chromium, address, "/patterns") < PAGE_KILOBYTES
