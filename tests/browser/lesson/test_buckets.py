"""A lab with a bucket and schedules: files put by hand and dropped, a clock that runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.lesson.learner import Learner
from tests.browser.lesson.server import serving
from tests.classroom.bucket_course import write_photos

pytestmark = pytest.mark.slow

DROP = """board => {
    const data = new DataTransfer();
    data.items.add(new File(["purr"], "dropped.jpg", {type: "image/jpeg"}));
    for (const name of ["dragover", "drop"])
        board.dispatchEvent(new DragEvent(name, {dataTransfer: data, bubbles: true}));
}"""


@pytest.fixture
def photos(chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Learner]:
    monkeypatch.setenv("COLDSTART_LESSONS", str(write_photos(tmp_path / "lessons")))
    with serving(tmp_path / "data") as address:
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        learner = Learner(context.new_page(), address, lesson="photos")
        yield learner
        context.close()
    assert learner.complaints == []


def test_objects_are_put_dropped_opened_and_deleted_and_each_change_is_followed(
    photos: Learner, tmp_path: Path
) -> None:
    photos.open()
    page = photos.page
    page.get_by_role("tab", name="Buckets").click()
    store = page.locator("#bucket-1")
    expect(store).to_contain_text("readme.txt")
    store.get_by_text("Put an object").click()
    store.get_by_label("Key").fill("in/cat.jpg")
    store.get_by_label("Or text").fill("meow")
    store.get_by_role("button", name="Put", exact=True).click()
    expect(store.locator("#bucket-1-said")).to_contain_text("On disk: in/cat.jpg.")
    change = store.locator("#bucket-1-change-1")
    expect(change).to_contain_text("2 of 4 told")
    change.locator("summary").click()
    expect(change).to_contain_text("The key does not end with '.txt'.")
    assert photos.violations() == []
    change.get_by_role("button", name="Show on timeline").click()
    expect(page.locator("#part-story")).to_contain_text("in/cat.jpg (4 B) is put into photo-store")
    store.get_by_label("Key").fill("")
    store.evaluate(DROP)
    expect(store.locator("#bucket-1-said")).to_contain_text("On disk: dropped.jpg.")
    expect(store.locator("#bucket-1-change-2")).to_contain_text("1 of 4 told")
    with page.expect_download() as download:
        store.get_by_role("link", name="Open dropped.jpg").click()
    assert download.value.path().read_text() == "purr"
    _delete_an_object(photos, store)
    _change_who_is_told(photos, store)


def _delete_an_object(photos: Learner, store: Locator) -> None:
    """Be asked, keep it by key, delete it, and take the marker away that hides it."""
    page, asks = photos.page, photos.page.get_by_role("dialog")
    store.get_by_role("button", name="Delete dropped.jpg").press("Enter")
    expect(asks).to_contain_text("Delete dropped.jpg?")
    expect(asks.get_by_role("button", name="Keep the object")).to_be_focused()
    assert photos.violations() == []
    page.keyboard.press("Enter")
    expect(asks).to_have_count(0)
    store.get_by_role("button", name="Delete dropped.jpg").click()
    asks.get_by_role("button", name="Delete object").click()
    expect(store.locator("#bucket-1-change-3")).to_contain_text("hidden")
    store.get_by_role("button", name="Remove the marker dropped.jpg").click()
    expect(asks).to_contain_text("Remove the delete marker of dropped.jpg?")
    asks.get_by_role("button", name="Remove marker").click()
    expect(store.locator("#bucket-1-change-4")).to_contain_text("deleted")
    expect(store.get_by_role("button", name="Remove the marker")).to_have_count(0)


def _change_who_is_told(photos: Learner, store: Locator) -> None:
    """Add a notification that S3 refuses at first, change one, and delete them all."""
    photos.refused = True
    told = store.locator("#bucket-1-notifications")
    store.get_by_text("Add a notification").click()
    new = store.locator("#bucket-1-new-notification-form")
    new.get_by_label("Name").fill("tables")
    new.get_by_role("button", name="Add notification").click()
    expect(new).to_contain_text("Configurations overlap.")
    expect(new.get_by_label("Name")).to_have_value("tables")
    photos.page.emulate_media(color_scheme="dark")
    assert photos.violations() == []
    new.get_by_label("Suffix").fill(".csv")
    new.get_by_role("button", name="Add notification").click()
    said = store.locator("#bucket-1-said")
    expect(said).to_contain_text("Added: tables tells photo-reader from now on.")
    expect(new.get_by_label("Name")).to_have_value("")
    expect(told).to_contain_text("Notifications 4")
    tables = store.locator("details[id^=bucket-1-notification-]").nth(3)
    tables.locator("summary").click()
    tables.get_by_label("Prefix").fill("all/")
    tables.get_by_role("button", name="Set the notification").click()
    expect(said).to_contain_text("Set: tables is so for every change from now on.")
    expect(tables).to_contain_text("prefix all/ · suffix .csv")
    expect(tables).to_have_attribute("open", "")
    _delete_every_notification(photos, told)
    told.get_by_role("button", name="Turn EventBridge off").click()
    expect(told).to_contain_text("EventBridge hears of nothing.")


def _delete_every_notification(photos: Learner, told: Locator) -> None:
    """Be asked each time; the last one leaves a sentence rather than a count of nothing."""
    asks = photos.page.get_by_role("dialog")
    ends = ("No function, queue or", "Notifications 1", "Notifications 2", "Notifications 3")
    for number, left in reversed(list(enumerate(ends, start=1))):
        row = told.locator("details[id^=bucket-1-notification-]").nth(number - 1)
        if number < len(ends):  # the last one was just changed, and is open
            row.locator("summary").click()
        row.get_by_role("button", name="Delete the notification").click()
        asks.get_by_role("button", name="Delete notification").click()
        expect(told).to_contain_text(left)
    expect(told).not_to_contain_text("Notifications 0")
