"""How many environments there are, why, and when they go (lambda-behaviour 2.2, 8)."""

import asyncio

from tests.platform.ground import Ground
from tests.platform.lab import Lab, answer
from webapp.runtime.errors import TooManyRequests
from webapp.runtime.model import Limits, Outcome
from webapp.trace.events import (
    CodeFetched,
    EnvironmentRequested,
    EnvironmentReset,
    EnvironmentRetired,
    Fact,
    InvocationFinished,
    InvocationThrottled,
    LogWritten,
)

SERVING = """
import os
def handler(event, context):
    return {"pid": os.getpid(), "stream": context.log_stream_name}
"""
SLOWLY = """
import threading
def handler(event, context):
    print("working")
    threading.Event().wait(event.get("seconds", 0))
    return "old"
"""
NEW = """
def handler(event, context):
    return "new"
"""


async def burst(lab: Lab, size: int, function: str = "f") -> list[Outcome]:
    return await asyncio.gather(*(lab.call(function) for _ in range(size)))


def why(lab: Lab) -> list[str]:
    return [fact.why for fact in lab.facts(EnvironmentRequested)]


# -- concurrency


async def test_overlapping_calls_run_side_by_side_and_the_next_burst_reuses_them(
    ground: Ground, lab: Lab
) -> None:
    await lab.deploy("f", SERVING)
    first = await burst(lab, 8)
    assert {call.start for call in first} == {"cold"}
    environments = {call.environment for call in first}
    assert len(environments) == 8
    assert len({process.pid for process in ground.launcher.processes}) == 8
    assert why(lab) == ["first call"] + ["concurrency"] * 7

    second = await burst(lab, 8)
    assert {call.start for call in second} == {"warm"}
    assert {call.environment for call in second} == environments

    third = await burst(lab, 10)
    assert sorted(call.start for call in third) == ["cold"] * 2 + ["warm"] * 8
    assert why(lab)[8:] == ["concurrency"] * 2


async def test_calls_one_after_the_other_need_one_environment(lab: Lab) -> None:
    await lab.deploy("f", SERVING)
    calls = [await lab.call("f") for _ in range(5)]
    assert len({call.environment for call in calls}) == 1


async def test_functions_do_not_share_environments(lab: Lab) -> None:
    await lab.deploy("f", SERVING)
    await lab.deploy("g", SERVING)
    f, g = await lab.call("f"), await lab.call("g")
    assert (f.start, g.start) == ("cold", "cold")
    assert f.environment != g.environment
    assert why(lab) == ["first call", "first call"]


async def test_a_call_during_a_reset_one_gets_an_environment_of_its_own(lab: Lab) -> None:
    code = "import os\ndef handler(event, context):\n    os._exit(1) if event else None\n"
    await lab.deploy("f", code)
    await lab.call("f", {"leave": True})
    after = await asyncio.gather(lab.call("f"), lab.call("f"))
    assert sorted(call.start for call in after) == ["cold", "reset"]


# -- updates


async def test_an_update_retires_what_idles_and_the_next_call_is_cold_on_new_code(lab: Lab) -> None:
    await lab.deploy("f", SLOWLY)
    old = await lab.call("f")
    await lab.deploy("f", NEW)
    retired = (await lab.until(EnvironmentRetired))[0]
    assert (retired.environment, retired.reason) == (old.environment, "updated")
    new = await lab.call("f")
    assert (answer(new), new.start) == ("new", "cold")
    assert why(lab) == ["first call", "update"]


async def test_a_changed_configuration_is_an_update_and_the_same_code_is_none(lab: Lab) -> None:
    await lab.deploy("f", SERVING)
    await lab.call("f")
    await lab.deploy("f", SERVING)
    assert (await lab.call("f")).start == "warm"
    await lab.deploy("f", SERVING, variables={"COLOUR": "blue"})
    assert (await lab.call("f")).start == "cold"
    assert why(lab) == ["first call", "update"]


async def test_an_update_lets_a_busy_call_finish_on_old_code(lab: Lab) -> None:
    await lab.deploy("f", SLOWLY)
    busy = lab.begin("f", {"seconds": 1.5})
    await lab.until(LogWritten, text="working")
    await lab.deploy("f", NEW)
    during = await lab.call("f")
    assert not busy.done()
    assert (answer(during), during.start) == ("new", "cold")
    finished = await busy
    assert answer(finished) == "old"
    retired = (await lab.until(EnvironmentRetired))[0]
    assert (retired.environment, retired.reason) == (finished.environment, "updated")
    assert why(lab) == ["first call", "update"]
    after = await lab.call("f")
    assert (answer(after), after.start) == ("new", "warm")


async def test_a_deleted_function_takes_its_environments_along(lab: Lab) -> None:
    await lab.deploy("f", SERVING)
    await lab.call("f")
    await lab.workspace.registry.delete("f", run=lab.run)
    assert (await lab.until(EnvironmentRetired))[0].reason == "deleted"


# -- idleness, on the lab's clock


async def test_idle_environments_go_after_seven_minutes_of_lab_time_and_not_before(
    lab: Lab,
) -> None:
    await lab.deploy("f", SERVING)
    first = await lab.call("f")
    await lab.workspace.advance(390, run=lab.run)
    assert (await lab.call("f")).start == "warm"
    await lab.workspace.advance(390, run=lab.run)
    assert lab.facts(EnvironmentRetired) == []
    run = lab.workspace.start_run("wait")
    await lab.workspace.advance(31, run=run)
    retired = (await lab.until(EnvironmentRetired))[0]
    assert (retired.environment, retired.reason) == (first.environment, "idle")
    assert 420 <= retired.idle_seconds < 480
    assert run_of(lab, retired) == run
    after = await lab.call("f")
    assert after.start == "cold"
    assert why(lab) == ["first call", "idle"]


