"""A learner at a lesson: what they see and do, in their words."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.lesson.hands import Hand, Keys, Mouse
from tests.chromium import PATIENCE_MS

AXE = (Path(__file__).parents[2] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SETTLED = """() => {
  const moving = () => document.getAnimations().filter((one) => one instanceof CSSTransition);
  for (let turn = 0; turn < 10; turn++) moving().forEach((one) => one.finish());
  return moving().length;
}"""
"""Colours on their way from one theme to another are nobody's choice of colours.

They are brought to their end: a page that draws no frames never ends them by itself.
"""
SOLVED = """\
import time

time.sleep(0.05)
calls = 0


def handler(event, context):
    global calls
    calls += 1
    return {"cold": calls == 1}
"""

DRAWN = """() => document.querySelector("cold-timeline").segments
  .filter(({ end }) => end !== null).map(({ id }) => id)"""
MOST_TABS = 120
Role = Literal["button", "link", "listbox", "radio"]
_HAS_FOCUS = "one => one === document.activeElement || one.contains(document.activeElement)"


class Learner:
    """Drives one page of the lesson and notes every complaint of the browser."""

    def __init__(
        self,
        page: Page,
        address: str,
        *,
        lesson: str = "cold-and-warm",
        hand: type[Mouse] | type[Keys] = Mouse,
    ) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE_MS)
        self.hand: Hand = hand(page)
        self._address = address
        self._lesson = lesson
        self.complaints: list[str] = []
        self.refused = False
        page.on("console", lambda message: self._note(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._note_stranger)

    def open(self, step: str = "") -> None:
        """Open the lesson and wait until the lab is live."""
        query = f"?step={step}" if step else ""
        self.page.goto(f"{self._address}/w/local/lessons/{self._lesson}{query}")
        expect(self.page.locator("cold-timeline:defined")).to_be_visible()

    def step(self) -> Locator:
        """Return the step that is shown."""
        return self.page.locator("[data-step]:visible")

    def press(self, name: str, *, which: int = 0) -> None:
        """Press a button of the step's prose, and wait until its run has ended."""
        button = self.step().get_by_role("button", name=name, exact=True).nth(which)
        with self.page.expect_response(lambda answer: "/press/" in answer.url):
            self.hand.press(button)
        self.wait_until_quiet()

    def predict(self, answer: str) -> None:
        """Choose an answer of the step's prediction and commit to it."""
        self.hand.choose(self.step().get_by_label(answer, exact=True))
        self.hand.press(self.step().get_by_role("button", name="Commit", exact=True))
        self.see_committed()

    def predict_attempts(self, *times: str) -> None:
        """Choose a time for each attempt, and commit."""
        for number, time in enumerate(times, start=1):
            self.hand.select(self.step().get_by_label(f"Attempt {number}", exact=True), time)
        self.hand.press(self.step().get_by_role("button", name="Commit", exact=True))
        self.see_committed()

    def see_attempts(self, *cells: str | re.Pattern[str]) -> None:
        """Expect the revealed prediction to say when each attempt came, and whether as said."""
        row = self.step().get_by_role("row", name="It ran at")
        expect(row.get_by_role("cell")).to_have_text([*cells])

    def see_passed(self, task: str) -> None:
        """Expect the task to be ticked."""
        row = self.step().locator(".task", has_text=task).first
        try:
            expect(row).to_have_class(_including("task--passed"))
        except AssertionError as error:
            error.add_note(f"The page says: {row.inner_text()}")
            raise

    def see_revealed(self, said: str) -> None:
        """Expect the step's prediction to be revealed, with what was said."""
        expect(self.step().locator(".prediction")).to_contain_text(said)
        expect(self.step().locator(".prediction")).to_contain_text("Show on timeline")

    def see_committed(self) -> None:
        """Expect the step's prediction to be committed."""
        expect(self.step().get_by_text("committed, the run decides")).to_be_visible()

    def see_arrived(self, caller: str, *said: str) -> None:
        """Expect the card of a caller to show an event in which all this is."""
        card = self.step().get_by_role("article", name=caller, exact=True)
        for text in said:
            expect(card.locator(".arrived")).to_contain_text(text)

    def turn(self, name: str) -> None:
        """Go on to the next step, where nothing was tried yet: none of its tasks has failed."""
        before = self.step().get_attribute("data-step")
        self.hand.press(self.page.get_by_role("link", name=name).locator("visible=true"))
        expect(self.step()).not_to_have_attribute("data-step", before or "")
        expect(self.step().locator(".task--failed")).to_have_count(0)

    def wait_until_quiet(self) -> None:
        """Wait until no button awaits its run."""
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)

    # -- the lab

    def write_code(self, text: str) -> None:
        """Replace the code in the editor."""
        self.hand.write_code(text)

    def write_event(self, text: str) -> None:
        """Replace the event."""
        self._write("Event", text)

    def press_invoke(self) -> None:
        """Press Invoke."""
        self.page.locator("[data-invoke]:visible").first.click()

    def begin_invoke(self) -> None:
        """Press Invoke and wait until the call runs."""
        self.press_invoke()
        expect(self.page.get_by_role("button", name="Stop", exact=True)).to_be_enabled()

    def invoke(self) -> None:
        """Press Invoke and wait for the answer."""
        self.press_invoke()
        self.wait_until_quiet()

    def stop(self) -> None:
        """Stop what runs."""
        self.page.get_by_role("button", name="Stop", exact=True).click()
        self.wait_until_quiet()

    def set_timeout(self, seconds: int) -> None:
        """Change the function's timeout."""
        self._configure("Timeout", str(seconds))

    def set_variables(self, text: str) -> None:
        """Change the function's environment variables."""
        self._configure("Environment variables", text)

    def _configure(self, field: str, text: str) -> None:
        self.hand.show("Configuration")
        self.hand.write(self.page.get_by_role("textbox", name=field), text)
        with self.page.expect_response(lambda answer: answer.url.endswith("/configuration")):
            self.hand.press(self.page.get_by_role("button", name="Save configuration"))
        expect(self.page.get_by_text("Saved. The next call starts cold.")).to_be_visible()
        self.hand.leave()

    def set_age(self, seconds: int) -> None:
        """Change how old an event may be."""
        self.hand.show("Configuration")
        self.hand.write(
            self.page.locator("#asynchronous").get_by_label("Maximum age"), str(seconds)
        )
        self._save_asynchronous()

    def route(self, what: str, target: str, *, of: str = "") -> None:
        """Choose where records or dead letters go, of a version or alias if one is named."""
        self.hand.show("Configuration")
        if of:
            whose = self.page.get_by_label("Of which version or alias")
            self.hand.select(whose, of)
            expect(whose).to_have_value(of)
            expect(self.page.locator("#asynchronous")).not_to_have_class("htmx-request")
        self.hand.select(self.page.locator("#asynchronous").get_by_label(what, exact=True), target)
        self._save_asynchronous()

    def look_at(self, function: str) -> None:
        """Choose which function of the lab is shown."""
        self.hand.show("Code")
        with self.page.expect_navigation():
            self.hand.select(self.page.get_by_role("combobox", name="Function"), function)
            if isinstance(self.hand, Keys):
                self.key("Enter")

    def _save_asynchronous(self) -> None:
        form = self.page.locator("#asynchronous")
        with self.page.expect_response(lambda answer: answer.url.endswith("/asynchronous")):
            self.hand.press(form.get_by_role("button", name="Save asynchronous invocation"))
        expect(form.get_by_text("Saved.")).to_be_visible()
        self.hand.leave()

    def choose_fault(self, name: str) -> None:
        """Switch a fault knob on."""
        self._show_tab("Faults")
        with self.page.expect_response(lambda answer: answer.url.endswith("/faults")):
            self.page.locator("#faults").get_by_label(name).check()

    def reset_lab(self) -> None:
        """Put the whole lab back, as its menu and its dialog offer."""
        self.page.get_by_role("button", name="Reset", exact=True).click()
        self.page.get_by_role("button", name="Reset lab").first.click()
        self.page.get_by_role("dialog").get_by_role("button", name="Reset lab").click()

    def undo_reset(self) -> None:
        """Take the last reset back, from the menu."""
        self.page.get_by_role("button", name="Reset", exact=True).click()
        self.page.get_by_role("button", name="Undo the reset").click()

    def answer(self, question: str, option: str) -> None:
        """Answer a review question, wherever its step is."""
        form = self.page.locator(f"#question-{question}")
        step = form.locator("xpath=ancestor::*[@data-step]").get_attribute("data-step")
        self.page.evaluate(f"document.querySelector('#steps [href$={step}]').click()")
        form.get_by_label(option).check()
        form.get_by_role("button", name="Check answer").click()

    def check_answer(self, question: str, answer: str) -> None:
        """Answer a review question of the step, and expect it to be right."""
        form = self.step().locator("form.question", has_text=question)
        self.hand.choose(form.get_by_label(answer, exact=True))
        self.hand.press(form.get_by_role("button", name="Check answer"))
        expect(form.locator(".badge")).to_have_text("Right")

    def reflect(self, text: str) -> None:
        """Write down an answer of one's own, and expect a good one beside it."""
        form = self.step().locator("form.reflection")
        self.hand.write(form.get_by_role("textbox"), text)
        self.hand.press(form.get_by_role("button", name="Keep"))
        expect(form).to_contain_text("A good answer says")

    def see_all_passed(self) -> None:
        """Expect every task of the lesson to be ticked, and the lesson to be done."""
        expect(self.page.locator(".task")).not_to_have_count(0)
        expect(self.page.locator(".task:not(.task--passed)")).to_have_count(0)

    def drawn(self) -> list[str]:
        """Return the ids of what the timeline shows and what has ended."""
        ids: list[str] = self.page.evaluate(f"({DRAWN})()")
        return ids

    def see_drawn(self, ids: Sequence[str]) -> None:
        """Wait until the timeline shows all of these."""
        self.page.evaluate(
            f"""ids => new Promise((done) => {{
              const look = () => {{
                const drawn = ({DRAWN})();
                if (ids.every((id) => drawn.includes(id))) done(); else setTimeout(look, 50);
              }};
              look();
            }})""",
            list(ids),
        )

    def see_response(self, text: str) -> None:
        """Expect the response to hold the text."""
        self._show_tab("Response")
        expect(self.page.locator("#part-response")).to_contain_text(text)

    def see_story(self, text: str) -> None:
        """Expect the story of the selection to say the text."""
        expect(self.page.locator(".story:visible").first).to_contain_text(text)

    def see_finding(self, text: str) -> None:
        """Expect the editor to mark a finding."""
        expect(self.page.locator("code-editor:visible")).to_contain_text(text)

    def see_error(self, text: str) -> None:
        """Expect the lab to say why it refused."""
        expect(self.page.locator("#lab-error")).to_contain_text(text)

    # -- keys

    def key(self, name: str) -> None:
        """Press a key."""
        self.page.keyboard.press(name)

    def tab_to(self, role: Role, name: str) -> None:
        """Press Tab until what is named has the focus; Escape lets it out of the editor."""
        wanted = self.page.get_by_role(role, name=name).locator("visible=true")
        for _ in range(MOST_TABS):
            if any(one.evaluate(_HAS_FOCUS) for one in wanted.all()):
                return
            if self.focus_is_in_editor():
                self.key("Escape")
            self.key("Tab")
        raise AssertionError(f"Tab never comes to the {role} '{name}'")

    def press_key_on(self, role: Role, name: str, key: str) -> None:
        """Tab to something and press a key there."""
        self.tab_to(role, name)
        self.key(key)

    def focus_editor(self) -> None:
        """Put the focus into the code editor."""
        self.page.locator("code-editor:defined:visible").first.locator(".cm-content").focus()

    def focus_is_in_editor(self) -> bool:
        """Tell whether the code editor has the focus."""
        return bool(self.page.evaluate("document.activeElement.localName === 'code-editor'"))

    def see_keys(self) -> None:
        """Expect the key sheet."""
        expect(self.page.locator("dialog#keys")).to_be_visible()

    def see_no_keys(self) -> None:
        """Expect no key sheet."""
        expect(self.page.locator("dialog#keys")).to_be_hidden()

    # -- the page

    def use_theme(self, theme: str) -> None:
        """Let the system ask for a theme."""
        self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")

    def use_width(self, width: int) -> None:
        """Make the window narrower."""
        self.page.set_viewport_size({"width": width, "height": 844})

    def visit(self, path: str) -> None:
        """Open any page."""
        self.page.goto(f"{self._address}{path}")

    def _write(self, tab: str, text: str) -> None:
        self._show_tab(tab)
        editor = self.page.locator("code-editor:defined:visible").first
        editor.locator(".cm-content").click()
        self.key("Control+a")
        self.page.keyboard.insert_text(text)

    def _show_tab(self, name: str) -> None:
        tab = self.page.get_by_role("tab", name=name).first
        if tab.get_attribute("aria-selected") != "true":
            tab.click()

    def violations(self) -> list[str]:
        """Return what axe finds once nothing moves, as ``rule: element``."""
        assert self.page.evaluate(SETTLED) == 0
        self.page.evaluate(AXE)
        found = self.page.evaluate(
            "axe.run(document, {preload: false, resultTypes: ['violations']})"
        )
        return [
            f"{violation['id']}: {node['target']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def _note(self, message: str) -> None:
        """Note a console message; the browser's own line about a refusal that was meant is none."""
        if not (self.refused and message.startswith("Failed to load resource")):
            self.complaints.append(message)

    def _note_stranger(self, request: Request) -> None:
        if urlsplit(request.url).scheme in ("http", "https") and not request.url.startswith(
            self._address
        ):
            self.complaints.append(f"a request left the app: {request.url}")


def _including(name: str) -> re.Pattern[str]:
    return re.compile(rf"(^|\s){name}(\s|$)")
