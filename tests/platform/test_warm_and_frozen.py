"""What a handler finds: module state, /tmp, time that stood still, context and variables."""

import re
from datetime import UTC, datetime

from tests.platform.ground import Ground
from tests.platform.lab import Lab, answer
from webapp.trace.events import (
    EnvironmentCreated,
    EnvironmentFrozen,
    EnvironmentReset,
    EnvironmentThawed,
    InitFinished,
)

COUNTING = """
import os
print("importing")
count = 0
def handler(event, context):
    global count
    count += 1
    with open("/tmp/calls", "a") as file:
        file.write("x")
    return {"count": count, "pid": os.getpid(), "tmp": open("/tmp/calls").read()}
"""
TICKING = """
import threading, time
ticks = []
def tick():
    while True:
        ticks.append(time.monotonic())
        threading.Event().wait(0.001)
def handler(event, context):
    began, known = time.monotonic(), len(ticks)
    if not ticks:
        threading.Thread(target=tick, daemon=True).start()
    while len(ticks) < known + 10:
        threading.Event().wait(0.001)
    pairs = zip(ticks, ticks[1:])
    return {"began": began, "ended": time.monotonic(), "wall": time.time(),
            "silence": max(later - earlier for earlier, later in pairs)}
"""
WAITING = """
import threading
def handler(event, context):
    threading.Event().wait(event)
"""
CONTEXT = """
import os
def handler(event, context):
    names = [name for name in dir(context) if not name.startswith("_")]
    plain = {name: getattr(context, name) for name in names if not callable(getattr(context, name))}
    identity, client = plain.pop("identity"), plain.pop("client_context")
    context.log("raw text\\n")
    return {**plain, "names": names,
            "remaining": context.get_remaining_time_in_millis(),
            "identity": [identity.cognito_identity_id, identity.cognito_identity_pool_id],
            "client": client and [client.custom, client.env, client.client.app_title]}
"""
VARIABLES = """
import os, sys
at_init = dict(os.environ)
def handler(event, context):
    return {"init": at_init, "invoke": dict(os.environ), "cwd": os.getcwd(), "file": __file__,
            "path": sys.path[0]}
"""


async def test_the_first_call_is_cold_and_the_next_ones_are_warm(lab: Lab) -> None:
    await lab.deploy("f", COUNTING)
    cold, warm, again = [await lab.call("f") for _ in range(3)]
    assert [call.start for call in (cold, warm, again)] == ["cold", "warm", "warm"]
    assert len({call.environment for call in (cold, warm, again)}) == 1
    assert [answer(call)["count"] for call in (cold, warm, again)] == [1, 2, 3]
    assert [answer(call)["tmp"] for call in (cold, warm, again)] == ["x", "xx", "xxx"]
    assert len({answer(call)["pid"] for call in (cold, warm, again)}) == 1
    assert cold.init_duration is not None
    assert cold.init_duration == lab.fact(InitFinished).seconds
    assert (warm.init_duration, again.init_duration) == (None, None)
    assert lab.log().count("importing") == 1
    assert len(lab.facts(EnvironmentFrozen)) == 3
    assert [fact.request_id for fact in lab.facts(EnvironmentThawed)] == [
        warm.request_id,
        again.request_id,
    ]


async def test_a_thread_stands_still_between_calls_and_goes_on_in_the_next(lab: Lab) -> None:
    await lab.deploy("f", TICKING)
    await lab.deploy("other", WAITING)
    before = await lab.value("f")
    await lab.until(EnvironmentFrozen)
    await lab.call("other", 0.2)
    after = await lab.value("f")
    assert after["began"] - before["ended"] > 0.2
    assert after["wall"] - before["wall"] > 0.2
    # The clocks went on, the thread did not.
    assert after["silence"] > 0.2


async def test_a_process_killed_while_frozen_is_found_reset(ground: Ground, lab: Lab) -> None:
    await lab.deploy("f", COUNTING)
    await lab.value("f")
    await kill_from_outside(ground, lab)
    after = await lab.call("f")
    assert (after.start, answer(after)["count"], answer(after)["tmp"]) == ("reset", 1, "xx")
    assert lab.fact(EnvironmentReset).reason == "crash"


