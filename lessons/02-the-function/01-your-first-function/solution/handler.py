"""Makes the bill for an order in a café."""

import os
import time

MENU = {"tea": 2.50, "coffee": 3.50, "cake": 4.00}  # price of one


def handler(event, context):
    item = event["item"]
    print("order:", item)
    if item not in MENU:
        raise ValueError(f"There is no {item} on the menu.")
    price = MENU[item]
    time.sleep(event.get("seconds", 0))  # some orders take a while
    return {
        "item": item,
        "price": price,
        "total": price * event["count"],
        "currency": os.environ["CURRENCY"],
        "request_id": context.aws_request_id,
    }
