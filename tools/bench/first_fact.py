"""``python -m tools.bench.first_fact``: from a click in a browser to the first fact shown."""

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tools.bench.measure import Figure, figure
from tools.bench.ours import served
from tools.ensure_browser import ensure_browser

LESSON = "/w/local/lessons/cold-and-warm?step=first-call"
TARGET_SECONDS = 0.1
PRESS = "[data-step][data-current] [data-press=invoke-once]"
# From the click's own time stamp to the end of the first frame that has one fact more.
MEASURE = """(press) => new Promise((done) => {
  const facts = () => document.getElementById("timeline").segments.length;
  const before = facts();
  const button = document.querySelector(press);
  let clicked = 0;
  button.addEventListener("click", ({ timeStamp }) => { clicked = timeStamp; }, { once: true });
  const painted = () => setTimeout(() => done((performance.now() - clicked) / 1000));
  const look = () => requestAnimationFrame(facts() > before ? painted : look);
  button.click();
  look();
})"""


def main() -> int:
    """Measure warm presses and print the figure; return 0 whatever comes out."""
    samples = 10 if os.environ.get("QUICK") else 60
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as port:
        found = _measured(f"http://127.0.0.1:{port}{LESSON}", samples=samples)
    verdict = "holds" if found.p50 <= TARGET_SECONDS else "falls short"
    print(
        f"{found.name}: p50 {found.p50 * 1e3:.1f} ms, p99 {found.p99 * 1e3:.1f} ms, "
        f"{found.samples} samples (target {TARGET_SECONDS * 1e3:.0f} ms: {verdict})"
    )
    return 0


def _measured(address: str, *, samples: int) -> Figure:
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ensure_browser(), args=as_root)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(address)
        _press(page)  # the cold one, which is drawn from nothing
        times = [_press(page) for _ in range(samples)]
        browser.close()
    return figure("click to first visible fact", times)


def _press(page: Page) -> float:
    seconds = float(page.evaluate(MEASURE, PRESS))
    page.wait_for_selector("[aria-busy=true]", state="detached")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
