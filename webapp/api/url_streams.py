"""Streamed answers of function URLs: handed on as the runtime makes them (lambda-behaviour 9.4)."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from webapp.runtime.loop import LoopStopped, LoopThread
from webapp.runtime.model import Outcome
from webapp.runtime.streamed_call import StreamedCall
from webapp.sources.function_url.answer import HttpAnswer, answer_of, failed, made
from webapp.sources.function_url.prelude import INTEGRATION, split_prelude


class StreamCut(Exception):
    """The function failed midway: the caller has its status already, and hears no end."""


def outcome_answer(outcome: Outcome) -> HttpAnswer:
    """Return the answer for a response that came whole."""
    return failed() if outcome.function_error else answer_of(outcome.payload)


def streamed_answer(call: StreamedCall, loop: LoopThread) -> HttpAnswer:
    """Return the answer as far as it is known; its ``rest`` follows. Blocks."""
    pieces = _pieces(call, loop)
    kind = (call.stream.content_type or "").partition(";")[0].strip()
    if kind != INTEGRATION:
        head = made(200, [("Content-Type", kind or "application/octet-stream")])
        return replace(head, rest=pieces)
    known = b""
    for piece in pieces:
        known += piece
        found = split_prelude(known)
        if found is not None:
            head, body = found
            return replace(head, body=head.body + body, rest=pieces)
    return failed()


def _pieces(call: StreamedCall, loop: LoopThread) -> Iterator[bytes]:
    """Give what the runtime sends. Raises ``StreamCut`` in place of an end that is none."""
    pieces = call.stream.pieces()

    async def following() -> bytes | None:
        return await anext(pieces, None)

    async def outcome() -> Outcome:
        return await call.outcome

    async def abandon() -> None:
        call.stream.abandon()

    try:
        while (piece := loop.call(following())) is not None:
            yield piece
        if loop.call(outcome()).function_error is not None:
            raise StreamCut
    finally:
        with suppress(LoopStopped):
            loop.submit(abandon())
