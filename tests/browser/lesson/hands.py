"""Three ways to use a page: with the mouse, with keys alone, with a finger on a phone."""

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from playwright.sync_api import ElementHandle, Locator, Page, expect

MOST_TABS = 150
TABS_AT_A_TIME = 15
"""After so many what is looked for is found anew, as the page may have drawn it anew."""
MOST_TIMES = 5
TYPED_MS = 5_000
_HAS_FOCUS = "one => one === document.activeElement || one.contains(document.activeElement)"
_WHERE = """things => {
  const active = document.activeElement;
  if (things.some((one) => one === active || one.contains(active))) return "there";
  return active.localName === "code-editor" ? "in the editor" : "elsewhere";
}"""


class Hand(Protocol):
    """What a person does with things on a page."""

    def press(self, thing: Locator) -> None:
        """Press a button, follow a link."""

    def choose(self, answer: Locator) -> None:
        """Choose one of several answers."""

    def write(self, field: Locator, text: str) -> None:
        """Replace what stands in a field."""

    def select(self, field: Locator, words: str) -> None:
        """Choose in a list that unfolds what reads so."""

    def write_code(self, text: str) -> None:
        """Replace the code in the editor."""

    def show(self, tab: str) -> None:
        """Bring a part of the lab to the front."""

    def leave(self) -> None:
        """Come back from the part of the lab to the text, where it hides the text."""


class Mouse:
    """A pointer, and keys only to type."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, thing: Locator) -> None:
        thing.click()

    def choose(self, answer: Locator) -> None:
        answer.check()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def select(self, field: Locator, words: str) -> None:
        field.select_option(label=words)

    def write_code(self, text: str) -> None:
        self.show("Code")
        _editor(self.page).click()
        _replace(self.page, text)

    def show(self, tab: str) -> None:
        wanted = _tab(self.page, tab)
        if wanted.get_attribute("aria-selected") != "true":
            self.press(wanted)

    def leave(self) -> None:
        """Nothing: the text stands beside the lab."""


class Finger(Mouse):
    """A phone: everything is tapped, and the editor takes the whole window."""

    def press(self, thing: Locator) -> None:
        thing.tap()

    def choose(self, answer: Locator) -> None:
        answer.tap()
        expect(answer).to_be_checked()

    def write(self, field: Locator, text: str) -> None:
        field.tap()
        field.fill(text)

    def write_code(self, text: str) -> None:
        self.show("Code")
        _editor(self.page).tap()
        _replace(self.page, text)
        self.leave()

    def show(self, tab: str) -> None:
        self.press(_tab(self.page, tab))

    def leave(self) -> None:
        self.press(self.page.get_by_role("button", name="Done", exact=True).locator("visible=true"))


class Keys:
    """No pointer at all: Tab goes to things, Enter and Space press them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, thing: Locator) -> None:
        self.go_to(thing)
        self.page.keyboard.press("Enter")

    def choose(self, answer: Locator) -> None:
        """Go into the group with Tab, and with arrows to the answer."""
        group = answer.locator("xpath=ancestor::fieldset[1]").get_by_role("radio")
        self._tab_to(group.element_handles)
        for _ in range(group.count()):
            if _has_focus(answer):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        expect(answer).to_be_checked()

    def write(self, field: Locator, text: str) -> None:
        self.go_to(field)
        _replace(self.page, text)

    def select(self, field: Locator, words: str) -> None:
        """Go to the field with Tab, and type what the answer begins with.

        The browser takes what comes a second later for the beginning of another answer, so on a
        busy machine a person types again.
        """
        chosen = field.locator("option:checked")
        for _ in range(MOST_TIMES):
            self.go_to(field)
            self.page.keyboard.type(words)
            with suppress(AssertionError):
                expect(chosen).to_have_text(words, timeout=TYPED_MS)
                return
        expect(chosen).to_have_text(words)

    def write_code(self, text: str) -> None:
        self.show("Code")
        editor = self.page.locator("code-editor:defined").locator("visible=true").first
        self.go_to(editor)
        _replace(self.page, text)
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Tab")

    def show(self, tab: str) -> None:
        """Go to the tabs with Tab, and with arrows along them."""
        wanted = _tab(self.page, tab)
        tabs = wanted.locator("xpath=ancestor::*[@role='tablist'][1]").get_by_role("tab")
        self._tab_to(tabs.element_handles)
        for _ in range(tabs.count()):
            if _has_focus(wanted):
                break
            self.page.keyboard.press("ArrowRight")
        expect(wanted).to_have_attribute("aria-selected", "true")

    def leave(self) -> None:
        """Nothing: the text stands beside the lab."""

    def go_to(self, thing: Locator) -> None:
        """Press Tab until the thing has the focus; Escape lets out of the editor."""
        self._tab_to(lambda: [thing.element_handle()])

    def _tab_to(self, find: Callable[[], list[ElementHandle]]) -> None:
        things = find()
        for tab in range(1, MOST_TABS):
            if tab % TABS_AT_A_TIME == 0:
                things = find()
            where = self.page.evaluate(_WHERE, things)
            if where == "there":
                return
            if where == "in the editor":
                self.page.keyboard.press("Escape")
            self.page.keyboard.press("Tab")
        raise AssertionError("Tab never comes there")


def _has_focus(thing: Locator) -> bool:
    return bool(thing.evaluate(_HAS_FOCUS))


def _tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name).first


def _editor(page: Page) -> Locator:
    return page.locator("code-editor:defined:visible").first.locator(".cm-content")


def _replace(page: Page, text: str) -> None:
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
