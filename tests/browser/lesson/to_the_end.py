"""Each lesson as a learner does it, from the first step to the last tick."""

import re
from collections.abc import Callable

from tests.browser.lesson.learner import Learner
from tests.browser.lesson.one_more_listener import events_and_who_handles_them

BILL = """\
import os
import time

MENU = {"tea": 2.50, "coffee": 3.50, "cake": 4.00}


def handler(event, context):
    item = event["item"]
    print("order:", item)
    price = MENU[item]
    time.sleep(event.get("seconds", 0))
    return {
        "item": item,
        "total": price * event["count"],
        "request_id": context.aws_request_id,
        "currency": os.environ["CURRENCY"],
    }
"""
LOOKUP = "    price = MENU[item]\n"
OWN_ERROR = '    if item not in MENU:\n        raise ValueError(f"There is no {item}.")\n'

STATELESS = """\
import time


def handler(event, context):
    time.sleep(0.2)
    return {"visits": event.get("visits_so_far", 0) + 1}
"""

TELLING = """\
calls = 0


def handler(event, context):
    global calls
    calls += 1
    return {"cold": calls == 1}
"""


def your_first_function(learner: Learner) -> None:
    """Write a handler, read its event and context, raise an error, change the configuration."""
    learner.press("Order 2 teas")
    learner.see_passed("The function answers an order")
    learner.turn("Continue")
    learner.write_code(BILL)
    learner.press("Order 2 teas")
    learner.press("Order 3 coffees")
    learner.see_passed("Both orders are answered")
    learner.turn("Continue")
    learner.see_passed("The log of a call says what was ordered.")
    learner.turn("Continue")
    learner.see_passed("the id of its own call")
    learner.turn("Continue")
    _raise_and_configure(learner)
    learner.check_answer("X-Amz-Function-Error", "The handler ran and failed")
    learner.check_answer("The address of a database", "Into an environment variable")
    learner.reflect("A script that renames photos.")


def _raise_and_configure(learner: Learner) -> None:
    learner.predict("A refusal, because there is no soup")
    learner.press("Order soup")
    learner.see_revealed("What it means, only your code knows")
    learner.write_code(BILL.replace(LOOKUP, OWN_ERROR + LOOKUP))
    learner.press("Order soup", which=-1)
    learner.see_passed("Ordering soup raises a ValueError")
    learner.turn("Continue")
    learner.predict("An error, after 1 s")
    learner.press("Order a slow cake")
    learner.see_revealed("The second is billed.")
    learner.set_timeout(5)
    learner.press("Order a slow cake", which=-1)
    learner.see_passed("The slow cake gets its bill.")
    learner.turn("Continue")
    learner.press("Order 2 teas")
    learner.set_variables("CURRENCY=NOK")
    learner.press("Order 2 teas")
    learner.see_passed("The same order gets another currency")
    learner.turn("Continue")


def stateless_copies(learner: Learner) -> None:
    """See why a counter lies, when a copy starts, and answer without one."""
    for _ in range(3):
        learner.press("Visit once")
    learner.see_passed("One copy counts three visits")
    learner.turn("Continue")
    learner.predict("Ten different numbers, one after the other")
    learner.press("10 visitors at once")
    learner.see_revealed("with a counter at 0")
    learner.see_passed("Two copies give the same number.")
    learner.turn("Continue")
    learner.predict("None")
    learner.press("2 visitors at once")
    learner.see_revealed("Both found a copy that was free.")
    learner.see_passed("A call starts a copy because every other one is busy.")
    learner.see_passed("Two visitors at once, and no copy has to start for them.")
    learner.turn("Continue")
    _lose_and_mend(learner)
    learner.check_answer("20 calls come in", "About 10")
    learner.check_answer("Which of these may stand", "A connection to a database")
    learner.reflect("A chat that keeps its rooms in a list.")


def _lose_and_mend(learner: Learner) -> None:
    learner.predict("1")
    learner.press("Wait 8 minutes")
    learner.press("Visit once", which=-1)
    learner.see_revealed("A new one started, and counted its first.")
    learner.see_passed("the old ones had been idle for too long")
    learner.turn("Continue")
    learner.write_code(STATELESS)
    learner.press("Visit after 41")
    learner.press("Visit after 99")
    learner.press("10 visitors after 41")
    learner.see_passed("After 41 visits the answer is 42")
    learner.see_passed("Ten visitors at once read the same number")
    learner.turn("Continue")