async def test_an_idle_environment_goes_at_its_time_also_when_a_longer_wait_is_passed_at_once(
    lab: Lab,
) -> None:
    await lab.deploy("f", SERVING)
    await lab.call("f")
    (served,) = [entry for entry in lab.entries() if isinstance(entry.fact, InvocationFinished)]
    await lab.workspace.advance(4_800, run=lab.run)
    retired = (await lab.until(EnvironmentRetired))[0]
    (gone,) = [entry for entry in lab.entries() if entry.fact == retired]
    assert 420 <= gone.time - served.time < 4_800


async def test_a_reset_environment_idles_out_too(lab: Lab) -> None:
    await lab.deploy("f", "import os\ndef handler(event, context):\n    os._exit(1)\n")
    await lab.call("f")
    assert lab.fact(EnvironmentReset).reason == "crash"
    await lab.workspace.advance(421, run=lab.run)
    assert (await lab.until(EnvironmentRetired))[0].reason == "idle"


async def test_waiting_while_a_call_runs_ends_nothing_that_is_busy(lab: Lab) -> None:
    await lab.deploy("f", SLOWLY)
    busy = lab.begin("f", {"seconds": 0.1})
    await lab.until(LogWritten, text="working")
    await lab.workspace.advance(421, run=lab.run)
    assert answer(await busy) == "old"
    assert lab.facts(EnvironmentReset) == []


def run_of(lab: Lab, fact: Fact) -> str:
    (entry,) = [entry for entry in lab.entries() if entry.fact == fact]
    return entry.run


# -- the host's capacity


async def test_one_call_too_many_for_the_host_is_throttled(ground: Ground) -> None:
    lab = await Lab.open(ground.platform(Limits(environments_per_host=3)))
    await lab.deploy("f", SERVING)
    results = await asyncio.gather(*(lab.call("f") for _ in range(4)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, BaseException)]
    (throttled,) = refused
    assert isinstance(throttled, TooManyRequests)
    assert (throttled.status, throttled.reason) == (429, "ConcurrentInvocationLimitExceeded")
    assert lab.fact(InvocationThrottled).reason == "ConcurrentInvocationLimitExceeded"
    assert len(lab.facts(EnvironmentRequested)) == 3
    assert (await lab.call("f")).start == "warm"


async def test_a_full_host_gives_up_what_idled_longest_in_another_workspace(
    ground: Ground,
) -> None:
    platform = ground.platform(Limits(environments_per_host=3))
    idle, busy = await Lab.open(platform, "idle"), await Lab.open(platform, "busy")
    await idle.deploy("f", SERVING)
    await busy.deploy("f", SERVING)
    longest, newest = await idle.call("f"), await busy.call("f")
    assert (await burst(busy, 3))[0].status == "ok"
    evicted = (await idle.until(EnvironmentRetired))[0]
    assert (evicted.environment, evicted.reason) == (longest.environment, "evicted")
    assert busy.facts(EnvironmentRetired) == []
    assert newest.environment in {fact.environment for fact in busy.facts(CodeFetched)}
    assert (await idle.call("f")).start == "cold"
    assert why(idle) == ["first call", "idle"]


async def test_calls_over_the_workspaces_concurrency_are_throttled(ground: Ground) -> None:
    lab = await Lab.open(ground.platform(Limits(concurrency=2)))
    await lab.deploy("f", SERVING)
    results = await asyncio.gather(*(lab.call("f") for _ in range(3)), return_exceptions=True)
    assert [type(result).__name__ for result in results].count("TooManyRequests") == 1
    assert lab.fact(InvocationThrottled).limit == 2


# -- neighbours


async def test_the_same_name_in_two_workspaces_is_two_functions(ground: Ground) -> None:
    platform = ground.platform()
    ada, bob = await Lab.open(platform, "ada"), await Lab.open(platform, "bob")
    await ada.deploy("f", "def handler(event, context):\n    return 'ada'\n")
    await bob.deploy("f", "def handler(event, context):\n    return 'bob'\n")
    both = await asyncio.gather(ada.value("f"), bob.value("f"))
    assert list(both) == ["ada", "bob"]
    await ada.deploy("f", NEW)
    assert (await bob.call("f")).start == "warm"
    assert await ada.value("f") == "new"
    await ada.workspace.registry.delete("f", run=ada.run)
    assert await bob.value("f") == "bob"
    assert {fact.reason for fact in bob.facts(EnvironmentRetired)} == set()


async def test_one_workspaces_wait_leaves_the_other_alone(ground: Ground) -> None:
    platform = ground.platform()
    ada, bob = await Lab.open(platform, "ada"), await Lab.open(platform, "bob")
    for lab in (ada, bob):
        await lab.deploy("f", SERVING)
        await lab.call("f")
    await ada.workspace.advance(421, run=ada.run)
    await ada.until(EnvironmentRetired)
    assert (await bob.call("f")).start == "warm"


async def test_no_workspace_can_stop_the_others_invocation(ground: Ground) -> None:
    platform = ground.platform()
    ada, bob = await Lab.open(platform, "ada"), await Lab.open(platform, "bob")
    await ada.deploy("f", SLOWLY)
    busy = ada.begin("f", {"seconds": 0.1}, request_id="11111111-1111-1111-1111-111111111111")
    await ada.until(LogWritten, text="working")
    assert not bob.workspace.dispatcher.stop("11111111-1111-1111-1111-111111111111")
    assert bob.workspace.dispatcher.running(["f"]) == []
    assert answer(await busy) == "old"
