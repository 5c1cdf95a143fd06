"""A greeter that shows which environment served the call."""

import os
import time
from pathlib import Path

# Init. This level runs once, when an environment starts.
time.sleep(0.25)  # stands for opening a database connection
environment = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"][-32:][:4]
build = Path(__file__).with_name("build.txt").read_text().strip()
calls = 0


def handler(event, context):
    # Handler. This runs at every call.
    global calls
    calls += 1
    time.sleep(0.2)  # stands for waiting on another service
    return {
        "greeting": f"Hello, {event['name']}",
        "environment": environment,
        "calls_here": calls,
        "build": build,
    }
