"""Init that fails: payloads, and the log word for word (lambda-behaviour 1.3, 2.4, 2.5, 4.2)."""

import asyncio
import re
import sys
from typing import Any

import pytest

from tests.platform.ground import Ground
from tests.platform.lab import Lab, answer, error
from webapp.runtime.model import Faults, Limits
from webapp.trace.events import EnvironmentReset, InitFinished, InitStarted, InvocationStarted

VERSION = f"python{sys.version_info[0]}.{sys.version_info[1]}"
REMEMBER = 'open("/tmp/inits", "a").write("x")\n'


def failure(error_type: str, message: str, trace: list[str] | None = None) -> dict[str, Any]:
    return {
        "errorMessage": message,
        "errorType": error_type,
        "requestId": "",
        "stackTrace": trace or [],
    }


UNUSABLE: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "missing module": (
        {"handler": "nowhere.handler"},
        "",
        failure(
            "Runtime.ImportModuleError",
            "Unable to import module 'nowhere': No module named 'nowhere'",
        ),
    ),
    "failing import": (
        {},
        "import nowhere\n",
        failure(
            "Runtime.ImportModuleError",
            "Unable to import module 'handler': No module named 'nowhere'",
        ),
    ),
    "missing function": (
        {"handler": "handler.main"},
        "def handler(event, context):\n    pass\n",
        failure("Runtime.HandlerNotFound", "Handler 'main' missing on module 'handler'"),
    ),
    "no dot": (
        {"handler": "handler"},
        "def handler(event, context):\n    pass\n",
        failure(
            "Runtime.MalformedHandlerName",
            "Bad handler 'handler': not enough values to unpack (expected 2, got 1)",
        ),
    ),
    "built-in module": (
        {"handler": "sys.exit"},
        "",
        failure(
            "Runtime.BuiltInModuleConflict", "Cannot use built-in module sys as a handler module"
        ),
    ),
    "syntax error": (
        {},
        "def handler(event, context):\n    return 1\nreturn return\n",
        failure(
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'handler': invalid syntax (handler.py, line 3)",
            ['  File "/var/task/handler.py" Line 3\n    return return\n'],
        ),
    ),
}


@pytest.mark.parametrize("case", UNUSABLE)
async def test_a_handler_that_cannot_be_found_is_told_exactly(lab: Lab, case: str) -> None:
    configuration, code, expected = UNUSABLE[case]
    await lab.deploy("f", code, **configuration)
    outcome = await lab.call("f")
    assert error(outcome) == expected
    assert (outcome.status, outcome.start, outcome.init_duration) == ("init", "cold", None)
    reset = [fact.reason for fact in lab.facts(EnvironmentReset)]
    assert reset == ["init", "init"]


async def test_an_exception_at_import_shows_the_way_to_it(lab: Lab) -> None:
    await lab.deploy("f", "limit = int('ten')\n")
    body = error(await lab.call("f"))
    assert body["errorType"] == "ValueError"
    assert body["errorMessage"] == "invalid literal for int() with base 10: 'ten'"
    assert body["requestId"] == ""
    first, last = body["stackTrace"][0], body["stackTrace"][-1]
    assert first.startswith(f'  File "/var/lang/lib/{VERSION}/importlib/__init__.py", line ')
    assert '  File "<frozen importlib._bootstrap>", line ' in body["stackTrace"][1]
    assert last == (
        "  File \"/var/task/handler.py\", line 1, in <module>\n    limit = int('ten')\n"
    )


async def test_the_log_of_a_failed_init_has_its_order(lab: Lab) -> None:
    await lab.deploy("f", "print('importing')\nimport nowhere\n")
    outcome = await lab.call("f")
    message = "Unable to import module 'handler': No module named 'nowhere'"
    once = [
        "importing",
        r"LAMBDA_WARNING: Unhandled exception\. The most likely cause is an issue in the .*",
        rf"\[ERROR\] Runtime\.ImportModuleError: {message}\nTraceback \(most recent call last\):",
    ]
    init_start = (
        r"INIT_START Runtime Version: python:3\.11\.\S+\t"
        r"Runtime Version ARN: arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}"
    )
    init_report = (
        r"INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: {}\tStatus: error\t"
        r"Error Type: Runtime\.ImportModuleError"
    )
    report = (
        rf"REPORT RequestId: {outcome.request_id}\tDuration: \d+\.\d\d ms\t"
        rf"Billed Duration: {outcome.billed_ms} ms\tMemory Size: 128 MB\t"
        rf"Max Memory Used: {outcome.max_memory_mb} MB\t"
        r"Status: error\tError Type: Runtime\.ImportModuleError\t"
    )
    expected = [
        init_start,
        *once,
        init_report.format("init"),
        *once,
        init_report.format("invoke"),
        rf"START RequestId: {outcome.request_id} Version: \$LATEST",
        f"END RequestId: {outcome.request_id}",
        report,
    ]
    log = lab.log()
    for line, pattern in zip(log, expected, strict=True):
        assert re.fullmatch(pattern, line), (line, pattern)
    tail = outcome.log_tail.decode()
    assert tail == "".join(f"{line}\n" for line in log[-3:])


async def test_the_last_words_of_a_failing_init_are_kept(lab: Lab) -> None:
    await lab.deploy("f", "import os\nprint('unfinished', end='')\nos._exit(1)\n")
    await lab.call("f")
    assert lab.log().count("unfinished") == 2


