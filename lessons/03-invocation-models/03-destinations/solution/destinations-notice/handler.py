"""Tells the customer that an order is on its way."""


def handler(event, context):
    order = event["requestPayload"]["order_id"]
    parcel = event["responsePayload"]["parcel"]
    print(f"Dear customer, order {order} is on its way as parcel {parcel}.")
