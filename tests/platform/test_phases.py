"""The phases of a cold start are measured: they are there, and they fit into the whole."""

from tests.platform.lab import Lab, answer
from webapp.trace.events import (
    CodeFetched,
    EnvironmentCreated,
    EnvironmentFrozen,
    EnvironmentRequested,
    Fact,
    InitFinished,
    InitStarted,
    InvocationFinished,
    InvocationStarted,
)

PLAIN = """
def handler(event, context):
    return 1
"""
SLOW_IMPORT = """
import threading
threading.Event().wait(0.2)
def handler(event, context):
    return 1
"""


async def test_the_phases_fill_the_time_of_a_cold_call(lab: Lab) -> None:
    await lab.deploy("f", PLAIN)
    real = lab.workspace.recorder.real
    began = real()
    outcome = await lab.call("f")
    whole = real() - began
    fetched, created = lab.fact(CodeFetched), lab.fact(EnvironmentCreated)
    init, finished = lab.fact(InitFinished), lab.fact(InvocationFinished)
    phases = [
        fetched.seconds,
        created.seconds,
        init.runtime_seconds,
        init.function_seconds,
        finished.duration,
    ]
    assert all(seconds > 0 for seconds in phases)
    assert init.runtime_seconds + init.function_seconds == init.seconds
    assert sum(phases) <= whole
    assert finished.init_duration == outcome.init_duration == init.seconds
    assert finished.duration == outcome.duration


async def test_a_slow_import_shows_in_the_functions_part_of_init(lab: Lab) -> None:
    await lab.deploy("f", SLOW_IMPORT)
    assert answer(await lab.call("f")) == 1
    init = lab.fact(InitFinished)
    assert init.function_seconds >= 0.2
    assert init.runtime_seconds + init.function_seconds == init.seconds


async def test_the_first_fetch_unpacks_and_the_next_ones_find_it(lab: Lab) -> None:
    await lab.deploy("f", PLAIN + "# unpacked while the function was Pending\n")
    await lab.call("f")
    fetched = lab.fact(CodeFetched)
    assert fetched.cached
    assert fetched.size_bytes == lab.workspace.registry.get("f").code_size_bytes > 0


async def test_facts_are_in_the_order_of_what_happened(lab: Lab) -> None:
    await lab.deploy("f", SLOW_IMPORT)
    await lab.call("f")
    order: list[type[Fact]] = [
        EnvironmentRequested,
        CodeFetched,
        EnvironmentCreated,
        InitStarted,
        InitFinished,
        InvocationStarted,
        InvocationFinished,
        EnvironmentFrozen,
    ]
    entries = [entry for entry in lab.entries() if type(entry.fact) in order]
    assert [type(entry.fact) for entry in entries] == order
    times = [entry.time for entry in entries]
    assert times == sorted(times)
    # Init's place on the clock is where it happened, not where it was told.
    finished = next(entry for entry in entries if isinstance(entry.fact, InitFinished))
    started = next(entry for entry in entries if isinstance(entry.fact, InitStarted))
    assert isinstance(finished.fact, InitFinished)
    assert finished.time - started.time > finished.fact.seconds / 2


async def test_every_fact_names_its_run_and_what_caused_it(lab: Lab) -> None:
    await lab.deploy("f", PLAIN)
    run = lab.run = lab.workspace.start_run("a press")
    await lab.call("f")
    caused = [entry for entry in lab.entries() if entry.run == run]
    sequences = {entry.sequence for entry in caused}
    roots = [type(entry.fact).__name__ for entry in caused if entry.cause is None]
    assert set(roots) <= {"RunStarted", "InvocationAccepted", "LogWritten"}
    assert all(entry.cause in sequences for entry in caused if entry.cause is not None)
