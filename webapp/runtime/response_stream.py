"""A response on its way from a runtime to who waits for it, piece by piece (9.4)."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

HEAD_BYTES = 64 * 1024
"""How much of a streamed response is kept for those who look at it afterwards."""
HIGH_WATER_BYTES = 1024 * 1024
"""Of what was not read yet: from here on the runtime has to wait."""


class ResponseStream:
    """One response. The runtime's side writes, one reader reads; loop thread only.

    A runtime that does not stream never calls ``begin``: its response is in the outcome.
    """

    def __init__(self, *, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.version = ""
        """Which version of the function makes it; known once it is certain that it runs."""
        self.content_type: str | None = None
        self.size_bytes = 0
        self.whole = False
        """Whether the runtime said that this was all."""
        self._pieces: deque[bytes] = deque()
        self._unread = 0
        self._ended = False
        self._abandoned = False
        self._paused = False
        self._pause: Callable[[], None] = lambda: None
        self._resume: Callable[[], None] = lambda: None
        self._news = asyncio.Event()

    @property
    def begun(self) -> bool:
        """Whether the runtime streams its response."""
        return self.content_type is not None

    @property
    def too_large(self) -> bool:
        """Whether more came than may be streamed; what is over it was dropped."""
        return self.size_bytes > self.limit_bytes

    # -- the runtime's side

    def begin(
        self, content_type: str, *, pause: Callable[[], None], resume: Callable[[], None]
    ) -> None:
        """The first byte is on its way. ``pause`` and ``resume`` hold the runtime back."""
        self.content_type = content_type
        self._pause, self._resume = pause, resume
        self._news.set()

    def write(self, piece: bytes) -> None:
        """Take a piece; what nobody reads any more is thrown away."""
        self.size_bytes += len(piece)
        if self._abandoned or self._ended or self.too_large or not piece:
            return
        self._pieces.append(piece)
        self._unread += len(piece)
        self._news.set()
        if self._unread >= HIGH_WATER_BYTES and not self._paused:
            self._paused = True
            self._pause()

    def end(self, *, whole: bool = False) -> None:
        """Nothing more comes: this was all, or the outcome tells why not. Only the first counts."""
        self.whole = self.whole or (whole and not self._ended)
        self._ended = True
        self._news.set()

    # -- the reader's side

    async def wait(self) -> None:
        """Wait until the runtime streams, or it is certain that it does not."""
        while not (self.begun or self._ended):
            await self._turn()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Give the pieces as they come, until the end."""
        while True:
            while self._pieces:
                piece = self._pieces.popleft()
                self._unread -= len(piece)
                self._let_go()
                yield piece
            if self._ended:
                return
            await self._turn()

    def abandon(self) -> None:
        """The reader has gone: let the runtime finish what nobody hears."""
        self._abandoned = True
        self._pieces.clear()
        self._unread = 0
        self._let_go()

    def _let_go(self) -> None:
        if self._paused and self._unread < HIGH_WATER_BYTES // 2:
            self._paused = False
            self._resume()

    async def _turn(self) -> None:
        self._news.clear()
        await self._news.wait()
