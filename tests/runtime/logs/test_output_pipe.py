"""One pipe: read in pieces, slowly where nobody listens, and not at all once it is closed."""

import asyncio
import os
from collections.abc import Iterator

import pytest

from tests.fakes.loop import run, turns
from webapp.runtime.logs.output_pipe import EVENTS_A_TURN, THROTTLED_READ_SECONDS, OutputPipe


class Tap:
    """A pipe with its writer's end, and the bytes that it gave out one by one."""

    def __init__(self, *, wanted: int = 10**9) -> None:
        self.given: list[int] = []
        self._wanted = wanted
        self._far, self._near = os.pipe()
        os.set_blocking(self._far, False)
        self.pipe = OutputPipe(self._far, give_out=self._give_out)

    def write(self, data: bytes) -> None:
        os.write(self._near, data)

    def hang_up(self) -> None:
        os.close(self._near)
        self._near = -1

    def finish(self) -> None:
        self.pipe.close()
        os.close(self._far)
        if self._near >= 0:
            os.close(self._near)

    def _give_out(self, data: bytes) -> Iterator[bool]:
        for byte in data:
            self.given.append(byte)
            yield len(self.given) < self._wanted


@pytest.mark.parametrize("count", [1, EVENTS_A_TURN - 1, EVENTS_A_TURN, 5 * EVENTS_A_TURN + 1])
def test_everything_is_given_out_in_order_a_piece_a_turn(count: int) -> None:
    async def work() -> None:
        tap = Tap()
        data = bytes(number % 251 for number in range(count))
        tap.write(data)
        most, before = 0, 0
        for _ in range(60):
            await turns(1)
            most, before = max(most, len(tap.given) - before), len(tap.given)
        tap.write(b"more")
        await turns()
        assert bytes(tap.given) == data + b"more"
        assert most <= EVENTS_A_TURN
        tap.finish()

    run(work())


def test_what_is_not_wanted_is_read_slowly_and_thrown_away() -> None:
    async def work() -> None:
        tap = Tap(wanted=3)
        for _ in range(4):
            tap.write(b"abcdefgh")
            await asyncio.sleep(2 * THROTTLED_READ_SECONDS)
        assert bytes(tap.given) == b"abc" + b"a" * 3
        tap.finish()

    run(work())


@pytest.mark.parametrize("wanted", [3, 10**9])
def test_a_closed_pipe_reads_no_more(wanted: int) -> None:
    async def work() -> None:
        tap = Tap(wanted=wanted)
        tap.write(b"x" * 3 * EVENTS_A_TURN)
        await turns(2)
        given = len(tap.given)
        tap.pipe.close()
        tap.pipe.close()
        tap.write(b"more")
        await asyncio.sleep(1.0)
        assert len(tap.given) == given
        tap.finish()

    run(work())


def test_a_drain_after_the_close_leaves_the_descriptor_alone() -> None:
    async def work() -> None:
        tap = Tap()
        tap.pipe.close()
        tap.write(b"somebody else's by now")
        await tap.pipe.drain()
        assert tap.given == []
        tap.finish()

    run(work())


def test_a_writer_that_is_gone_ends_the_reading() -> None:
    async def work() -> None:
        tap = Tap()
        tap.write(b"last words")
        tap.hang_up()
        await tap.pipe.drain()
        await turns()
        assert bytes(tap.given) == b"last words"
        tap.finish()

    run(work())
