"""Node.js handlers on our own runtime client (lambda-behaviour 1.5, 3.1)."""

import json
from typing import Any

import pytest

from tests.platform.lab import Lab, answer, error
from webapp.runtime.model import Faults
from webapp.trace.events import InitFinished, LogWritten

NODE: dict[str, Any] = {
    "runtime": "nodejs20.x",
    "handler": "index.handler",
    "timeout": 20,
    "memory_mb": 256,
}


async def deploy(lab: Lab, code: str, *, file: str = "index.js", **configuration: Any) -> None:
    await lab.deploy("f", files={file: code}, **{**NODE, **configuration})


COMMON = "exports.handler = async (event, context) => ({ event, n: ++n }); let n = 0;"
MODULE = "let n = 0; export const handler = async (event) => ({ event, n: ++n });"


@pytest.mark.parametrize(
    ("file", "code"), [("index.js", COMMON), ("index.cjs", COMMON), ("index.mjs", MODULE)]
)
async def test_both_kinds_of_modules_are_served_and_stay_warm(
    alone: Lab, file: str, code: str
) -> None:
    await deploy(alone, code, file=file)
    first, second = await alone.call("f", {"a": "ü"}), await alone.call("f", None)
    assert answer(first) == {"event": {"a": "ü"}, "n": 1}
    assert answer(second)["n"] == 2
    assert (first.start, second.start) == ("cold", "warm")
    assert alone.log()[0].startswith("INIT_START Runtime Version: nodejs:20.")


async def test_a_package_says_what_kind_its_modules_are(alone: Lab) -> None:
    files = {"package.json": '{"type": "module"}', "index.js": MODULE}
    await alone.deploy("f", files=files, **NODE)
    assert (await alone.value("f"))["n"] == 1


async def test_a_handler_may_lie_deep(alone: Lab) -> None:
    code = "exports.deep = { handler: async () => __filename };"
    await deploy(alone, code, file="src/lib/app.js", handler="src/lib/app.deep.handler")
    assert await alone.value("f") == "/var/task/src/lib/app.js"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("exports.handler = (e, c, done) => setTimeout(() => done(null, 'late'), 20);", "late"),
        ("exports.handler = (e, c) => c.succeed('old');", "old"),
        ("exports.handler = (e, c) => c.done(null, 'older');", "older"),
        ("exports.handler = (e, c) => { setTimeout(() => {}, 20); return 'not awaited'; };", None),
        ("exports.handler = async () => undefined;", None),
    ],
)
async def test_there_are_many_ways_to_answer(alone: Lab, code: str, value: object) -> None:
    await deploy(alone, code)
    assert await alone.value("f") == value
    assert await alone.value("f") == value


async def test_a_callback_may_leave_work_for_the_next_call(alone: Lab) -> None:
    await deploy(
        alone,
        "let ticks = 0; exports.handler = (event, context, done) => {"
        "  context.callbackWaitsForEmptyEventLoop = false;"
        "  if (!ticks) setInterval(() => ticks++, 1);"
        "  setTimeout(() => done(null, ticks), 50); };",
    )
    first = await alone.value("f")
    assert await alone.value("f") > first > 0


async def test_the_context_says_who_and_how_long(alone: Lab) -> None:
    await deploy(
        alone,
        "exports.handler = async (event, context) => ({ ...context,"
        " left: context.getRemainingTimeInMillis(), cwd: process.cwd() });",
    )
    call = await alone.call("f")
    told = answer(call)
    assert told["awsRequestId"] == call.request_id
    assert (told["functionName"], told["memoryLimitInMB"]) == ("f", "256")
    assert 0 < told["left"] <= 20_000
    assert told["cwd"] == "/var/task"


async def test_console_writes_events_with_time_request_and_level(alone: Lab) -> None:
    await deploy(
        alone,
        "exports.handler = async () => { console.log('a %s\\nb', 1, { c: 2 });"
        " console.error('bad'); process.stdout.write('raw\\n'); };",
    )
    call = await alone.call("f")
    texts = [fact.text for fact in alone.facts(LogWritten, request_id=call.request_id)]
    events = [text.split("\t")[1:] for text in texts if "\t" in text and "REPORT" not in text]
    assert [call.request_id, "INFO", "a 1\nb { c: 2 }"] in events
    assert [call.request_id, "ERROR", "bad"] in events
    assert "raw" in texts


async def test_an_error_is_told_to_the_caller_and_logged(alone: Lab) -> None:
    await deploy(alone, "exports.handler = async () => { throw new TypeError('no'); };")
    call = await alone.call("f")
    told = error(call)
    assert (told["errorType"], told["errorMessage"]) == ("TypeError", "no")
    assert told["trace"][0] == "TypeError: no"
    assert told["trace"][1].endswith("(/var/task/index.js:1:39)")
    (logged,) = [text for text in alone.log() if "\tERROR\tInvoke Error \t" in text]
    assert json.loads(logged.rpartition("\t")[2])["stack"] == told["trace"]
    assert (await alone.call("f")).start == "warm"