async def test_the_context_is_complete(lab: Lab) -> None:
    await lab.deploy("f", CONTEXT, memory_mb=256, timeout=7)
    outcome = await lab.call("f")
    found = answer(outcome)
    day = datetime.fromtimestamp(lab.workspace.recorder.now(), UTC).strftime("%Y/%m/%d")
    assert 0 < found.pop("remaining") <= 7000
    assert found == {
        "names": [
            "aws_request_id",
            "client_context",
            "function_name",
            "function_version",
            "get_remaining_time_in_millis",
            "identity",
            "invoked_function_arn",
            "log",
            "log_group_name",
            "log_stream_name",
            "memory_limit_in_mb",
            "tenant_id",
        ],
        "aws_request_id": outcome.request_id,
        "function_name": "f",
        "function_version": "$LATEST",
        "invoked_function_arn": "arn:aws:lambda:us-east-1:000000000000:function:f",
        "log_group_name": "/aws/lambda/f",
        "log_stream_name": f"{day}/[$LATEST]{outcome.environment}",
        "memory_limit_in_mb": "256",
        "tenant_id": None,
        "identity": [None, None],
        "client": None,
    }
    assert "raw text" in lab.log(request_id=outcome.request_id)


async def test_the_client_context_arrives(lab: Lab) -> None:
    await lab.deploy("f", CONTEXT)
    sent = '{"custom":{"a":1},"env":{"b":"é"},"client":{"app_title":"shop"}}'
    found = answer(await lab.call("f", client_context=sent))
    assert found["client"] == [{"a": 1}, {"b": "é"}, "shop"]


async def test_the_remaining_time_runs_out(lab: Lab) -> None:
    code = """
    import threading
    def handler(event, context):
        before = context.get_remaining_time_in_millis()
        threading.Event().wait(0.1)
        return [before, context.get_remaining_time_in_millis()]
    """
    await lab.deploy("f", code, timeout=100)
    await lab.value("f")
    before, after = await lab.value("f")
    assert 50_000 < before <= 100_000
    assert before - after >= 99


async def test_the_variables_are_those_of_lambda(lab: Lab) -> None:
    await lab.deploy("f", VARIABLES, memory_mb=512, variables={"COLOUR": "blue", "LANG": "C"})
    outcome = await lab.call("f")
    found = answer(outcome)
    stream = found["init"].pop("AWS_LAMBDA_LOG_STREAM_NAME")
    assert re.fullmatch(rf"\d{{4}}/\d\d/\d\d/\[\$LATEST\]{outcome.environment}", stream)
    secrets = {
        name: found["init"].pop(name)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    }
    assert all(secrets.values())
    assert found["init"] == {
        "_HANDLER": "handler.handler",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "TZ": ":UTC",
        "LANG": "C",
        "LC_CTYPE": "C.UTF-8",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:"
        "/var/task:/var/task/lib:/opt/lib",
        "PYTHONPATH": "/var/runtime",
        "PWD": "/var/task",
        "SHLVL": "0",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1:2000",
        "_AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1",
        "_AWS_XRAY_DAEMON_PORT": "2000",
        "COLOUR": "blue",
    }
    added = found["invoke"].keys() - found["init"].keys() - secrets.keys()
    assert added == {"_X_AMZN_TRACE_ID", "AWS_LAMBDA_LOG_STREAM_NAME"}
    assert re.fullmatch(
        r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=[0-9a-f]{8}:0",
        found["invoke"]["_X_AMZN_TRACE_ID"],
    )
    assert (found["cwd"], found["path"]) == ("/var/task", "/var/task")
    assert found["file"] == "/var/task/handler.py"


async def test_each_environment_has_a_log_stream_of_its_own(lab: Lab) -> None:
    await lab.deploy("f", CONTEXT)
    calls = [lab.begin("f") for _ in range(2)]
    streams = {answer(await call)["log_stream_name"] for call in calls}
    assert len(streams) == 2


async def test_nested_modules_and_packages_are_found(lab: Lab) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/orders.py": "from shop import prices\ndef take(event, context):\n"
        "    return prices.of(event)\n",
        "shop/prices.py": "def of(thing):\n    return len(thing)\n",
    }
    await lab.deploy("f", files=files, handler="shop/orders.take")
    assert await lab.value("f", "four") == 4


async def kill_from_outside(ground: Ground, lab: Lab) -> None:
    """Kill the newest environment's process, and wait until the platform has seen its end."""
    process = ground.launcher.processes[-1]
    assert process.pid == lab.facts(EnvironmentCreated)[-1].pid
    process.kill()
    await process.wait()
