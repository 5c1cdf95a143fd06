"""The log of an invocation: order, events, limits, tail (lambda-behaviour 4.4)."""

import re

import pytest

from tests.platform.lab import Lab
from webapp.runtime.logs.report import TAIL_BYTES
from webapp.runtime.model import MEGABYTE
from webapp.trace.events import LogWritten

TALKING = """
import logging, os, sys
print("importing")
def handler(event, context):
    print("one")
    logging.warning("two\\nlines")
    logging.info("not shown")
    print("three\\nfour")
    sys.stderr.write("five\\n")
    logging.getLogger().setLevel(logging.INFO)
    logging.info("six")
    print("seven", end="")
    return "done"
"""
RAISING = """
def handler(event, context):
    raise ValueError("two\\nlines")
"""
RAW = """
import os, subprocess
def handler(event, context):
    os.write(1, b"raw one\\nraw")
    os.write(2, b" two\\n")
    try:
        subprocess.run(["/bin/echo", "from a child"], check=True)
    except PermissionError:
        os.write(1, b"from a child\\n")
    os.write(1, b"no newline")
"""
QUICK = """
def handler(event, context):
    return "quick"
"""
MUCH = """
def handler(event, context):
    for number in range(event["lines"]):
        print("x" * event["width"])
    return "done"
"""
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


async def test_everything_said_is_in_order_and_a_record_is_one_event(lab: Lab) -> None:
    await lab.deploy("f", TALKING)
    outcome = await lab.call("f")
    request_id = outcome.request_id
    assert lab.log()[0].startswith("INIT_START Runtime Version: python:3.11.")
    assert lab.log()[1] == "importing"
    assert [fact.request_id for fact in lab.facts(LogWritten)[:2]] == [None, None]
    expected = [
        f"START RequestId: {request_id} Version: $LATEST",
        "one",
        rf"[WARNING]\t{STAMP}\t{request_id}\ttwo\nlines",
        "three",
        "four",
        "five",
        rf"[INFO]\t{STAMP}\t{request_id}\tsix",
        "seven",
        f"END RequestId: {request_id}",
    ]
    log = lab.log(request_id=request_id)
    for line, wanted in zip(log[:-1], expected, strict=True):
        pattern = wanted if STAMP in wanted else re.escape(wanted)
        assert re.fullmatch(pattern.replace("[WARN", r"\[WARN").replace("[INFO", r"\[INFO"), line)


async def test_the_report_has_the_outcomes_real_figures(lab: Lab) -> None:
    await lab.deploy("f", QUICK, memory_mb=256)
    for _ in range(2):
        outcome = await lab.call("f")
        found = re.fullmatch(
            r"REPORT RequestId: (\S+)\tDuration: (\S+) ms\tBilled Duration: (\d+) ms\t"
            r"Memory Size: 256 MB\tMax Memory Used: (\d+) MB\t(?:Init Duration: (\S+) ms\t)?",
            lab.log(request_id=outcome.request_id)[-1],
        )
        assert found is not None
        request_id, duration, billed, memory, init = found.groups()
        assert request_id == outcome.request_id
        assert float(duration) == pytest.approx(outcome.duration * 1000, abs=0.006)
        assert int(billed) == outcome.billed_ms
        assert 5 < int(memory) == outcome.max_memory_mb < 128
        initial = outcome.init_duration
        assert (init is None) == (initial is None)
        assert float(init or 0) == pytest.approx((initial or 0) * 1000, abs=0.006)
        # Duration plus init, rounded up to whole milliseconds (rule 24).
        exact = (outcome.duration + (initial or 0)) * 1000
        assert exact <= outcome.billed_ms < exact + 1.001


async def test_an_uncaught_error_is_one_event_with_hard_spaces(lab: Lab) -> None:
    await lab.deploy("f", RAISING)
    outcome = await lab.call("f")
    (event,) = [fact for fact in lab.facts(LogWritten) if fact.kind == "error"]
    assert event.request_id == outcome.request_id
    assert event.text == (
        "[ERROR] ValueError: two\nlines\nTraceback (most recent call last):\n"
        '\u00a0\u00a0File "/var/task/handler.py", line 3, in handler\n'
        '\u00a0\u00a0\u00a0\u00a0raise ValueError("two\\nlines")'
    )


