"""The old cart. It knows who has to do something, tells them, and waits until it is done."""

import json

import boto3

functions = boto3.client("lambda")


class StockFailed(Exception):
    """The stock could not do what it was told, so this cart cannot go on either."""


def handler(event, context):
    answer = functions.invoke(FunctionName="events-stock", Payload=json.dumps(event))
    stock = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise StockFailed(stock["errorMessage"])
    return {"in_cart": event["item"], "shelf": stock["shelf"]}
