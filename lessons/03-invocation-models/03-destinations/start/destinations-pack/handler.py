"""Packs an order into a parcel. It knows nothing of what comes after it."""


def handler(event, context):
    order, weight = event["order_id"], event["weight"]
    if weight > 30:
        raise ValueError(f"order {order}: no parcel carries {weight} kg")
    return {"order_id": order, "parcel": f"P-{context.aws_request_id[:4]}"}
