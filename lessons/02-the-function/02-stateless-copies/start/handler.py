"""Counts the visitors of a page, or so it seems."""

import os
import time

visits = 0  # module level: this line runs once, when a copy starts
copy = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"][-32:][:4]


def handler(event, context):
    global visits
    visits += 1
    time.sleep(0.2)  # stands for waiting on another service
    return {"visits": visits, "copy": copy}
