"""What never reaches learners' code, and what must not hurt the platform (lambda-behaviour 4.3)."""

import asyncio
import os

import pytest

from tests.platform.ground import Ground
from tests.platform.lab import Lab, answer, error
from webapp.runtime.code.code import pack
from webapp.runtime.errors import (
    InvalidRequestContent,
    RequestTooLarge,
    ResourceConflict,
    ResourceNotFound,
    ServiceFailed,
    TooManyRequests,
)
from webapp.runtime.model import MEGABYTE, Configuration
from webapp.trace.events import EnvironmentRequested, InvocationAccepted

ECHO = """
def handler(event, context):
    return event
"""
LENGTH = """
def handler(event, context):
    return len(event)
"""


async def test_an_unknown_function_is_not_found(lab: Lab) -> None:
    with pytest.raises(ResourceNotFound) as refused:
        await lab.call("nope")
    assert refused.value.message == (
        "Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope:$LATEST"
    )
    with pytest.raises(ResourceNotFound, match=r"function:nope:7$"):
        await lab.call("nope", qualifier="7")


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"{'a': 1}", b"\xff\xfe", b'{"a":1}{', b"nothing", b"[" * 100_000]
)
async def test_what_is_no_json_is_refused(lab: Lab, payload: bytes) -> None:
    await lab.deploy("f", ECHO)
    with pytest.raises(InvalidRequestContent) as refused:
        await lab.send("f", payload)
    assert refused.value.status == 400
    assert refused.value.message.startswith(
        "Could not parse request body into json: Could not parse payload into json: "
    )
    assert lab.facts(InvocationAccepted) == []


@pytest.mark.parametrize("event", [None, 0, "text", [], [1, None, 0.5], {"é": "☃"}, True])
async def test_any_json_is_an_event(lab: Lab, event: object) -> None:
    await lab.deploy("f", ECHO)
    outcome = await lab.call("f", event) if event is not None else await lab.send("f", b"null")
    assert answer(outcome) == event


async def test_the_largest_payload_arrives_and_one_byte_more_is_refused(lab: Lab) -> None:
    await lab.deploy("f", LENGTH, timeout=10)
    limit = 6 * MEGABYTE
    assert await lab.value("f", "x" * (limit - 2)) == limit - 2
    with pytest.raises(RequestTooLarge) as refused:
        await lab.call("f", "x" * (limit - 1))
    assert refused.value.status == 413
    assert refused.value.message == (
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation"
    )
    assert len(lab.facts(InvocationAccepted)) == 1


async def test_a_pending_function_cannot_be_invoked_yet(lab: Lab) -> None:
    registry, run = lab.workspace.registry, lab.run
    data = pack({"handler.py": ECHO + "# not unpacked before\n"})
    await registry.create("f", configuration=Configuration(), data=data, run=run)
    with pytest.raises(ResourceConflict) as refused:
        await lab.call("f")
    assert refused.value.status == 409
    assert refused.value.message == (
        "The operation cannot be performed at this time. "
        "The function is currently in the following state: Pending"
    )
    await registry.ready("f")
    assert await lab.value("f", 1) == 1


async def test_a_store_that_cannot_keep_up_throttles(ground: Ground) -> None:
    platform = ground.platform()
    lab = await Lab.open(platform)
    await lab.deploy("f", ECHO)
    ground.store.busy = True
    with pytest.raises(TooManyRequests) as refused:
        await lab.call("f")
    assert refused.value.reason == "CallerRateLimitExceeded"
    ground.store.busy = False
    assert await lab.value("f", 1) == 1


async def test_a_launch_that_fails_is_our_failure_and_the_next_call_works(
    ground: Ground, lab: Lab
) -> None:
    await lab.deploy("f", ECHO)
    ground.launcher.failure = "no process could be started"
    with pytest.raises(ServiceFailed, match="no process could be started") as failed:
        await lab.call("f")
    assert (failed.value.code, failed.value.status) == ("ServiceException", 500)
    results = await asyncio.gather(*(lab.call("f") for _ in range(3)), return_exceptions=True)
    assert {type(result) for result in results} == {ServiceFailed}
    ground.launcher.failure = None
    outcome = await lab.call("f", "now")
    assert (answer(outcome), outcome.start) == ("now", "cold")
    assert lab.workspace.dispatcher.running(["f"]) == []
    assert len(lab.facts(EnvironmentRequested)) == 5


