"""Who computes for long stands back behind who does not, and only as long as it must."""

import os

from tests.runtime.launcher.rig import Rig

SPINNING = """
import threading, time
def handler(event, context):
    if event == "thread":
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    until = time.process_time() + 0.3
    while event and time.process_time() < until:
        pass
    return event
"""


def policies(pid: int) -> set[int]:
    """Return how each thread of a process is scheduled."""
    return {os.sched_getscheduler(int(thread)) for thread in os.listdir(f"/proc/{pid}/task")}  # noqa: PTH208


def test_who_computed_for_long_is_idle_work_with_every_thread(rig: Rig) -> None:
    tenant = rig.tenant(SPINNING)
    tenant.invoke("thread")
    tenant.process.thaw()
    tenant.process.give_way()
    assert policies(tenant.process.pid) == {os.SCHED_OTHER}, "nothing was used since the thaw"
    tenant.process.freeze()
    tenant.send(b'"spin"')
    tenant.call()
    tenant.process.give_way()
    assert policies(tenant.process.pid) == {os.SCHED_IDLE}


def test_the_next_call_is_as_good_as_any_other_where_that_may_be_decided(rig: Rig) -> None:
    tenant = rig.tenant(SPINNING)
    tenant.send(b'"spin"')
    tenant.call()
    tenant.process.give_way()
    tenant.process.thaw()
    took_back = policies(tenant.process.pid) == {os.SCHED_OTHER}
    assert took_back == (os.geteuid() == 0)


def test_who_is_gone_gives_way_to_nobody(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.process.kill()
    tenant.exit()
    tenant.process.give_way()
