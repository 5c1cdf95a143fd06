"""A lab of two functions, and a lesson whose code changes under a draft."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lesson.learner import Learner
from tests.browser.lesson.server import serving
from tests.pages.two_functions import write_pair

pytestmark = pytest.mark.slow


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_pair(tmp_path / "lessons")
    monkeypatch.setenv("COLDSTART_LESSONS", str(folder))
    return folder


@pytest.fixture
def pair(course: Path, chromium: Browser, tmp_path: Path) -> Iterator[Learner]:
    with serving(tmp_path / "data") as address:
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        learner = Learner(context.new_page(), address, lesson="pair")
        yield learner
        context.close()
    assert learner.complaints == []


def test_each_function_has_its_own_code_and_the_page_keeps_to_one(
    pair: Learner, course: Path
) -> None:
    pair.open()
    page = pair.page
    pair.write_code("def handler(event, context):\n    return 'mine'\n")
    page.get_by_role("combobox", name="Function").select_option("pair-waiter")
    expect(page.get_by_role("tab", name="waiter.py")).to_be_visible()
    pair.invoke()
    pair.see_response('"served"')
    page.get_by_role("button", name="Renew the waiter").click()
    expect(page.locator("code-editor[name='file:build.txt']")).to_contain_text("2")
    page.get_by_role("combobox", name="Function").select_option("pair-cook")
    expect(page.locator("code-editor:visible")).to_contain_text("mine")

    start = course / "01-part" / "01-pair" / "start" / "pair-cook" / "cook.py"
    start.write_text(start.read_text() + "\n\nNEWER = True\n")
    page.reload()
    expect(page.get_by_text("The lesson's code has changed since your draft.")).to_be_visible()
    expect(page.locator("code-editor:visible")).to_contain_text("mine")
    assert pair.violations() == []
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#version")).to_contain_text("NEWER = True")
    page.get_by_role("button", name="Take the lesson's code").click()
    expect(page.locator("code-editor:visible")).to_contain_text("NEWER = True")
    expect(page.get_by_text("The lesson's code has changed since your draft.")).to_be_hidden()
