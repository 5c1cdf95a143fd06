"""The share of the processor that goes with memory (environments.md 5, rule 24)."""

import asyncio
from pathlib import Path

import pytest

from tests.fakes.launcher import FakeLauncher, Inside
from tests.fakes.loop import run
from tests.runtime.bench import Bench
from webapp.runtime.environments.governor import PERIOD_SECONDS, Governor, Meter
from webapp.runtime.logs import log_frames

CPUS = 4
MEGABYTES = 1769


class Busy:
    """An environment that takes ``rate`` seconds of processor time each second that it may run."""

    def __init__(self, rate: float = 1.0) -> None:
        self.rate = rate
        self.held = False
        self.holds = 0
        self._loop = asyncio.get_running_loop()
        self._taken = 0.0
        self._since = self._loop.time()

    def cpu_seconds(self) -> float:
        now = self._loop.time()
        if not self.held:
            self._taken += self.rate * (now - self._since)
        self._since = now
        return self._taken

    def hold(self) -> None:
        self.cpu_seconds()
        self.held = True
        self.holds += 1

    def release(self) -> None:
        self.cpu_seconds()
        self.held = False


def governor() -> Governor:
    return Governor(megabytes_per_cpu=MEGABYTES, cpus=CPUS)


@pytest.mark.parametrize("memory_mb", [128, 256, 512, 1024, 1536])
def test_who_is_always_busy_gets_its_share_and_no_more(memory_mb: int) -> None:
    async def body() -> None:
        item, chief = Busy(), governor()
        with chief.governing(item, meter=chief.meter(memory_mb)):
            await asyncio.sleep(10)
        assert item.cpu_seconds() / 10 == pytest.approx(memory_mb / MEGABYTES, rel=0.06)

    run(body())


def test_one_that_can_not_be_looked_at_frees_no_other() -> None:
    class Broken(Busy):
        looks = 0

        def cpu_seconds(self) -> float:
            self.looks += 1
            if self.looks > 1 and asyncio.get_running_loop().time() < 10.0:
                raise PermissionError
            return 0.0

    async def body() -> None:
        loop = asyncio.get_running_loop()
        told: list[object] = []
        loop.set_exception_handler(lambda _, context: told.append(context["exception"]))
        broken, item, chief = Broken(), Busy(), governor()
        with (
            chief.governing(item, meter=chief.meter(512)),
            chief.governing(broken, meter=chief.meter(512)),
        ):
            await asyncio.sleep(10)
        assert item.cpu_seconds() / 10 == pytest.approx(512 / MEGABYTES, rel=0.06)
        assert len(told) > 100

    run(body())


@pytest.mark.parametrize(("memory_mb", "rate"), [(128, 3.0), (1769, 3.0), (3538, 4.0)])
def test_several_threads_or_processes_share_it(memory_mb: int, rate: float) -> None:
    async def body() -> None:
        item, chief = Busy(rate), governor()
        with chief.governing(item, meter=chief.meter(memory_mb)):
            await asyncio.sleep(10)
        assert item.cpu_seconds() / 10 == pytest.approx(memory_mb / MEGABYTES, rel=0.1)

    run(body())


@pytest.mark.parametrize(("memory_mb", "rate"), [(1769, 1.0), (10240, 4.0), (512, 0.1)])
def test_who_takes_less_than_its_share_never_stands_still(memory_mb: int, rate: float) -> None:
    async def body() -> None:
        item, chief = Busy(rate), governor()
        with chief.governing(item, meter=chief.meter(memory_mb)):
            await asyncio.sleep(10)
        assert item.holds == 0

    run(body())


def test_a_short_piece_of_work_is_not_slowed() -> None:
    async def body() -> None:
        item, chief = Busy(), governor()
        with chief.governing(item, meter=chief.meter(128)):
            await asyncio.sleep(0.001)
        assert item.holds == 0

    run(body())


def test_many_short_ones_in_a_row_are() -> None:
    """What an invocation took beyond its share is paid back by the next."""

    async def body() -> None:
        item, chief = Busy(), governor()
        meter = chief.meter(128)
        for _ in range(500):
            with chief.governing(item, meter=meter):
                before = item.cpu_seconds()
                while item.cpu_seconds() - before < 0.001:
                    await asyncio.sleep(0.0005)
            item.release()
        assert asyncio.get_running_loop().time() > 0.9 * item.cpu_seconds() * MEGABYTES / 128

    run(body())


def test_quiet_time_fills_the_bucket_no_further_than_a_turn() -> None:
    meter = Meter(0.5)
    assert meter.turn == 0.5 * PERIOD_SECONDS
    meter.begin(used=0.0, now=0.0)
    meter.look(used=0.05, now=0.0)
    assert meter.balance < 0
    meter.begin(used=7.0, now=1000.0)
    assert meter.balance == meter.turn


def test_a_late_look_is_paid_back() -> None:
    meter = Meter(0.1)
    meter.begin(used=0.0, now=0.0)
    wait = meter.look(used=1.0, now=1.0)
    assert meter.held
    assert 8.9 < wait < 9.1


def test_a_clock_that_falls_back_gives_nothing_away() -> None:
    meter = Meter(0.1)
    meter.begin(used=5.0, now=0.0)
    before = meter.balance
    meter.look(used=1.0, now=0.0)
    assert meter.balance == before
    meter.look(used=5.0, now=0.0)
    assert meter.balance == before


def test_nobody_is_held_or_released_after_the_end() -> None:
    async def body() -> None:
        item, chief = Busy(), governor()
        with chief.governing(item, meter=chief.meter(128)):
            await asyncio.sleep(0.5)
        held, holds = item.held, item.holds
        await asyncio.sleep(10)
        assert (item.held, item.holds) == (held, holds)

    run(body())


async def toiling(inside: Inside) -> None:
    """Take half a second of the processor to start, and as much for each event."""
    await inside.frame(log_frames.RUNTIME_STARTED)
    await toil(inside)
    while True:
        reply = await inside.next()
        await toil(inside)
        await inside.respond(reply.request_id, reply.body)


async def toil(inside: Inside) -> None:
    for _ in range(500):
        inside.cpu_seconds += 0.001
        await inside.sleep(0.001)


@pytest.mark.parametrize(("memory_mb", "seconds"), [(128, 0.5 * 1769 / 128), (1769, 0.5)])
def test_an_invocation_is_slowed_and_its_init_is_not(
    tmp_path: Path, memory_mb: int, seconds: float
) -> None:
    async def body() -> None:
        bench = Bench(tmp_path, launcher=FakeLauncher(toiling))
        await bench.deploy(memory_mb=memory_mb, timeout=60)
        call = await bench.invoke()
        assert call.init_duration == pytest.approx(0.5, rel=0.01)
        assert call.duration == pytest.approx(seconds, rel=0.06)
        (process,) = bench.launcher.launched
        assert process.frozen
        assert process.freezes == 2, "standing still is no end of an invocation"
        again = await bench.invoke()
        assert again.duration == pytest.approx(seconds, rel=0.06)

    run(body())


def test_a_slowed_function_still_has_only_its_timeout(tmp_path: Path) -> None:
    async def body() -> None:
        bench = Bench(tmp_path, launcher=FakeLauncher(toiling))
        await bench.deploy(memory_mb=128, timeout=3)
        call = await bench.invoke()
        assert (call.status, call.duration) == ("timeout", 3.0)
        (process,) = bench.launcher.launched
        assert process.killed

    run(body())
