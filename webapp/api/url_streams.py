"""Streamed answers of function URLs: handed on as the runtime makes them (lambda-behaviour 9.4)."""

from contextlib import suppress
from dataclasses import replace

from webapp.runtime.loop import LoopStopped, LoopThread
from webapp.runtime.streamed_call import StreamedCall
from webapp.sources.function_url.answer import HttpAnswer, failed, made
from webapp.sources.function_url.prelude import INTEGRATION, NoPrelude, split_prelude


class StreamCut(Exception):
    """The function failed midway: the caller has its status already, and hears no end."""


def streamed_answer(call: StreamedCall, loop: LoopThread) -> HttpAnswer:
    """Return the answer as far as it is known; its ``rest`` follows. Blocks."""
    pieces = Pieces(call, loop)
    kind = call.stream.content_type or ""
    if kind.partition(";")[0].strip() != INTEGRATION:
        head = made(200, [("Content-Type", kind)])
        return replace(head, rest=pieces)
    known = b""
    try:
        for piece in pieces:
            known += piece
            found = split_prelude(known)
            if found is not None:
                head, body = found
                return replace(head, body=body, rest=pieces)
    except (NoPrelude, StreamCut):
        pieces.close()
    return failed()


class Pieces:
    """What the runtime sends. Raises ``StreamCut`` in place of an end that is none."""

    def __init__(self, call: StreamedCall, loop: LoopThread) -> None:
        self._stream = call.stream
        self._loop = loop
        self._pieces = call.stream.pieces()

    def __iter__(self) -> "Pieces":
        return self

    def __next__(self) -> bytes:
        piece = self._loop.call(self._following())
        if piece is not None:
            return piece
        if not self._stream.whole:
            raise StreamCut
        raise StopIteration

    def close(self) -> None:
        """Nobody reads on: let the runtime finish by itself."""
        with suppress(LoopStopped):
            self._loop.submit(self._abandon())

    async def _following(self) -> bytes | None:
        return await anext(self._pieces, None)

    async def _abandon(self) -> None:
        self._stream.abandon()
