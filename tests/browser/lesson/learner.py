"""A learner at the lesson on cold and warm starts: what they see and do, in their words."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Request, expect

AXE = (Path(__file__).parents[2] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PATIENCE_MS = 15_000
SOLVED = """\
import time

time.sleep(0.05)
calls = 0


def handler(event, context):
    global calls
    calls += 1
    return {"cold": calls == 1}
"""

expect.set_options(timeout=PATIENCE_MS)


class Learner:
    """Drives one page of the lesson and notes every complaint of the browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self._address = address
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._note_stranger)

    def open(self, step: str = "") -> None:
        """Open the lesson and wait until the lab is live."""
        query = f"?step={step}" if step else ""
        self.page.goto(f"{self._address}/w/local/lessons/cold-and-warm{query}")
        expect(self.page.locator("cold-timeline")).to_be_visible()
        self.page.wait_for_function("customElements.get('cold-timeline') !== undefined")

    def step(self) -> Locator:
        """Return the step that is shown."""
        return self.page.locator("[data-step]:visible")

    def press(self, name: str, *, which: int = 0) -> None:
        """Press a button of the step's prose, and wait until its run has ended."""
        button = self.step().get_by_role("button", name=name, exact=True).nth(which)
        button.click()
        self.wait_until_quiet()

    def predict(self, answer: str) -> None:
        """Choose an answer of the step's prediction and commit to it."""
        self.step().get_by_label(answer, exact=True).check()
        self.step().get_by_role("button", name="Commit").click()
        expect(self.step().get_by_text("committed, the run decides")).to_be_visible()

    def see_passed(self, task: str) -> None:
        """Expect the task to be ticked."""
        row = self.step().locator(".task", has_text=task)
        expect(row.first).to_have_class(_including("task--passed"))

    def see_revealed(self, said: str) -> None:
        """Expect the step's prediction to be revealed, with what was said."""
        expect(self.step().locator(".prediction")).to_contain_text(said)
        expect(self.step().locator(".prediction")).to_contain_text("Show on timeline")

    def wait_until_quiet(self) -> None:
        """Wait until no run is under way."""
        expect(self.page.locator("button[data-invoke]:visible").first).to_be_enabled()
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)

    def violations(self) -> list[str]:
        """Return what axe finds, as ``rule: element``."""
        self.page.evaluate(AXE)
        found = self.page.evaluate("axe.run(document, {preload: false})")
        return [
            f"{violation['id']}: {node['target']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def _note_stranger(self, request: Request) -> None:
        if urlsplit(request.url).scheme in ("http", "https") and not request.url.startswith(
            self._address
        ):
            self.complaints.append(f"a request left the app: {request.url}")


def _including(name: str) -> re.Pattern[str]:
    return re.compile(rf"(^|\s){name}(\s|$)")