async def test_code_of_a_failing_init_runs_twice_and_then_once_a_call(lab: Lab) -> None:
    code = REMEMBER + 'raise RuntimeError(open("/tmp/inits").read())\n'
    await lab.deploy("f", code)
    first = await lab.call("f")
    assert (error(first)["errorMessage"], first.start) == ("xx", "cold")
    second = await lab.call("f")
    assert (error(second)["errorMessage"], second.start) == ("xxx", "reset")
    assert second.environment == first.environment
    assert [init.phase for init in lab.facts(InitStarted)] == ["init", "invoke", "invoke"]
    assert [init.attempt for init in lab.facts(InitStarted)] == [1, 2, 3]
    assert [init.status for init in lab.facts(InitFinished)] == ["error"] * 3
    assert second.duration > lab.facts(InitFinished)[-1].seconds


async def test_an_init_whose_second_try_works_serves_the_call(lab: Lab) -> None:
    code = (
        "import os\n"
        'if not os.path.exists("/tmp/inits"):\n'
        f"    {REMEMBER}"
        "    raise RuntimeError('not yet')\n"
        "def handler(event, context):\n"
        "    return 'at last'\n"
    )
    await lab.deploy("f", code)
    outcome = await lab.call("f")
    assert answer(outcome) == "at last"
    assert (outcome.start, outcome.init_duration) == ("cold", None)
    assert outcome.duration > lab.fact(InitFinished, phase="invoke").seconds
    assert lab.fact(EnvironmentReset).reason == "init"
    assert (await lab.call("f")).start == "warm"


@pytest.mark.parametrize(
    ("deed", "text"),
    [
        ("os._exit(5)", "Runtime exited with error: exit status 5"),
        ("sys.exit(0)", "Runtime exited without providing a reason"),
        ("ctypes.string_at(0)", "Runtime exited with error: signal: segmentation fault"),
    ],
)
async def test_a_crash_in_init_is_tried_twice_and_told(lab: Lab, deed: str, text: str) -> None:
    await lab.deploy("f", f"import ctypes, os, sys\n{REMEMBER}{deed}\n")
    outcome = await lab.call("f")
    assert error(outcome) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {outcome.request_id} Error: {text}",
    }
    reports = [line for line in lab.log() if line.startswith("INIT_REPORT")]
    assert [report.split("\t")[1:] for report in reports] == [
        ["Phase: init", "Status: error", "Error Type: Runtime.ExitError"],
        ["Phase: invoke", "Status: error", "Error Type: Runtime.ExitError"],
    ]
    await lab.deploy("f", "def handler(event, context):\n    return 'mended'\n")
    assert await lab.value("f") == "mended"


@pytest.mark.slow
async def test_memory_can_run_out_in_init(lab: Lab) -> None:
    await lab.deploy(
        "f", 'held = []\nwhile True:\n    held.append(b"\\x01" * (1 << 20))\n', timeout=20
    )
    outcome = await lab.call("f")
    assert (outcome.status, outcome.max_memory_mb) == ("memory", 128)
    assert [init.error_type for init in lab.facts(InitFinished)] == ["Runtime.OutOfMemory"] * 2


# -- init that takes too long

SLOW = """
import threading
threading.Event().wait({seconds})
def handler(event, context):
    return "ready"
"""


@pytest.mark.slow
async def test_a_slow_init_starts_again_inside_the_invoke_under_the_functions_timeout(
    ground: Ground,
) -> None:
    lab = await Lab.open(ground.platform(Limits(init_seconds=0.3)))
    await lab.deploy("slow", SLOW.format(seconds=0.5))
    await lab.deploy("slower", SLOW.format(seconds=60), timeout=1)
    slow, slower = await asyncio.gather(lab.call("slow"), lab.call("slower"))

    assert (answer(slow), slow.start, slow.init_duration) == ("ready", "cold", None)
    assert slow.duration > 0.5
    inits = lab.facts(InitFinished, function="slow")
    assert [(init.phase, init.status) for init in inits] == [
        ("init", "timeout"),
        ("invoke", "success"),
    ]
    assert inits[1].seconds > 0.5
    (report,) = [line for line in lab.log(function="slow") if line.startswith("INIT_REPORT")]
    assert re.fullmatch(
        r"INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: timeout", report
    )

    assert slower.status == "timeout"
    assert (slower.duration, slower.billed_ms) == (1.0, 1000)
    assert error(slower)["errorMessage"] == (
        f"RequestId: {slower.request_id} Error: Task timed out after 1.00 seconds"
    )
    first, second = lab.facts(InitFinished, function="slower")
    assert (first.status, second.status) == ("timeout", "timeout")
    assert first.seconds > 0
    assert second.seconds > 0
    assert len(lab.facts(InvocationStarted, function="slower")) == 1


async def test_a_suppressed_init_and_the_handler_share_the_functions_timeout(lab: Lab) -> None:
    code = """
    import os, threading
    threading.Event().wait(0.3)
    def handler(event, context):
        if event.get("leave"):
            os._exit(1)
        return context.get_remaining_time_in_millis()
    """
    await lab.deploy("f", code, timeout=60)
    assert (await lab.call("f", {"leave": True})).status == "crash"
    after = await lab.call("f")
    assert answer(after) <= 59_700
    assert after.duration > 0.3
    assert (after.start, after.init_duration) == ("reset", None)


async def test_a_changed_fault_starts_over(lab: Lab) -> None:
    await lab.deploy("f", "def handler(event, context):\n    return 1\n")
    await lab.set_faults("f", Faults(init="crash-in-init"))
    assert (await lab.call("f")).status == "init"
    await lab.set_faults("f", Faults())
    assert (await lab.call("f")).start == "cold"
