"""Nothing jumps: not when the lab goes live, not when fonts and editor come, not at a press."""

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.slow
LESSON = "/w/local/lessons/cold-and-warm?step=frozen"
WIDTHS = [(1440, 900), (1024, 768), (768, 1024), (390, 844)]
# Chromium's own measure: shifts that follow a press within half a second are the learner's own.
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    if (hadRecentInput) continue;
    const names = sources.map(({ node }) => node?.id || node?.className || node?.nodeName);
    window.shifts.push([value, String(names)]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
GOOD = 0.01
"""A tenth of what the web's own measure calls good (0.1)."""


def shifted(page: Page) -> list[tuple[float, str]]:
    """Return every shift once the page has painted twice more."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found: list[tuple[float, str]] = page.evaluate("window.shifts")
    return found


def opened(chromium: Browser, address: str, path: str, width: int, height: int) -> Page:
    context = chromium.new_context(base_url=address, viewport={"width": width, "height": height})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(path)
    page.evaluate("document.fonts.ready")
    return page


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_a_lesson_stays_while_its_lab_goes_live_and_runs(
    chromium: Browser, address: str, width: int, height: int
) -> None:
    page = opened(chromium, address, LESSON, width, height)
    expect(page.locator("code-editor .cm-editor").first).to_be_attached()
    page.locator("[data-step]:visible").get_by_role("button", name="Invoke once").first.click()
    expect(page.locator("#task-warm-start, #part-response").last).to_contain_text("Call 1")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    shifts = shifted(page)
    page.context.close()
    assert sum(value for value, _ in shifts) < GOOD, shifts


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_home_page_stays_while_its_figure_goes_live(
    chromium: Browser, address: str, width: int, height: int
) -> None:
    page = opened(chromium, address, "/", width, height)
    expect(page.locator("#figure")).to_contain_text("Nothing has run.")
    shifts = shifted(page)
    page.context.close()
    assert sum(value for value, _ in shifts) < GOOD, shifts