async def test_raw_output_and_that_of_child_processes_is_split_at_newlines(lab: Lab) -> None:
    await lab.deploy("f", RAW)
    outcome = await lab.call("f")
    assert lab.log(request_id=outcome.request_id)[1:-2] == [
        "raw one",
        "raw two",
        "from a child",
        "no newline",
    ]


async def test_carriage_returns_and_odd_bytes_stay_inside_an_event(lab: Lab) -> None:
    code = """
    import os
    def handler(event, context):
        print("a\\rb")
        os.write(1, b"\\xff!\\n")
        print("\\N{SNOWMAN}")
    """
    await lab.deploy("f", code)
    outcome = await lab.call("f")
    said = lab.log(request_id=outcome.request_id)[1:-2]
    assert sorted(said) == sorted(["a\rb", "\ufffd!", "\N{SNOWMAN}"])


async def test_output_over_a_megabyte_is_dropped_and_that_is_said(lab: Lab) -> None:
    await lab.deploy("f", MUCH, timeout=20)
    outcome = await lab.call("f", {"lines": 3000, "width": 1000})
    assert outcome.status == "ok"
    facts = lab.facts(LogWritten, request_id=outcome.request_id)
    kept = [fact for fact in facts if fact.kind == "output"]
    assert 0.9 * MEGABYTE < sum(len(fact.text) for fact in kept) <= MEGABYTE
    (notice,) = [fact for fact in facts if fact.kind == "notice"]
    assert notice.text == (
        "Coldstart keeps 1048576 bytes of output per invocation. The rest was dropped."
    )
    assert facts[-1].text.startswith("REPORT")
    again = await lab.call("f", {"lines": 3, "width": 10})
    assert lab.log(request_id=again.request_id)[1:-2] == ["x" * 10] * 3


async def test_the_tail_is_the_last_4_kilobytes_without_init(lab: Lab) -> None:
    await lab.deploy("f", TALKING)
    short = await lab.call("f")
    lines = lab.log(request_id=short.request_id)
    assert short.log_tail.decode() == "".join(f"{line}\n" for line in lines)
    assert b"INIT_START" not in short.log_tail
    assert b"importing" not in short.log_tail

    await lab.deploy("much", MUCH)
    long = await lab.call("much", {"lines": 200, "width": 100})
    assert len(long.log_tail) == TAIL_BYTES
    assert long.log_tail.decode().endswith(lab.log(request_id=long.request_id)[-1] + "\n")


FLOODS = {
    "lines": 'while True:\n        print("x" * 100)',
    "letters": 'while True:\n        print("x")',
    "newlines": 'text = "\\n" * 60000\n    while True:\n        print(text)',
    "endless-line": 'while True:\n        print("x" * 10000, end="")',
    "raw": 'import os\n    while True:\n        os.write(1, b"\\n" * 60000)',
    "log": 'import logging\n    while True:\n        logging.error("x")',
}


@pytest.mark.slow
async def test_endless_output_starves_nobody(lab: Lab) -> None:
    for name, code in FLOODS.items():
        await lab.deploy(name, f"def handler(event, context):\n    {code}\n", timeout=1)
    await lab.deploy("quick", QUICK)
    await lab.value("quick")
    floods = {name: lab.begin(name) for name in FLOODS}
    served = 0
    while not all(flooding.done() for flooding in floods.values()):
        await lab.value("quick")
        served += 1
    # Between two pieces of what they write, others were served again and again.
    assert served > 3
    assert {(await flooding).status for flooding in floods.values()} == {"timeout"}


async def test_a_dying_handlers_last_words_are_kept(lab: Lab) -> None:
    code = """
    import os
    def handler(event, context):
        print("first")
        print("unfinished", end="")
        os.write(1, b"raw and unfinished")
        os._exit(1)
    """
    await lab.deploy("f", code)
    outcome = await lab.call("f")
    log = lab.log(request_id=outcome.request_id)
    assert log[1:4] == ["first", "unfinished", "raw and unfinished"]
