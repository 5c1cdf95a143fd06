"""Charges an order. Nobody waits for the answer."""

import payments


def handler(event, context):
    order = event["order_id"]
    payments.charge(event, key=context.aws_request_id)
    if event.get("receipt") == "lost":
        raise payments.NoReceipt(f"order {order}: no receipt came")
    print("charged", order)
    return {"order_id": order, "charged": event["amount"]}
