"""Memory buys processor time: what runs on a small share takes longer, and says so (1.2, 2.6).

Other work on this machine only makes things slower, so each bound is a lower one.
"""

from tests.platform.lab import Lab
from webapp.trace.events import InvocationStarted

SHARE = 128 / 1769
BURN = """
import time
def burn(seconds):
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass
"""
IN_HANDLER = (
    f"{BURN}\ndef handler(event, context):\n    burn(event)\n    return time.process_time()\n"
)
IN_CHILDREN = (
    f"{BURN}\nimport os\n"
    "def handler(event, context):\n"
    "    for _ in range(2):\n"
    "        if os.fork() == 0:\n"
    "            burn(event)\n"
    "            os._exit(0)\n"
    "    for _ in range(2):\n"
    "        os.wait()\n"
)


async def test_work_takes_as_long_as_the_share_makes_it(lab: Lab) -> None:
    await lab.deploy("f", IN_HANDLER, timeout=30)
    await lab.call("f", 0)
    call = await lab.call("f", 0.06)
    assert call.status == "ok"
    assert call.duration > 0.8 * 0.06 / SHARE
    assert call.billed_ms >= call.duration * 1000


async def test_the_work_of_children_counts(alone: Lab) -> None:
    await alone.deploy("f", IN_CHILDREN, timeout=30)
    await alone.call("f", 0)
    call = await alone.call("f", 0.08)
    # Children are found at the next look, up to 0.1 s after they were born.
    assert call.duration > 0.2 / SHARE * 0.16


async def test_a_function_that_stands_still_is_ended_at_its_timeout(lab: Lab) -> None:
    await lab.deploy("f", IN_HANDLER, timeout=6)
    call = await lab.call("f", 60)
    assert call.status == "timeout"
    again = await lab.call("f", 0)
    assert (again.status, again.start) == ("ok", "reset")


async def test_a_function_that_stands_still_can_be_stopped(lab: Lab) -> None:
    await lab.deploy("f", IN_HANDLER, timeout=60)
    await lab.call("f", 0)
    calling = lab.begin("f", 60)
    await lab.until(InvocationStarted, count=2)
    lab.workspace.dispatcher.stop_all()
    assert (await calling).status == "stopped"


async def test_waiting_costs_nothing(lab: Lab) -> None:
    code = "import time\ndef handler(event, context):\n    time.sleep(0.3)\n"
    await lab.deploy("f", code, timeout=30)
    first, second = await lab.call("f"), await lab.call("f")
    assert (first.status, second.status) == ("ok", "ok")
    assert second.duration >= 0.3