def cold_and_warm(learner: Learner) -> None:
    """Cause a cold start in each of the three ways, and a warm one."""
    learner.press("Invoke once")
    learner.see_passed("A call starts an environment, cold.")
    learner.turn("Continue")
    learner.predict("Only the handler")
    learner.press("Invoke once")
    learner.see_revealed("Its init had run already")
    learner.see_passed("A call is served warm, with no init.")
    learner.turn("Continue")
    learner.predict("Ten")
    learner.press("Send 10 at once")
    learner.see_revealed("Nine were missing")
    learner.press("Send 10 at once", which=-1)
    learner.see_passed("A call starts cold because every environment is busy.")
    learner.see_passed("Ten environments work at the same moment.")
    learner.see_passed("Ten calls at once, and every one of them is warm.")
    learner.turn("Continue")
    _idle_update_and_tell(learner)
    learner.check_answer("A function gets one call every second", "One")
    learner.check_answer("A module-level counter", "The second call met another environment")
    learner.reflect("The shop, on the first morning of a sale.")


def _idle_update_and_tell(learner: Learner) -> None:
    learner.predict("One new environment starts")
    learner.press("Wait 8 minutes")
    learner.press("Invoke once", which=-1)
    learner.see_revealed("One call needs one environment")
    learner.see_passed("the environments had been idle for too long")
    learner.turn("Continue")
    learner.predict("I don’t know")
    learner.press("Update the code")
    learner.press("Invoke once", which=-1)
    learner.see_revealed("The first call after an update always starts cold")
    learner.see_passed("A call starts cold because the function changed.")
    learner.turn("Continue")
    learner.write_code(TELLING)
    learner.press("Invoke once")
    learner.press("Invoke once")
    learner.see_passed("The answers say")
    learner.turn("Continue")


ONCE = """\
import json
import time

import payments


def handler(event, context):
    order = json.loads(event["body"]) if "body" in event else event
    payments.charge(order, key=order["order_id"])
    time.sleep(order.get("receipt_takes", 0))
    if order.get("attempt", 1) <= order.get("receipts_lost", 0):
        raise TimeoutError("no receipt came")
    return {"order_id": order["order_id"], "charged": order["amount"]}
"""


def synchronous(learner: Learner) -> None:
    """See who gets the error and who tries again; charge once."""
    learner.press("Charge an order")
    learner.see_passed("the caller has the receipt")
    learner.turn("Continue")
    learner.predict("Three times, then the caller gets the error")
    learner.press("Charge a bad card")
    learner.see_revealed("it got the error at once")
    learner.see_passed("A declined card comes back")
    learner.turn("Continue")
    learner.predict("502, and not why")
    learner.press("Charge a bad card by HTTP")
    learner.see_revealed("Why is in the log, for you")
    learner.see_passed("A caller by HTTP gets 502.")
    learner.turn("Continue")
    _buy_and_mend(learner)
    learner.check_answer("Your program invokes", "Only if the answer has no FunctionError")
    learner.check_answer("A mobile app", "A second run for the same request changes nothing")
    learner.reflect("The order form of the pizza place.")


def _buy_and_mend(learner: Learner) -> None:
    learner.press("Buy, try once")
    learner.predict("Once. Two of the three calls failed")
    learner.press("Buy, try 3 times", which=-1)
    learner.see_revealed("not that nothing happened")
    learner.see_passed("The shop calls three times")
    learner.turn("Continue")
    learner.predict("I don’t know")
    learner.press("Buy, wait 1 s", which=-1)
    learner.see_revealed("Every call ran and succeeded")
    learner.see_passed("Two handlers charge at the same moment")
    learner.turn("Continue")
    _find_no_room(learner)
    learner.write_code(ONCE)
    learner.press("Buy, try 3 times")
    learner.see_passed("the order is charged once")
    learner.turn("Continue")


def _find_no_room(learner: Learner) -> None:
    learner.press("Reserve 1")
    learner.predict("Its answer, a little later")
    learner.press("Charge 2 at once", which=-1)
    learner.see_revealed("It got 429 at once")
    learner.see_passed("gets 429 instead")
    learner.press("Buy in 2 shops")  # one of them may start so late that there is room again
    learner.press("Buy in 2 shops")
    learner.see_passed("both shops have their receipt")
    learner.press("Remove the reservation")
    learner.turn("Continue")


