"""The boards of a lab's queues, and where its events go, as a learner works them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.lesson.learner import Learner
from tests.browser.lesson.server import serving
from tests.classroom.queue_course import write_orders

pytestmark = pytest.mark.slow
HOSTILE = '{"a": "</code><img src=x onerror=alert(1)>"}'


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("COLDSTART_LESSONS", str(write_orders(tmp_path / "lessons")))
    with serving(tmp_path / "data") as at:
        yield at


def test_a_message_is_sent_received_hidden_deleted_and_followed(
    chromium: Browser, address: str
) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    learner = Learner(context.new_page(), address, lesson="orders")
    learner.open()
    page = learner.page
    page.get_by_role("tab", name="Queues").click()
    board = page.get_by_role("region", name="orders-failed")
    _send(board, HOSTILE)
    expect(page.get_by_role("tab", name="Queues")).to_contain_text("1")
    _hold(board)
    assert learner.violations() == []
    expect(page.locator("#part-story")).to_contain_text("Message 1")
    _end(page, board)
    _configure(page)
    assert learner.violations() == []
    context.close()


def _send(board: Locator, body: str) -> None:
    expect(board).to_contain_text("No messages.")
    board.get_by_text("Send a message").click()
    board.get_by_role("textbox", name="Body").fill(body)
    board.get_by_role("button", name="Send", exact=True).click()
    message = board.get_by_role("listitem").filter(has_text="Message 1")
    expect(message).to_contain_text("visible")
    message.locator("summary").press("Enter")
    expect(message.get_by_label("Body")).to_contain_text(body[6:40])


def _hold(board: Locator) -> None:
    """Receive by key, hide for longer, and follow the message to the timeline."""
    message = board.get_by_role("listitem").filter(has_text="Message 1")
    board.get_by_role("button", name="Receive").press("Enter")
    expect(board).to_contain_text("What the consumer gets")
    expect(message).to_contain_text("in flight")
    expect(message).to_contain_text("back in")
    # What was open stays open while the board is drawn anew.
    expect(message.get_by_label("Body")).to_be_visible()
    message.get_by_label("Seconds that message 1 stays invisible").fill("600")
    message.get_by_role("button", name="Hide for so many s").click()
    expect(message).to_contain_text("min")
    message.get_by_role("button", name="Show on timeline").click()


def _end(page: Page, board: Locator) -> None:
    board.get_by_role("button", name="Delete").click()
    expect(board).to_contain_text("No messages.")
    board.get_by_text("Left the queue").click()
    expect(board).to_contain_text("Message 1 Deleted after 1 receive")
    board.get_by_role("button", name="Purge", exact=True).click()
    page.get_by_role("button", name="Purge queue").click()
    expect(board).to_contain_text("Purged: nothing is in it.")


def _configure(page: Page) -> None:
    form = page.locator("#asynchronous")
    page.get_by_role("tab", name="Configuration").click()
    form.get_by_label("Maximum age").fill("59")
    form.get_by_role("button", name="Save asynchronous invocation").click()
    expect(form).to_contain_text("greater than or equal to 60")
    form.get_by_label("Maximum age").fill("60")
    form.get_by_label("On failure").select_option("orders-dead")
    form.get_by_role("button", name="Save asynchronous invocation").click()
    expect(form).to_contain_text("Saved.")
    expect(form.get_by_label("On failure")).to_have_value("orders-dead")


def test_the_boards_work_without_scripts(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/w/local/lessons/orders")
    board = page.get_by_role("region", name="orders-failed")
    board.get_by_text("Send a message").click()
    board.get_by_role("textbox", name="Body").fill("by hand")
    board.get_by_role("button", name="Send", exact=True).click()
    expect(board.get_by_role("listitem")).to_contain_text("Message 1")
    board.get_by_role("button", name="Receive").click()
    expect(board.get_by_role("listitem")).to_contain_text("in flight")
    board.locator("summary", has_text="Message 1").click()
    board.get_by_role("button", name="Delete").click()
    expect(board).to_contain_text("No messages.")
    context.close()
