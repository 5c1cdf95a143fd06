"""An invocation whose response is read while it is made."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from webapp.runtime.model import Outcome
from webapp.runtime.response_stream import ResponseStream


@dataclass(frozen=True, slots=True)
class StreamedCall:
    """``stream`` has the pieces if the runtime streams; ``outcome`` comes at the end of it all."""

    stream: ResponseStream
    outcome: "asyncio.Task[Outcome]"

    @classmethod
    async def begin(cls, stream: ResponseStream, invoking: Awaitable[Outcome]) -> "StreamedCall":
        """Invoke, and return once it is known whether the response is streamed.

        Raises a ``ServiceError`` if user code was never reached.
        """
        outcome = asyncio.ensure_future(invoking)
        outcome.add_done_callback(lambda _: stream.end())
        await stream.wait()
        if not stream.begun:
            await outcome
        return cls(stream, outcome)
