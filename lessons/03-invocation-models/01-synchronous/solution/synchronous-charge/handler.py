"""Charges an order. Whoever calls waits for the receipt."""

import json
import time

import payments


def handler(event, context):
    order = json.loads(event["body"]) if "body" in event else event  # by HTTP it is a body
    payments.charge(order, key=order["order_id"])
    time.sleep(order.get("receipt_takes", 0))
    if order.get("attempt", 1) <= order.get("receipts_lost", 0):
        raise TimeoutError(f"order {order['order_id']}: no receipt came")
    return {"order_id": order["order_id"], "charged": order["amount"]}
