"""Offers what goes well with an item that somebody put into a cart."""

GOES_WITH = {"lamp": "a bulb", "mug": "tea", "poster": "a frame"}


def handler(event, context):
    item = event["detail"]["item"]
    print(f"who buys a {item} may like {GOES_WITH[item]}")
    return {"item": item, "offer": GOES_WITH[item]}
