"""The process that checks code for everybody: what ends it, and that it comes back."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from tests.fakes import loop as virtual
from tests.fakes.launcher import Ending, FakeLauncher, Inside, Reply, Runtime
from webapp.classroom.checker import CHECK_SECONDS, TURN_SECONDS, Checker, CheckFailed
from webapp.classroom.model import Finding
from webapp.runtime.model import Limits

FILES = {"handler.py": "y"}
FOUND = Finding("handler.py", 1, 1, "undefined name 'y'")
ANSWER = json.dumps([{"file": "handler.py", "line": 1, "column": 1, "message": FOUND.message}])

Deed = Callable[[Inside, Reply], Awaitable[None]]


async def answer(inside: Inside, reply: Reply) -> None:
    await inside.respond(reply.request_id, ANSWER.encode())


async def hang(_inside: Inside, _reply: Reply) -> None:
    await asyncio.Event().wait()


async def crash(_inside: Inside, _reply: Reply) -> None:
    raise Ending(code=1)


async def fail(inside: Inside, reply: Reply) -> None:
    await inside.fail(reply.request_id, b"{}", error_type="RecursionError")


DEEDS: Mapping[str, Deed] = {"hang": hang, "crash": crash, "fail": fail}


async def checking(inside: Inside) -> None:
    """Do what the checked file says; answer if it says nothing."""
    while True:
        reply = await inside.next()
        text = reply.event["files"]["handler.py"]
        await DEEDS.get(text, answer)(inside, reply)


def a_checker(folder: Path, runtime: Runtime = checking) -> tuple[Checker, FakeLauncher]:
    launcher = FakeLauncher(runtime)
    checker = Checker(
        launcher, code_root=folder, limits=Limits(), executor=virtual.InlineExecutor()
    )
    return checker, launcher


def test_one_process_checks_again_and_again(tmp_path: Path) -> None:
    async def test() -> None:
        checker, launcher = a_checker(tmp_path)
        for _ in range(5):
            assert await checker.check(FILES) == (FOUND,)
        assert len(launcher.launched) == 1
        assert launcher.launched[0].frozen
        await checker.stop()
        await checker.stop()
        assert launcher.alive == []

    virtual.run(test())


@pytest.mark.parametrize("deed", DEEDS)
def test_a_process_that_does_not_answer_is_ended_and_another_takes_its_place(
    tmp_path: Path, deed: str
) -> None:
    async def test() -> None:
        checker, launcher = a_checker(tmp_path)
        begun = asyncio.get_running_loop().time()
        with pytest.raises(CheckFailed, match="could not be checked"):
            await checker.check({"handler.py": deed})
        assert asyncio.get_running_loop().time() - begun <= CHECK_SECONDS + 1
        assert launcher.alive == []
        assert await checker.check(FILES) == (FOUND,)
        assert len(launcher.launched) == 2
        assert len(launcher.discarded) == 1
        await checker.stop()

    virtual.run(test())


def test_a_process_that_was_killed_is_replaced_before_the_next_check(tmp_path: Path) -> None:
    async def test() -> None:
        checker, launcher = a_checker(tmp_path)
        await checker.check(FILES)
        launcher.launched[0].kill()
        await launcher.launched[0].wait()
        await virtual.turns()
        assert await checker.check(FILES) == (FOUND,)
        await checker.stop()

    virtual.run(test())


def test_checks_come_one_after_another(tmp_path: Path) -> None:
    async def test() -> None:
        checker, launcher = a_checker(tmp_path)
        answers = await asyncio.gather(*(checker.check(FILES) for _ in range(20)))
        assert answers == [(FOUND,)] * 20
        assert len(launcher.launched) == 1
        await checker.stop()

    virtual.run(test())


def test_endless_checks_of_others_hold_nobody_longer_than_a_turn(tmp_path: Path) -> None:
    async def test() -> None:
        checker, _ = a_checker(tmp_path)
        clock = asyncio.get_running_loop()
        hostile = [asyncio.ensure_future(checker.check({"handler.py": "hang"})) for _ in range(5)]
        await virtual.turns()
        begun = clock.time()
        with pytest.raises(CheckFailed, match="Too many others"):
            await checker.check(FILES)
        assert clock.time() - begun <= TURN_SECONDS
        await asyncio.wait(hostile)
        assert all(isinstance(one.exception(), CheckFailed) for one in hostile)
        assert await checker.check(FILES) == (FOUND,)
        await checker.stop()

    virtual.run(test())


def test_who_gives_up_waiting_leaves_the_turn_to_the_next(tmp_path: Path) -> None:
    async def test() -> None:
        checker, _ = a_checker(tmp_path)
        first = asyncio.ensure_future(checker.check({"handler.py": "hang"}))
        await virtual.turns()
        second = asyncio.ensure_future(checker.check(FILES))
        await virtual.turns()
        second.cancel()
        await asyncio.wait([first, second])
        assert await checker.check(FILES) == (FOUND,)
        await checker.stop()

    virtual.run(test())


def test_a_host_that_starts_no_process_is_told_in_words(tmp_path: Path) -> None:
    async def test() -> None:
        checker, launcher = a_checker(tmp_path)
        launcher.failure = "no processes left"
        with pytest.raises(CheckFailed, match="could not be started: no processes left"):
            await checker.check(FILES)
        launcher.failure = None
        assert await checker.check(FILES) == (FOUND,)
        await checker.stop()

    virtual.run(test())


def test_a_process_that_never_gets_ready_is_ended(tmp_path: Path) -> None:
    async def never(_inside: Inside) -> None:
        await asyncio.Event().wait()

    async def test() -> None:
        checker, launcher = a_checker(tmp_path, never)
        with pytest.raises(CheckFailed, match="did not start"):
            await checker.check(FILES)
        assert launcher.alive == []

    virtual.run(test())


def test_files_that_no_event_can_hold_are_not_checked(tmp_path: Path) -> None:
    async def test() -> None:
        checker, launcher = a_checker(tmp_path)
        with pytest.raises(CheckFailed, match="too large to check"):
            await checker.check({"handler.py": "x" * Limits().payload_bytes})
        assert launcher.launched == []

    virtual.run(test())


def test_what_an_older_program_left_is_replaced(tmp_path: Path) -> None:
    async def test() -> None:
        left = tmp_path / "checker" / "checking_handler.py"
        left.parent.mkdir()
        left.write_text("old")
        checker, launcher = a_checker(tmp_path)
        await checker.check(FILES)
        assert "pyflakes" in left.read_text()
        assert (left.parent / "pyflakes" / "checker.py").exists()
        specification = launcher.launched[0].inside.specification
        assert specification.code == left.parent
        assert specification.variables.keys() == {"_HANDLER", "LAMBDA_TASK_ROOT"}
        await checker.stop()

    virtual.run(test())
