"""The lab's fault knobs cause the real thing (experience: fault knobs)."""

from dataclasses import replace

import pytest

from tests.platform.lab import Lab, answer, error
from webapp.runtime.model import Faults, Invocation
from webapp.trace.events import EnvironmentRequested, InitFinished, InitStarted, InvocationStarted

REQUEST = "55555555-5555-5555-5555-555555555555"
COUNTING = """
count = 0
def handler(event, context):
    global count
    count += 1
    return count
"""


async def test_raise_fails_the_call_and_keeps_the_environment(lab: Lab) -> None:
    await lab.deploy("f", COUNTING)
    assert await lab.value("f") == 1
    await lab.set_faults("f", Faults(invocation="raise"))
    outcome = await lab.call("f")
    assert (outcome.status, outcome.start) == ("error", "warm")
    assert error(outcome)["errorType"] == "InjectedFault"
    assert error(outcome)["errorMessage"] == "raised by the lab's fault knob"
    await lab.set_faults("f", Faults())
    after = await lab.call("f")
    assert (answer(after), after.start) == (2, "warm")


async def test_out_of_memory_really_fills_the_memory(lab: Lab) -> None:
    await lab.deploy("f", COUNTING, timeout=20)
    await lab.set_faults("f", Faults(invocation="out-of-memory"))
    outcome = await lab.call("f")
    assert (outcome.status, outcome.max_memory_mb) == ("memory", 128)
    await lab.set_faults("f", Faults())
    after = await lab.call("f")
    assert (answer(after), after.start) == (1, "reset")


async def test_crash_in_init_fails_both_tries_and_turning_it_off_mends_it(lab: Lab) -> None:
    await lab.deploy("f", COUNTING)
    await lab.value("f")
    await lab.set_faults("f", Faults(init="crash-in-init"))
    outcome = await lab.call("f")
    assert (outcome.status, outcome.start) == ("init", "cold")
    assert error(outcome)["errorType"] == "InjectedFault"
    statuses = [(init.phase, init.status) for init in lab.facts(InitFinished)]
    assert statuses == [("init", "success"), ("init", "error"), ("invoke", "error")]
    await lab.set_faults("f", Faults())
    after = await lab.call("f")
    assert (answer(after), after.start) == (1, "cold")
    assert [fact.why for fact in lab.facts(EnvironmentRequested)] == [
        "first call",
        "update",
        "update",
    ]


@pytest.mark.slow
async def test_slow_init_outlasts_the_functions_timeout_and_time_out_ends_with_it(
    lab: Lab,
) -> None:
    await lab.deploy("slow", COUNTING, timeout=1, faults=Faults(init="slow-init"))
    await lab.deploy("late", COUNTING, timeout=1, faults=Faults(invocation="time-out"))
    slow = lab.begin("slow", request_id=REQUEST)
    await lab.until(InitStarted, function="slow")
    late = await lab.call("late")
    assert (late.status, late.duration) == ("timeout", 1.0)
    # Init has ten seconds of its own, so it goes on; nobody here wants to wait for its end.
    assert not slow.done()
    assert lab.workspace.dispatcher.stop(REQUEST)
    assert (await slow).status == "stopped"
    init = lab.fact(InitFinished, function="slow")
    assert init.function_seconds > 0.9


async def test_the_first_attempts_of_an_event_really_fail_and_every_call_is_held_up(
    lab: Lab,
) -> None:
    await lab.deploy("f", COUNTING)
    await lab.set_faults("f", Faults(failing_attempts=1, slow_ms=200))
    slow = await lab.call("f")
    assert (answer(slow), slow.duration >= 0.2) == (1, True)
    call = Invocation(function="f", run=lab.run, model="asynchronous")
    first = await lab.workspace.dispatcher.invoke(call)
    assert error(first)["errorType"] == "InjectedFault"
    second = await lab.workspace.dispatcher.invoke(replace(call, attempt=2))
    assert answer(second) == 2
    told = [fact.injected for fact in lab.facts(InvocationStarted)]
    assert told == ["slow by 200 ms", "slow by 200 ms, raise", "slow by 200 ms"]
