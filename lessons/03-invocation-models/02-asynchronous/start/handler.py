"""Charges an order. Nobody waits for the answer."""

import uuid

import payments


def handler(event, context):
    order = event["order_id"]
    payments.charge(event, key=str(uuid.uuid4()))
    if event.get("receipt") == "lost":
        raise payments.NoReceipt(f"order {order}: no receipt came")
    print("charged", order)
    return {"order_id": order, "charged": event["amount"]}
