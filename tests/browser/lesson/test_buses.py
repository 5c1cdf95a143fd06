"""A lab with event buses: an event put by hand, what its rules decide, a pattern tried and set."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.lesson.learner import Learner
from tests.browser.lesson.server import serving
from tests.classroom.bus_course import write_routes

pytestmark = pytest.mark.slow


@pytest.fixture
def routes(chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Learner]:
    monkeypatch.setenv("COLDSTART_LESSONS", str(write_routes(tmp_path / "lessons")))
    with serving(tmp_path / "data") as address:
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        learner = Learner(context.new_page(), address, lesson="routes")
        yield learner
        context.close()
    assert learner.complaints == []


def test_an_event_is_followed_and_a_rule_changed_until_it_matches(routes: Learner) -> None:
    routes.open()
    page = routes.page
    page.get_by_role("tab", name="Buses").click()
    shop = page.locator("#bus-1")
    shop.get_by_text("Put an event").click()
    shop.get_by_label("Detail", exact=True).fill('{"total": 7}')
    shop.get_by_role("button", name="Put", exact=True).click()
    event = shop.locator("#bus-1-event-1")
    expect(event).to_contain_text("1 of 2 rules")
    event.locator("summary").click()
    expect(event).to_contain_text("detail.total is 7; the pattern asks for a number > 100")
    expect(event).to_contain_text("delivered")
    rule = shop.locator("details[id^=bus-1-rule-]").first
    rule.locator("> summary").click()
    shop.get_by_role("button", name="Try the pattern").click()
    expect(rule.locator("[id$=-trial]")).to_contain_text("no match")
    rule.locator("[id$=-pattern]").fill('{"detail": {"total": [{"numeric": [">", 5]}]}}')
    shop.get_by_role("button", name="Try the pattern").click()
    expect(rule.locator("[id$=-trial]")).to_contain_text("matches")
    assert routes.violations() == []
    shop.get_by_role("button", name="Set the pattern").click()
    expect(shop.locator("#bus-1-said")).to_contain_text("has this pattern from now on")
    shop.get_by_role("button", name="Put", exact=True).click()
    expect(shop.locator("#bus-1-event-2")).to_contain_text("2 of 2 rules")
    expect(page.locator("#bus-2-event-2")).to_contain_text("1 of 1 rules")
    _delete_a_rule(routes, shop)


def _delete_a_rule(routes: Learner, shop: Locator) -> None:
    """Be asked, keep it by key, and then delete it."""
    page = routes.page
    shop.get_by_role("button", name="Delete the rule").first.press("Enter")
    asks = page.get_by_role("dialog", name="Delete ")
    expect(asks).to_contain_text("Its pattern and its targets go")
    expect(asks.get_by_role("button", name="Keep the rule")).to_be_focused()
    assert routes.violations() == []
    page.keyboard.press("Enter")
    expect(asks).to_have_count(0)
    rules = shop.locator("#bus-1-rules")
    for number, left in ((3, "Rules 2"), (2, "Rules 1"), (1, "No rule looks at this bus")):
        row = rules.locator("details[id^=bus-1-rule-]").nth(number - 1)
        if number > 1:  # the first one is open
            row.locator("summary").click()
        row.get_by_role("button", name="Delete the rule").click()
        asks.get_by_role("button", name="Delete rule").click()
        expect(shop.locator("#bus-1-said")).to_contain_text("is deleted.")
        expect(rules).to_contain_text(left)
    expect(rules).not_to_contain_text("Rules 0")
