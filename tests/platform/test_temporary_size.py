"""``/tmp`` is full at its size: as a file system is, or by the end of whoever overfills it."""

from tests.platform.ground import Ground
from tests.platform.lab import Lab, answer, error
from tests.runtime.launcher.modes import Mode
from webapp.runtime.model import MEGABYTE, Limits
from webapp.trace.events import EnvironmentReset

FILLING = """
import os, threading
def handler(event, context):
    kept = sorted(os.listdir("/tmp"))
    if event.get("fill"):
        for number in range(5):
            with open(f"/tmp/{number}", "wb") as file:
                file.write(b"x" * 4_000_000)
        if event["fill"] == "stay":
            threading.Event().wait()
    return kept
"""


async def test_who_overfills_it_hears_of_it_or_is_ended(mode: Mode, ground: Ground) -> None:
    lab = await Lab.open(ground.platform(Limits(temporary_bytes=8 * MEGABYTE)))
    await lab.deploy("f", FILLING, timeout=20)
    outcome = await lab.call("f", {"fill": "stay"})
    after = answer(await lab.call("f"))
    if mode.namespaces:
        assert error(outcome)["errorMessage"] == "[Errno 28] No space left on device"
        assert after == ["0", "1", "2"]
        return
    assert outcome.status == "crash"
    notice = lab.log(request_id=outcome.request_id, kind="notice")
    assert notice == ["Coldstart ended the process: /tmp held more than 8 MB. /tmp was emptied."]
    assert after == []


async def test_who_is_quick_is_ended_when_it_is_frozen_again(mode: Mode, ground: Ground) -> None:
    if mode.namespaces:
        return  # nobody is quicker than a full file system
    lab = await Lab.open(ground.platform(Limits(temporary_bytes=8 * MEGABYTE)))
    await lab.deploy("f", FILLING, timeout=20)
    outcome = await lab.call("f", {"fill": "and go"})
    assert outcome.status in {"ok", "crash"}
    process = ground.launcher.processes[0]
    await process.wait()
    assert answer(await lab.call("f")) == []
    assert lab.fact(EnvironmentReset).reason == "crash"
    assert any("held more than 8 MB" in line for line in lab.log(kind="notice"))
