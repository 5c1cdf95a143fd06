"""Makes the bill for an order in a café."""

import time

MENU = {"tea": 2.50, "coffee": 3.50, "cake": 4.00}  # price of one


def handler(event, context):
    item = event["item"]
    price = MENU[item]
    time.sleep(event.get("seconds", 0))  # some orders take a while
    return {"item": item, "price": price}
