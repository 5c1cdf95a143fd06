"""The lesson on events, to its last tick: a second consumer, and no touch of the producer."""

from playwright.sync_api import expect

from tests.browser.lesson.learner import Learner

OFFERS = """\
GOES_WITH = {"lamp": "a bulb", "mug": "tea", "poster": "a frame"}


def handler(event, context):
    item = event["detail"]["item"]
    return {"item": item, "offer": GOES_WITH[item]}
"""
ADDED = '{"source": ["shop.cart"], "detail-type": ["item added"]}'
EXPENSIVE = (
    '{"source": ["shop.cart"], "detail-type": ["item added"],'
    ' "detail": {"price": [{"numeric": [">", 50]}]}}'
)


def events_and_who_handles_them(learner: Learner) -> None:
    """Command and fail together; tell a bus and fail apart; add a rule, and narrow it."""
    learner.press("Add a mug to the old cart")
    learner.see_passed("The cart has its answer")
    learner.turn("Continue")
    learner.predict("An error, the cart fails with the stock")
    learner.press("Add a poster to the old cart")
    learner.see_revealed("so the customer has no poster")
    learner.see_passed("The cart fails because the stock failed")
    learner.turn("Continue")
    learner.predict("The stock, and the cart waits for it")
    learner.press("Add a mug")
    learner.see_revealed("nobody waited for it")
    learner.see_passed("An event of the cart is handled by the stock")
    learner.turn("Continue")
    learner.predict("The poster is in the cart, and the stock fails by itself")
    learner.press("Add a poster")
    learner.see_revealed("the stock's to see to")
    learner.see_passed("The same poster fails at the stock")
    learner.turn("Continue")
    learner.predict("I don’t know")
    learner.press("Take the mug out")
    learner.see_revealed("A bus keeps nothing")
    learner.turn("Continue")
    _listen(learner)
    _narrow(learner)
    learner.check_answer("Which of these is an event?", "OrderShipped")
    learner.check_answer("Accounting wants to hear", "Nothing but the bus. It gets a rule")
    learner.check_answer("A typo in a pattern", "They go nowhere, and nobody is told")
    learner.reflect("The newsletter that is sent when somebody signs up.")


def _listen(learner: Learner) -> None:
    hand, form = learner.hand, learner.page.locator("#bus-1-new-rule")
    hand.show("Buses")
    hand.press(form.locator("summary"))
    hand.write(form.get_by_label("Name of the rule"), "offers")
    hand.select(form.get_by_label("Send to"), "events-offers")
    hand.write(form.get_by_label("Pattern"), ADDED)
    hand.press(form.get_by_role("button", name="Add rule"))
    expect(learner.page.locator("#bus-1-said")).to_contain_text("to events-offers from now on")
    learner.see_passed("A second rule is on the bus")
    learner.predict("Both, each a copy of the same event")
    learner.press("Add a mug")
    learner.see_revealed("One event, two copies with the same id")
    learner.look_at("events-offers")
    learner.write_code(OFFERS)
    learner.press("Add a mug", which=-1)
    learner.see_passed("One event is handled by the stock and by the offers")
    learner.turn("Continue")


def _narrow(learner: Learner) -> None:
    hand, rule = learner.hand, learner.page.locator("details[id^=bus-1-rule-]").nth(1)
    hand.show("Buses")
    hand.press(rule.locator("summary"))
    hand.write(rule.get_by_label("Pattern", exact=True), EXPENSIVE)
    hand.press(rule.get_by_role("button", name="Try the pattern"))
    expect(rule.locator("[id$=-trial]")).to_contain_text("no match")
    hand.press(rule.get_by_role("button", name="Set the pattern"))
    expect(learner.page.locator("#bus-1-said")).to_contain_text("has this pattern from now on")
    learner.press("Add a lamp")
    learner.press("Add a mug")
    learner.see_passed("The offers hear of the lamp, and not of the mug")
    learner.turn("Continue")
