"""A message from the learner's hand to each of its readers, and why one of them does not get it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.lesson.learner import Learner
from tests.browser.lesson.server import serving
from tests.classroom.topic_course import write_news

pytestmark = pytest.mark.slow


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    folder = write_news(tmp_path / "lessons")
    monkeypatch.setenv("COLDSTART_LESSONS", str(folder))
    with serving(tmp_path / "data") as running:
        yield running


@pytest.fixture
def reader(chromium: Browser, address: str) -> Iterator[Learner]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    learner = Learner(context.new_page(), address, lesson="news")
    yield learner
    context.close()
    assert learner.complaints == []


def test_a_message_is_published_filtered_and_followed_on_its_board(reader: Learner) -> None:
    page = reader.page
    reader.open()
    page.get_by_role("tab", name="Topics").click()
    board = page.locator("#topic-1")
    board.locator(".board__summary").click()
    board.get_by_label("Attributes").fill("kind=open")
    board.get_by_role("button", name="Publish", exact=True).click()
    expect(board.get_by_role("status")).to_contain_text("Published and on disk")
    first = board.locator("#topic-1-message-1")
    expect(first).to_contain_text("1 filtered · 2 delivered")
    first.locator("summary").click()
    expect(first).to_contain_text('kind is "open"; the pattern asks for "paid"')

    paid = board.locator("details[id^=topic-1-subscription-]").nth(2)
    paid.locator("summary").focus()
    page.keyboard.press("Enter")
    paid.get_by_label("Filter policy").fill('{"kind": ["open"]}')
    paid.get_by_role("button", name="Set the filter").click()
    expect(board.get_by_role("status")).to_contain_text("from now on")
    expect(paid).to_contain_text('only {"kind": ["open"]}')
    board.get_by_role("button", name="Publish", exact=True).click()
    expect(board.locator("#topic-1-message-2")).to_contain_text("3 delivered")
    expect(first).to_have_attribute("open", "")

    first.get_by_role("button", name="Show on timeline").click()
    expect(page.locator("#part-story")).to_contain_text("Notification 1 is published to news")
    for theme in ("light", "dark"):
        reader.use_theme(theme)
        assert reader.violations() == []
    _end_every_subscription(reader, board)


def _end_every_subscription(reader: Learner, board: Locator) -> None:
    """Be asked, keep one by key, and end one after the other until nobody is subscribed."""
    page, asks = reader.page, reader.page.get_by_role("dialog")
    listed = board.locator("#topic-1-subscriptions")
    first = listed.locator("details[id^=topic-1-subscription-]").first
    first.locator("summary").click()
    first.get_by_role("button", name="End the subscription").press("Enter")
    expect(asks).to_contain_text("Its filter goes")
    expect(asks.get_by_role("button", name="Keep the subscription")).to_be_focused()
    assert reader.violations() == []
    page.keyboard.press("Enter")
    expect(asks).to_have_count(0)
    expect(listed).to_contain_text("Subscriptions 3")
    ends = ((3, "Subscriptions 2"), (2, "Subscriptions 1"), (1, "Nobody is subscribed"))
    for number, left in ends:
        row = listed.locator("details[id^=topic-1-subscription-]").nth(number - 1)
        if number == 2:  # the others are open
            row.locator("summary").click()
        row.get_by_role("button", name="End the subscription").click()
        asks.get_by_role("button", name="End subscription", exact=True).click()
        expect(board.locator("#topic-1-said")).to_contain_text("nded")
        expect(listed).to_contain_text(left)
    expect(listed.get_by_role("button", name="Subscribe")).to_be_visible()