@pytest.mark.parametrize(
    ("code", "type_"),
    [
        ("exports.handler = async () => { throw 'just text'; };", "string"),
        ("exports.handler = async () => { throw null; };", "null"),
        ("exports.handler = (e, c, done) => done(new RangeError('r'));", "RangeError"),
        ("exports.handler = async () => { const a = {}; a.a = a; return a; };", "Error"),
    ],
)
async def test_whatever_is_thrown_has_a_type(alone: Lab, code: str, type_: str) -> None:
    await deploy(alone, code)
    assert error(await alone.call("f"))["errorType"] == type_


@pytest.mark.parametrize(
    ("code", "type_"),
    [
        ("setTimeout(() => { throw new Error('lost'); }, 1);", "Error"),
        ("Promise.reject(new Error('lost'));", "Runtime.UnhandledPromiseRejection"),
    ],
)
async def test_what_nobody_catches_ends_the_runtime(alone: Lab, code: str, type_: str) -> None:
    await deploy(
        alone,
        f"exports.handler = async () => {{ {code}"
        " await new Promise((done) => setTimeout(done, 5000)); };",
    )
    assert error(await alone.call("f"))["errorType"] == type_
    assert (await alone.call("f")).start == "reset"


@pytest.mark.parametrize(
    ("changes", "type_", "message"),
    [
        ({"file": "other.js"}, "Runtime.ImportModuleError", "Error: Cannot find module 'index'"),
        (
            {"code": "exports.x = 1;"},
            "Runtime.HandlerNotFound",
            "index.handler is undefined or not exported",
        ),
        (
            {"code": "exports.handler = 1;"},
            "Runtime.HandlerNotFound",
            "index.handler is not a function",
        ),
        (
            {"code": "exports.handler = ("},
            "Runtime.UserCodeSyntaxError",
            "SyntaxError: Unexpected end of input",
        ),
        (
            {"code": "require('left-pad')"},
            "Runtime.ImportModuleError",
            "Error: Cannot find module 'left-pad'",
        ),
        ({"code": "throw new Error('at init')"}, "Error", "at init"),
        ({"handler": "index"}, "Runtime.MalformedHandlerName", "Bad handler"),
        (
            {"runtime": "nodejs24.x", "code": "exports.handler = (e, c, done) => done();"},
            "Runtime.CallbackHandlerDeprecated",
            "ERROR: AWS Lambda has removed support for callback",
        ),
    ],
)
async def test_a_handler_that_cannot_be_had_fails_its_init(
    alone: Lab, changes: dict[str, str], type_: str, message: str
) -> None:
    await deploy(alone, **{"code": "", **changes})
    told = error(await alone.call("f"))
    assert told["errorType"] == type_
    assert told["errorMessage"].startswith(message)
    assert [fact.error_type for fact in alone.facts(InitFinished)] == [type_, type_]


async def test_memory_that_runs_out_ends_it_like_on_lambda(alone: Lab) -> None:
    fill = "const held = []; for (;;) held.push(Buffer.alloc(1 << 22, 1));"
    await deploy(alone, f"exports.handler = async () => {{ {fill} }};", memory_mb=128)
    call = await alone.call("f")
    assert (call.status, call.max_memory_mb) == ("memory", 128)


async def test_the_labs_services_are_within_reach_and_nothing_else(alone: Lab) -> None:
    code = (
        "export const handler = async (event) => { try { await fetch(event); return 'reached'; }"
        " catch (error) { return error.cause?.code ?? 'unreachable'; } };"
    )
    await deploy(alone, code, file="index.mjs")
    for url in ("http://192.0.2.1/", "http://127.0.0.1:22/", "https://example.com/"):
        assert await alone.value("f", url) != "reached"


async def test_the_labs_fault_knobs_work_here_too(alone: Lab) -> None:
    await deploy(alone, "exports.handler = async () => 'fine';")
    assert await alone.value("f") == "fine"
    await alone.set_faults("f", Faults(invocation="raise"))
    assert error(await alone.call("f"))["errorType"] == "InjectedFault"
    await alone.set_faults("f", Faults(slow_ms=200))
    slow = await alone.call("f")
    assert (slow.status, slow.duration >= 0.2) == ("ok", True)
    await alone.set_faults("f", Faults(init="crash-in-init"))
    assert error(await alone.call("f"))["errorMessage"] == "raised by the lab's fault knob"
