"""One pipe of a process's output, read on the loop and given out in pieces.

A pipe holds 64 KB, which can be as many log events. Giving them all out at once took over a
second in which nobody else was served; so the loop's other work comes between the pieces.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from itertools import islice

READ_BYTES = 64 * 1024
EVENTS_A_TURN = 200
THROTTLED_READ_SECONDS = 0.005
DRAINED_READS = 64


class OutputPipe:
    """Reads a non-blocking descriptor. ``give_out`` makes events of bytes.

    It gives out one event a step and tells with each whether more is wanted. What isn't wanted is
    read at less than full speed: it must neither stop its writer nor keep the loop busy.
    """

    def __init__(self, descriptor: int, *, give_out: Callable[[bytes], Iterator[bool]]) -> None:
        self._descriptor = descriptor
        self._give_out = give_out
        self._loop = asyncio.get_running_loop()
        self._rest: Iterator[bool] = iter(())
        self._pause: asyncio.TimerHandle | None = None
        self._open = True
        self._loop.add_reader(descriptor, self._readable)

    async def drain(self) -> None:
        """Give out all that is in the pipe now; for a process that is frozen or dead."""
        for _ in range(DRAINED_READS):
            while self._step()[0]:
                await asyncio.sleep(0)
            if not self._read():
                break

    def close(self) -> None:
        """Read no more; idempotent. The descriptor stays its owner's."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._descriptor)
        if self._pause is not None:
            self._pause.cancel()

    def _readable(self) -> None:
        if self._read():
            more, wanted = self._step()
            if more or not wanted:
                self._loop.remove_reader(self._descriptor)
                self._go_on_after(THROTTLED_READ_SECONDS if not wanted else 0.0)

    def _go_on_after(self, seconds: float) -> None:
        self._pause = self._loop.call_later(seconds, self._go_on)

    def _go_on(self) -> None:
        more, wanted = self._step()
        if more:
            self._go_on_after(0.0)
        elif not wanted:
            self._go_on_after(THROTTLED_READ_SECONDS)
        else:
            self._loop.add_reader(self._descriptor, self._readable)

    def _step(self) -> tuple[bool, bool]:
        """Give out a piece; return whether there is more of it, and whether it is wanted."""
        given = 0
        for wanted in islice(self._rest, EVENTS_A_TURN):
            given += 1
            if not wanted:
                self._rest = iter(())
                return False, False
        return given == EVENTS_A_TURN, True

    def _read(self) -> bool:
        """Read once; return whether there was something."""
        if not self._open:
            return False
        try:
            data = os.read(self._descriptor, READ_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._descriptor)
            return False
        self._rest = self._give_out(data)
        return True
