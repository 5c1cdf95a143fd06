"""Counts the visitors of a page: who calls says how many there were."""

import os
import time

copy = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"][-32:][:4]  # may differ from copy to copy


def handler(event, context):
    visits = event.get("visits_so_far", 0) + 1
    time.sleep(0.2)  # stands for waiting on another service
    return {"visits": visits, "copy": copy}
