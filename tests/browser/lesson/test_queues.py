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


def test_a_queue_is_set_otherwise_refused_undone_and_its_dead_letters_driven_back(
    chromium: Browser, address: str
) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    learner = Learner(context.new_page(), address, lesson="orders")
    learner.open()
    page = learner.page
    page.get_by_role("tab", name="Queues").click()
    board = page.get_by_role("region", name="orders-failed")
    board.locator("summary", has_text="Settings").press("Enter")
    learner.refused = True
    _set(board, "43201", says="Invalid value for the parameter VisibilityTimeout.")
    expect(board.get_by_label("Visibility timeout")).to_have_attribute("aria-invalid", "true")
    assert learner.violations() == []
    _set(board, "600", says="Saved: it holds for what happens from now on.")
    for said in ("visibility timeout 10 min", "delay 5 s", "kept for 1 h", "after 2 receives"):
        expect(board.locator(".board__about")).to_contain_text(said)
    page.reload()
    page.get_by_role("tab", name="Queues").click()
    board.locator("summary", has_text="Settings").press("Enter")
    board.get_by_role("button", name="Undo").press("Enter")
    expect(board.locator("[data-queue-settings]")).to_contain_text("Undone")
    expect(board.get_by_label("Visibility timeout")).to_have_value("20")
    expect(board.locator(".board__about")).to_contain_text("after 1 receive")
    expect(board.get_by_role("button", name="Undo")).to_have_count(0)
    _drive_back(page, board)
    _tell_by_content(page)
    assert learner.violations() == []
    context.close()
    assert learner.complaints == []


def _set(board: Locator, visibility: str, *, says: str) -> None:
    """Change every setting, and save."""
    form = board.locator("[data-queue-settings]")
    form.get_by_label("Visibility timeout").fill(visibility)
    form.get_by_label("Delivery delay").fill("5")
    form.get_by_label("Retention").fill("3600")
    form.get_by_label("Dead-letter queue").select_option("orders-dead")
    form.get_by_label("There after").fill("2")
    form.get_by_role("button", name="Save settings").click()
    expect(form).to_contain_text(says)


def _drive_back(page: Page, board: Locator) -> None:
    """Let a message become a dead letter by its settings, and move it back."""
    dead = page.get_by_role("region", name="orders-dead")
    _send(board, HOSTILE)
    message = board.get_by_role("listitem").filter(has_text="Message 1")
    board.get_by_role("button", name="Receive").click()
    expect(message).to_contain_text("in flight")
    message.get_by_label("Seconds that message 1 stays invisible").fill("0")
    message.get_by_role("button", name="Hide for so many s").click()
    expect(message).to_contain_text("visible")
    board.get_by_role("button", name="Receive").click()
    expect(dead.get_by_role("listitem")).to_contain_text("Message 1")
    dead.get_by_role("button", name="Redrive").click()
    expect(dead).to_contain_text("1 moved back to where they came from.")
    expect(message).to_contain_text("visible")


def _tell_by_content(page: Page) -> None:
    """Send the same twice to a FIFO queue that is set to drop it."""
    steps = page.get_by_role("region", name="orders-steps.fifo")
    steps.locator("summary", has_text="Settings").click()
    steps.get_by_label("Duplicates").select_option("told by content")
    steps.get_by_role("button", name="Save settings").click()
    expect(steps.locator(".board__about")).to_contain_text("tells duplicates by content")
    steps.get_by_text("Send a message").click()
    for _ in range(2):
        steps.get_by_role("button", name="Send", exact=True).click()
        expect(steps.get_by_role("listitem").filter(has_text="Message")).to_have_count(1)


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