REMEMBERING = """\
import payments


def handler(event, context):
    payments.charge(event, key=context.aws_request_id)
    if event.get("receipt") == "lost":
        raise payments.NoReceipt("no receipt came")
    return {"charged": event["amount"]}
"""


def asynchronous(learner: Learner) -> None:
    """Predict attempts and their times; make a handler idempotent."""
    learner.press("Send order 1042")
    learner.see_passed("its handler runs once and succeeds")
    learner.turn("Continue")
    learner.predict_attempts("0:00", "1:00", "2:00", "none")
    learner.press("Send order 1043")
    learner.press("Wait 4 minutes")
    learner.see_revealed("two before the second.")
    learner.see_attempts(
        "as said: 0:00", "as said: 1:00", re.compile("not as said: 3:0"), "as said: none"
    )
    learner.see_passed("One event is attempted three times")
    learner.turn("Continue")
    learner.press("Throttle 3 attempts")
    learner.predict("None. It waits until there is room")
    learner.press("Send order 1042", which=-1)
    learner.press("Wait 10 seconds")
    learner.see_revealed("waits of 1 s, 2 s and 4 s")
    learner.see_passed("An event finds no room three times")
    learner.turn("Continue")
    _bear_it(learner)
    learner.check_answer("A shop sends an event", "That the event is kept, and will be tried")
    learner.check_answer("A handler keeps the ids", "Most duplicates are found, and some are not")
    learner.reflect("Paying the rent: the statement says so.")


def _bear_it(learner: Learner) -> None:
    learner.press("Deliver twice")
    learner.predict("Once. It has succeeded already")
    learner.press("Send order 1042", which=-1)
    learner.see_revealed("the handler charged again")
    learner.see_passed("An event that succeeded is delivered a second time.")
    learner.turn("Continue")
    learner.write_code(REMEMBERING)
    learner.press("Send order 1042")
    learner.see_passed("the order is charged once")
    learner.turn("Continue")
    learner.press("Switch faults off")
    learner.set_age(60)
    learner.predict_attempts("0:00", "1:00", "none")
    learner.press("Send order 1044", which=-1)
    learner.see_revealed("Lambda looks ahead, and gives the event up")
    learner.see_passed("its next attempt would come too late")
    learner.turn("Continue")


NOTICE = """\
def handler(event, context):
    order = event["requestPayload"]["order_id"]
    print("order", order, "is parcel", event["responsePayload"]["parcel"])
"""


def destinations(learner: Learner) -> None:
    """Route success and failure without code, read the record, tell it from a dead letter."""
    learner.press("Pack a light order")
    learner.see_passed("The record of an event that succeeded reaches")
    learner.turn("Continue")
    learner.predict("To destinations-done, which says that it failed")
    learner.press("Pack order B-2")
    learner.press("Wait 4 minutes")
    learner.see_revealed("For failures nothing is set")
    learner.turn("Continue")
    learner.route("On failure", "queue destinations-failed")
    learner.predict("One record, after the last attempt")
    learner.press("Pack order B-3", which=-1)
    learner.press("Wait 4 minutes", which=-1)
    learner.see_passed("The record of an event that was given up reaches")
    learner.turn("Continue")
    _read_the_record(learner)
    learner.check_answer("A function has On failure set", "Nothing")
    learner.check_answer("Failed events", "A dead-letter queue, which holds the events")
    learner.reflect("A letter that comes back after three weeks.")


def _read_the_record(learner: Learner) -> None:
    learner.route("On success", "function destinations-notice")
    learner.look_at("destinations-notice")
    learner.write_code(NOTICE)
    learner.press("Pack a light order")
    learner.see_passed("is called with a record and understands it")
    learner.look_at("destinations-pack")
    learner.turn("Continue")
    learner.route("Dead-letter queue", "queue destinations-dead")
    learner.predict("Only a record, destinations come first")
    learner.press("Pack order B-4", which=-1)
    learner.press("Wait 4 minutes", which=-1)
    learner.see_revealed("Both got something")
    learner.see_passed("as it was sent")
    learner.turn("Continue")
    learner.press("Publish, and lead live to it")
    learner.predict("Where those of $LATEST go")
    learner.press("Pack by live", which=-1)
    learner.see_revealed("Each qualifier has its own")
    learner.route("On success", "queue destinations-done", of="live")
    learner.press("Pack by live", which=-1)
    learner.see_passed("The record of an event that was sent to live")
    learner.route("On success", "queue destinations-done", of="1")
    learner.press("Pack by version 1")
    learner.see_passed("The record of an event that was sent to version 1")
    learner.turn("Continue")


