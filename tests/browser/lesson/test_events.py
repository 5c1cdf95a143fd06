"""An event from the learner's hand to the record that it leaves, with the mouse and by keys."""

import json

import boto3
import pytest
from playwright.sync_api import expect

from tests.browser.lesson.learner import Learner

pytestmark = pytest.mark.slow
FAILS = "def handler(event, context):\n    raise TimeoutError('no receipt')\n"
BIG = '{"order_id": 12345678901234567890}'
FUNCTION = "cold-and-warm-greeter"


def choose_destination(address: str) -> None:
    """Let the function's failures go to a queue, as an AWS client does."""
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    session = boto3.Session(**keys, region_name="us-east-1")
    queue = session.client("sqs", endpoint_url=address).create_queue(QueueName="orders-failed")
    about = session.client("sqs", endpoint_url=address).get_queue_attributes(
        QueueUrl=queue["QueueUrl"], AttributeNames=["QueueArn"]
    )
    session.client("lambda", endpoint_url=address).put_function_event_invoke_config(
        FunctionName=FUNCTION,
        DestinationConfig={"OnFailure": {"Destination": about["Attributes"]["QueueArn"]}},
    )


def next_event(learner: Learner, *, then: str) -> None:
    """Jump to the next retry, once there is one, and wait until the page tells of it."""
    learner.see_response("“Next event” on the clock jumps there.")
    button = learner.page.locator(".clock__next")
    button.click()
    expect(learner.page.locator("#part-response")).to_contain_text(then)


def test_an_event_fails_three_times_and_its_record_leads_back_to_the_last_attempt(
    learner: Learner, address: str
) -> None:
    page = learner.page
    learner.open()
    learner.write_code(FAILS)
    learner.write_event(BIG)
    learner.invoke()
    learner.see_response("TimeoutError")
    choose_destination(address)
    page.locator(".invoke-bar").get_by_text("Asynchronous").click()
    learner.invoke()
    learner.see_response("202 Accepted")
    learner.see_response("That is all: the caller is gone.")
    learner.see_response("It waits in the queue until")
    next_event(learner, then="Attempt 2")
    next_event(learner, then="The event is given up after 3 attempts: RetriesExhausted")
    expect(page.locator("#destinations-count")).to_have_text("1")

    page.get_by_role("tab", name="Destinations").click()
    shown = page.locator("#part-destinations")
    expect(shown).to_contain_text("Record in orders-failed")
    body = shown.get_by_label("Message body")
    expect(body).to_contain_text('"order_id": 12345678901234567890')
    assert json.loads(body.inner_text())["requestContext"]["condition"] == "RetriesExhausted"

    shown.get_by_role("button", name="Attempt 3 of event 1").click()
    learner.see_story("Two minutes later the queue tried again.")
    learner.see_story("Record in orders-failed at")
    page.locator(".story:visible").get_by_role("button", name="Go there").last.click()
    learner.see_story("no retry is left (RetriesExhausted)")
    for theme in ("light", "dark"):
        learner.use_theme(theme)
        assert learner.violations() == []


def test_the_model_is_chosen_by_keys_and_holds_after_a_reload(learner: Learner) -> None:
    page = learner.page
    learner.open()
    learner.press_key_on("radio", "Synchronous", "ArrowRight")
    with page.expect_response(lambda answer: answer.url.endswith("/invoke")) as answer:
        learner.key("Control+Enter")
    assert answer.value.json()["status"] == 202
    learner.see_response("The event is done after 1 attempt: Success")
    learner.open()
    expect(page.locator(".invoke-bar").get_by_label("Asynchronous")).to_be_checked()
    page.locator("cold-timeline [role=listbox]").focus()
    learner.key("Home")
    learner.see_story("got 202 Accepted")
    learner.use_width(390)
    expect(page.get_by_role("combobox", name="Invocation model")).to_have_value("asynchronous")
    assert learner.violations() == []
