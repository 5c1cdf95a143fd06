"""Tells the customer that an order is on its way."""


def handler(event, context):
    order = event["order_id"]
    parcel = event["parcel"]
    print(f"Dear customer, order {order} is on its way as parcel {parcel}.")