async def test_a_relaunch_that_fails_keeps_the_environment_for_the_next_call(
    ground: Ground, lab: Lab
) -> None:
    await lab.deploy(
        "f", "import os\ndef handler(event, context):\n    os._exit(1) if event else 0\n"
    )
    await lab.call("f", "leave")
    ground.launcher.failure = "not now"
    with pytest.raises(ServiceFailed, match="not now"):
        await lab.call("f")
    ground.launcher.failure = None
    assert (await lab.call("f", "")).start == "reset"


POST = "POST /2018-06-01/runtime/{} HTTP/1.1\r\nContent-Length: {}\r\n\r\n"
GARBAGE = {
    "no protocol": "hello?\r\n\r\n",
    "a wrong id": POST.format("invocation/x/response", 2) + "{}",
    "a huge head": "GET /" + "x" * 200_000,
    "a huge length": POST.format("init/error", 10**11),
    "nothing known": "DELETE /2018-06-01/everything HTTP/1.1\r\n\r\n",
    "zeros": "\0" * 100_000,
}


@pytest.mark.slow
async def test_garbage_on_the_runtimes_socket_hurts_only_its_own_call(lab: Lab) -> None:
    code = """
    import os, socket, stat, threading
    def handler(event, context):
        if event is None:
            return "fine"
        for number in range(3, 64):
            try:
                if stat.S_ISSOCK(os.fstat(number).st_mode):
                    os.write(number, event.encode("latin-1"))
            except OSError:
                pass
        threading.Event().wait()
    """
    for name in GARBAGE:
        await lab.deploy(name.replace(" ", "-"), code, timeout=6)
    calls = [lab.begin(name.replace(" ", "-"), garbage) for name, garbage in GARBAGE.items()]
    outcomes = [await call for call in calls]
    assert {outcome.status for outcome in outcomes} <= {"crash", "timeout"}
    assert all("errorType" in error(outcome) for outcome in outcomes)
    for name in GARBAGE:
        after = await lab.send(name.replace(" ", "-"), b"null")
        assert (answer(after), after.start) == ("fine", "reset")


@pytest.mark.parametrize("descriptor", range(3, 8))
async def test_closing_a_descriptor_hurts_only_its_own_environment(
    lab: Lab, descriptor: int
) -> None:
    code = """
    import os
    def handler(event, context):
        try:
            os.close(event)
        except OSError:
            pass
        return "closed"
    """
    await lab.deploy("f", code)
    outcome = await lab.call("f", descriptor)
    assert outcome.status in {"ok", "crash"}
    assert (await lab.call("f", 99)).status in {"ok", "crash"}
    await lab.deploy("g", ECHO)
    assert await lab.value("g", 1) == 1


async def test_descriptors_that_are_sent_to_the_platform_are_dropped(lab: Lab) -> None:
    code = """
    import array, os, socket
    def handler(event, context):
        held = [os.open("/dev/null", os.O_RDONLY) for _ in range(50)]
        packed = array.array("i", held)
        for number in range(3, 10):
            try:
                with socket.socket(fileno=os.dup(number)) as sock:
                    sock.sendmsg([b"\\r\\n"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, packed)])
            except OSError:
                pass
        for one in held:
            os.close(one)
        return "sent"
    """
    await lab.deploy("f", code)
    await lab.deploy("g", ECHO)
    assert await lab.value("g", 1) == 1
    first = await lab.call("f")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - numbers
    for _ in range(3):
        assert (await lab.call("f")).status == first.status
    assert len(os.listdir("/proc/self/fd")) < before + 50  # noqa: PTH208
    assert await lab.value("g", 1) == 1
