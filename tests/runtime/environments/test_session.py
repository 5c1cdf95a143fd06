"""One process from its launch to its end: whatever comes first ends the wait (2.3, 2.4)."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.launcher import Ending, FakeLauncher, FakeProcess, Inside, Runtime
from tests.fakes.loop import real, run, turns
from webapp.runtime.environments.session import Ended, Session
from webapp.runtime.logs import log_frames
from webapp.runtime.logs.output_pipe import EVENTS_A_TURN
from webapp.runtime.ports import EnvironmentSpecification

RESPONSE_BYTES = 1000
ID = "the-request"


class Heard:
    """Who hears the process. ``most`` lines are wanted."""

    def __init__(self, most: int = 10**9) -> None:
        self.lines: list[str] = []
        self.events: list[str] = []
        self.markers: list[tuple[int, float]] = []
        self._most = most

    def on_line(self, text: str) -> bool:
        self.lines.append(text)
        return len(self.lines) < self._most

    def on_event(self, text: str, frame_type: int) -> bool:
        self.events.append(text)
        return True

    def on_marker(self, type_: int, time: float) -> None:
        self.markers.append((type_, time))


class Life:
    """A session on a fake process that lives as ``runtime`` says."""

    session: Session
    process: FakeProcess

    def __init__(self, runtime: Runtime, *, most: int = 10**9) -> None:
        self.heard = Heard(most)
        self._runtime = runtime

    async def begin(self) -> "Life":
        specification = EnvironmentSpecification(
            identifier="e",
            code=Path("/code"),
            memory_bytes=1,
            temporary_bytes=1,
            variables={},
        )
        self.process = await FakeLauncher(self._runtime).launch(specification)
        self.session = Session(self.process, output=self.heard, response_bytes=RESPONSE_BYTES)
        await self.session.open()
        return self

    async def ready(self, *, seconds: float = 10.0) -> Ended:
        return await self.session.wait_ready(seconds=seconds)

    def invoke(self, payload: bytes = b"{}", *, seconds: float = 3.0) -> "asyncio.Future[Ended]":
        return self.session.invoke(ID, headers={}, payload=payload, seconds=seconds)


Deed = Callable[[Inside], Coroutine[Any, Any, None]]


async def forever() -> None:
    await asyncio.get_running_loop().create_future()


def serving(deed: Deed) -> Runtime:
    """Make a runtime that does this with its first event."""

    async def runtime(inside: Inside) -> None:
        await inside.next()
        await deed(inside)
        await forever()

    return runtime


async def echo(inside: Inside) -> None:
    while True:
        reply = await inside.next()
        await inside.respond(reply.request_id, reply.body)


async def answer_and_exit(inside: Inside) -> None:
    await inside.respond(ID, b'"bye"')
    raise Ending(code=3)


async def answer_and_hang(inside: Inside) -> None:
    await inside.respond(ID, b'"slow"')


async def leave(inside: Inside) -> None:
    raise Ending(code=3)


async def hang(inside: Inside) -> None:
    await forever()


async def talk_nonsense(inside: Inside) -> None:
    await inside.write(b"\xff\xff\r\n\r\n")


async def answer_too_much(inside: Inside) -> None:
    await inside.respond(ID, b"x" * (RESPONSE_BYTES + 1))
    await inside.next()


async def go_wrong(inside: Inside) -> None:
    await inside.fail(ID, b"{}", error_type="ValueError")
    await inside.next()


def test_it_is_ready_frozen_and_serves_call_after_call() -> None:
    async def work() -> None:
        life = await Life(echo).begin()
        assert await life.ready() == Ended("ready")
        for number in range(3):
            assert (life.session.idle, life.process.frozen) == (True, True)
            payload = b"%d" % number
            assert await life.invoke(payload) == Ended("response", payload)
        await life.session.kill()

    run(work())


@pytest.mark.parametrize(
    ("deed", "ended", "seconds"),
    [
        (answer_and_exit, Ended("response", b'"bye"'), 0.0),
        (answer_and_hang, Ended("response", b'"slow"'), 3.0),
        (leave, Ended("exited"), 0.0),
        (hang, Ended("expired"), 3.0),
        (talk_nonsense, Ended("exited"), 0.0),
        (answer_too_much, Ended("too large", limit_bytes=RESPONSE_BYTES), 0.0),
        (go_wrong, Ended("error", b"{}", "ValueError"), 0.0),
    ],
)
def test_a_call_ends_with_what_comes_first(deed: Deed, ended: Ended, seconds: float) -> None:
    async def work() -> None:
        life = await Life(serving(deed)).begin()
        await life.ready()
        began = real()
        assert await life.invoke() == ended
        assert real() - began == pytest.approx(seconds, abs=0.01)
        await life.session.kill()

    run(work())


async def fail_init(inside: Inside) -> None:
    await inside.fail_init(b"{}", error_type="Runtime.ImportModuleError")
    raise Ending(code=1)


@pytest.mark.parametrize(
    ("runtime", "ended", "seconds"),
    [
        (leave, Ended("exited"), 0.0),
        (hang, Ended("expired"), 10.0),
        (talk_nonsense, Ended("exited"), 0.0),
        (fail_init, Ended("init error", b"{}", "Runtime.ImportModuleError"), 0.0),
    ],
)
def test_an_init_ends_with_what_comes_first(runtime: Runtime, ended: Ended, seconds: float) -> None:
    async def work() -> None:
        life = await Life(runtime).begin()
        began = real()
        assert await life.ready() == ended
        assert real() - began == pytest.approx(seconds, abs=0.01)
        assert not life.session.idle
        await life.session.kill()

    run(work())


@pytest.mark.parametrize("cause", ["memory", "stopped"])
def test_a_wait_can_be_ended_from_outside(cause: Any) -> None:
    async def work() -> None:
        life = await Life(serving(hang)).begin()
        await life.ready()
        wait = life.invoke()
        life.session.interrupt(cause)
        assert await wait == Ended(cause)
        life.session.interrupt("stopped")
        assert wait.result() == Ended(cause)
        assert (await life.session.kill()).signal == 9

    run(work())


def test_a_deadline_ends_only_its_own_wait() -> None:
    async def work() -> None:
        life = await Life(serving(hang)).begin()
        await life.ready(seconds=1.0)
        began = real()
        assert await life.invoke(seconds=10.0) == Ended("expired")
        assert real() - began == pytest.approx(10.0, abs=0.01)
        assert not life.session.idle
        await life.session.kill()

    run(work())


def test_everything_that_a_process_wrote_is_heard_before_its_end() -> None:
    count = 5 * EVENTS_A_TURN

    async def say_and_leave(inside: Inside) -> None:
        await inside.write_output(b"x\n" * count)
        raise Ending(code=3)

    async def work() -> None:
        life = await Life(say_and_leave).begin()
        assert await life.ready() == Ended("exited")
        assert life.heard.lines == ["x"] * count
        await life.session.kill()

    run(work())


def test_a_call_to_a_process_that_died_idle_ends_at_once() -> None:
    async def work() -> None:
        life = await Life(echo).begin()
        await life.ready()
        life.process.kill()
        await turns()
        assert await life.invoke() == Ended("exited")
        await life.session.kill()

    run(work())


def test_an_answer_of_the_last_call_is_never_the_next_ones() -> None:
    async def twice(inside: Inside) -> None:
        await inside.respond(ID, b"1")
        await inside.next()
        await forever()

    async def work() -> None:
        life = await Life(serving(twice)).begin()
        await life.ready()
        assert await life.invoke() == Ended("response", b"1")
        assert await life.invoke() == Ended("expired")
        await life.session.kill()

    run(work())


def test_a_kill_reads_what_was_written_and_closes_everything() -> None:
    async def last_words(inside: Inside) -> None:
        await inside.print("one")
        await inside.write_output(b"two\nthree")
        await inside.frame(log_frames.TEXT | 0x10, b"[ERROR] four\n  five\n\n")

    async def work() -> None:
        life = await Life(last_words).begin()
        await life.ready()
        exit_ = await life.session.kill()
        life.session.finish_lines()
        assert exit_ == life.session.exit
        assert sorted(life.heard.lines) == ["one", "three", "two"]
        assert life.heard.events == ["[ERROR] four\n  five\n"]
        assert life.process.closed
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(life.process.frames)
        life.session.close()

    run(work())


def test_markers_carry_their_time() -> None:
    async def start(inside: Inside) -> None:
        await inside.frame(log_frames.RUNTIME_STARTED, time=1.5)
        await inside.frame(log_frames.FUNCTION_INIT_STARTED, time=2.25)
        await echo(inside)

    async def work() -> None:
        life = await Life(start).begin()
        await life.ready()
        await life.session.drain()
        assert life.heard.markers == [
            (log_frames.RUNTIME_STARTED, 1.5),
            (log_frames.FUNCTION_INIT_STARTED, 2.25),
        ]
        await life.session.kill()

    run(work())


def test_what_was_printed_before_the_freeze_is_read_by_a_drain() -> None:
    count = 5 * EVENTS_A_TURN + 1

    async def loud(inside: Inside) -> None:
        await inside.write_output(b"x\n" * count)
        await echo(inside)

    async def work() -> None:
        life = await Life(loud).begin()
        await life.ready()
        await life.session.drain()
        assert life.heard.lines == ["x"] * count
        await life.session.kill()

    run(work())


def test_output_that_nobody_wants_stops_neither_its_writer_nor_the_call() -> None:
    async def flood(inside: Inside) -> None:
        for _ in range(40):
            await inside.write_output(b"y" * 999 + b"\n" + b"z\n" * 10_000)
        await inside.respond(ID, b'"done"')
        await inside.next()

    async def work() -> None:
        life = await Life(serving(flood), most=10).begin()
        await life.ready()
        assert await life.invoke(seconds=60.0) == Ended("response", b'"done"')
        assert 10 <= len(life.heard.lines) < 1000
        await life.session.kill()

    run(work())


def test_the_loops_other_work_comes_between_pieces_of_a_flood() -> None:
    most_at_once = 0
    heard = 0

    async def flood(inside: Inside) -> None:
        await inside.write_output(b"z\n" * 20_000)
        await echo(inside)

    async def look(life: Life) -> None:
        nonlocal most_at_once, heard
        while len(life.heard.lines) < 20_000:
            most_at_once = max(most_at_once, len(life.heard.lines) - heard)
            heard = len(life.heard.lines)
            await asyncio.sleep(0)

    async def work() -> None:
        life = await Life(flood).begin()
        watch = asyncio.ensure_future(look(life))
        await life.ready()
        await asyncio.gather(life.session.drain(), watch)
        assert 0 < most_at_once <= 2 * EVENTS_A_TURN
        await life.session.kill()

    run(work())
