"""The shop: a caller that waits for synchronous-charge, and decides what to do on a failure."""

import json
import time
from functools import cache

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError


def handler(event, context):
    tries, ask = event["tries"], client(event["patience"], event.get("sdk_tries", 1))
    for attempt in range(1, tries + 1):
        receipt, trouble = charge({**event, "attempt": attempt}, ask=ask)
        print(f"attempt {attempt}: {trouble or receipt}")
        if receipt:
            return {"paid": True, "attempts": attempt}
        if attempt < tries:
            time.sleep(0.25 * 2**attempt)  # 0.5 s, then 1 s
    return {"paid": False, "attempts": tries, "trouble": trouble}


def charge(order, *, ask):
    """Call and wait. Return a receipt, or what went wrong."""
    try:
        answer = ask.invoke(FunctionName="synchronous-charge", Payload=json.dumps(order))
    except ReadTimeoutError:
        return None, f"no answer within {order['patience']} s"
    except ClientError as error:
        return None, error.response["Error"]["Code"]
    if again := answer["ResponseMetadata"]["RetryAttempts"]:
        print(f"the SDK was refused and tried again: {again} more")
    body = json.load(answer["Payload"])
    if "FunctionError" in answer:  # the HTTP status is 200 all the same
        return None, body["errorType"]
    return body, None


@cache
def client(patience, sdk_tries):
    # The AWS SDK tries again by itself. With 1 it must not: the loop above does, so that you see it.
    retries = {"mode": "standard", "total_max_attempts": sdk_tries}
    return boto3.client("lambda", config=Config(read_timeout=patience, retries=retries))


client(30, 1)  # made in init, so that the first order finds it
