"""Runtimes for the fake launcher: one that does what each event says, and one that runs Python."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from tests.fakes.launcher import Ending, Inside, Reply
from webapp.runtime.logs import log_frames

Deed = Callable[[Inside, Reply], Awaitable[None]]


async def obedient(inside: Inside) -> None:
    """Start as the variable ``INIT`` says, then do with each event what its ``do`` says.

    ``INIT``: steps divided by spaces, one for each launch of this environment, the last one for
    all that follow: ``ok``, ``error``, ``memory``, ``exit:3``, ``slow:2.5``, ``hang``,
    ``garbage``, ``mute`` (closes its socket).
    """
    await inside.frame(log_frames.RUNTIME_STARTED)
    await _initialize(inside, _step(inside))
    served = 0
    while True:
        reply = await inside.next()
        served += 1
        inside.temporary["served"] = str(int(inside.temporary.get("served", "0")) + 1)
        event = reply.event
        name = event.get("do", "answer") if isinstance(event, dict) else "answer"
        if name == "count":
            body = {"served": served, "ever": int(inside.temporary["served"])}
            await inside.respond(reply.request_id, json.dumps(body).encode())
        else:
            await DEEDS[name](inside, reply)


def _step(inside: Inside) -> str:
    steps = inside.specification.variables.get("INIT", "ok").split()
    launches = int(inside.temporary.get("launches", "0"))
    inside.temporary["launches"] = str(launches + 1)
    return steps[min(launches, len(steps) - 1)]


async def _initialize(inside: Inside, step: str) -> None:
    kind, _, argument = step.partition(":")
    if kind == "slow":
        await inside.sleep(float(argument))
    elif kind == "hang":
        await forever()
    elif kind == "exit":
        raise Ending(code=int(argument))
    elif kind == "garbage":
        await inside.write(b"\x00\xff garbage \r\n\r\n")
        await forever()
    elif kind == "mute":
        inside._connection.close()
        await forever()
    elif kind in ("error", "memory"):
        type_ = "Runtime.OutOfMemory" if kind == "memory" else "Runtime.ImportModuleError"
        body = error_body(type_, "Unable to import module 'app'", request_id="")
        await inside.print("[ERROR] before the end")
        await inside.fail_init(body, error_type=type_)
        raise Ending(code=1)


def error_body(error_type: str, message: str, *, request_id: str) -> bytes:
    """Return what the Python runtime posts."""
    return json.dumps(
        {
            "errorMessage": message,
            "errorType": error_type,
            "requestId": request_id,
            "stackTrace": [],
        }
    ).encode()


async def forever() -> None:
    await asyncio.get_running_loop().create_future()


async def _answer(inside: Inside, reply: Reply) -> None:
    event = reply.event
    if isinstance(event, dict) and "seconds" in event:
        await inside.sleep(event["seconds"])
    await inside.respond(reply.request_id, reply.body)


async def _raise(inside: Inside, reply: Reply) -> None:
    type_ = reply.event.get("type", "ValueError")
    body = error_body(type_, "no", request_id=reply.request_id)
    await inside.fail(reply.request_id, body, error_type=type_)


async def _hang(inside: Inside, reply: Reply) -> None:
    await inside.print("going to hang")
    await forever()


async def _exit(inside: Inside, reply: Reply) -> None:
    raise Ending(code=reply.event.get("code", 0), signal_=reply.event.get("signal"))


async def _answer_and_exit(inside: Inside, reply: Reply) -> None:
    await inside.respond(reply.request_id, b'"bye"')
    raise Ending(code=3)


async def _oversized(inside: Inside, reply: Reply) -> None:
    await inside.respond(reply.request_id, b"x" * reply.event["bytes"])


async def _garbage(inside: Inside, reply: Reply) -> None:
    await inside.write(b"\xff" * 100 + b"\r\n\r\n")
    await forever()


async def _mute(inside: Inside, reply: Reply) -> None:
    inside._connection.close()
    await inside.sleep(reply.event.get("seconds", 0.0))
    raise Ending(code=5)


async def _grow(inside: Inside, reply: Reply) -> None:
    inside.allocate(reply.event["bytes"])
    await inside.sleep(reply.event.get("seconds", 0.0))
    await inside.respond(reply.request_id, b'"grown"')


async def _print(inside: Inside, reply: Reply) -> None:
    for _ in range(reply.event.get("times", 1)):
        await inside.print(reply.event["text"])
    await inside.respond(reply.request_id, b"null")


async def _next_again(inside: Inside, reply: Reply) -> None:
    again = await inside.next()
    body = json.dumps([again.request_id == reply.request_id, again.event == reply.event])
    await inside.respond(reply.request_id, body.encode())


DEEDS: dict[str, Deed] = {
    "answer": _answer,
    "raise": _raise,
    "hang": _hang,
    "exit": _exit,
    "answer and exit": _answer_and_exit,
    "oversized": _oversized,
    "garbage": _garbage,
    "mute": _mute,
    "grow": _grow,
    "print": _print,
    "next again": _next_again,
}


async def python(inside: Inside) -> None:
    """Run the environment's ``app.py`` in this very process: for code that is no trouble."""
    module, _, name = inside.specification.variables["_HANDLER"].partition(".")
    source = (inside.specification.code / f"{module}.py").read_text("utf-8")
    scope: dict[str, Any] = {"__name__": module}
    exec(compile(source, f"{module}.py", "exec"), scope)  # noqa: S102 - the contract tests' own code
    while True:
        reply = await inside.next()
        try:
            answer = json.dumps(scope[name](reply.event, None)).encode()
        except SystemExit as error:
            raise Ending(code=int(error.code or 0)) from None
        await _post(inside, reply.request_id, answer)


async def _post(inside: Inside, request_id: str, answer: bytes) -> None:
    await inside.write(
        f"POST /2018-06-01/runtime/invocation/{request_id}/response HTTP/1.1\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
        + answer
    )
    await inside.reply()