KNOWING = """\
def who_called(event):
    for key, name in KEYS.items():
        if key in event:
            return name
    if "detail-type" in event:
        return "scheduler" if event["source"] == "aws.scheduler" else "eventbridge"
    record = event["Records"][0]
    return record.get("eventSource", record.get("EventSource"))[4:]


KEYS = {"awslogs": "logs", "ResponseURL": "cloudformation", "configRuleArn": "config"}


def handler(event, context):
    return {"caller": who_called(event)}
"""


def who_calls_lambda(learner: Learner) -> None:
    """Let each service call, read what it sends, and know the caller by its event."""
    learner.press("Publish a message")
    learner.see_passed("SNS brings an event")
    learner.see_arrived("SNS", '"EventSource": "aws:sns"', "nobody knows")
    learner.turn("Continue")
    learner.press("Put an object")
    learner.see_passed("S3 brings an event")
    learner.see_arrived("S3", "2026/receipt+7.txt")
    learner.press("Put an event")
    learner.see_passed("EventBridge brings one")
    learner.turn("Continue")
    _clock_and_line(learner)
    learner.turn("Continue")
    learner.predict("Synchronously. It waits for what the handler returns")
    learner.press("Call as CloudFormation")
    learner.see_revealed("the answer is to be sent by HTTP")
    learner.see_arrived("CloudFormation", "ResponseURL")
    learner.turn("Continue")
    _fail_once(learner)
    learner.press("Call by HTTP")
    learner.see_arrived("Function URL", "lambda-url", "its caller waited for that")
    learner.turn("Continue")
    learner.turn("Continue")
    learner.check_answer("Who sent this one?", "SQS, by polling")
    learner.check_answer("And the last one?", "DynamoDB Streams, by polling")
    learner.turn("Continue")
    _know_them_all(learner)
    learner.check_answer("A function gets events", "The handler has to know the third form")
    learner.reflect("The map has to answer at once.")


def _clock_and_line(learner: Learner) -> None:
    learner.press("Enable the schedule")
    learner.press("Wait 1 hour")
    learner.see_passed("Scheduler brings an event")
    learner.press("Disable the schedule")
    learner.press("Print two errors")
    learner.press("Wait 10 seconds")
    learner.see_passed("CloudWatch Logs brings one")
    learner.see_arrived("CloudWatch Logs", "ERROR receipt 8 is not paid")


def _fail_once(learner: Learner) -> None:
    learner.press("Fail the first attempt")
    learner.predict("SES, with a new event")
    learner.press("Call as SES")
    learner.press("Wait 4 minutes")
    learner.see_revealed("SES got its 202 and never heard of the failure")
    learner.see_passed("An event fails in its first attempt")
    learner.press("Switch faults off")
    learner.turn("Continue")


def _know_them_all(learner: Learner) -> None:
    learner.write_code(KNOWING)
    for name in ("Publish a message", "Put an object", "Put an event", "Enable the schedule"):
        learner.press(name)
    for name in ("Wait 1 hour", "Disable the schedule", "Print two errors", "Wait 10 seconds"):
        learner.press(name)
    for name in ("CloudFormation", "SES", "AWS Config", "CodeCommit"):
        learner.press(f"Call as {name}")
    learner.see_passed("The desk names all nine")
    learner.turn("Continue")


LESSONS: dict[str, Callable[[Learner], None]] = {
    "events-producers-routers-consumers": events_and_who_handles_them,
    "your-first-function": your_first_function,
    "stateless-copies": stateless_copies,
    "synchronous": synchronous,
    "asynchronous": asynchronous,
    "destinations": destinations,
    "who-calls-lambda": who_calls_lambda,
    "cold-and-warm": cold_and_warm,
}
