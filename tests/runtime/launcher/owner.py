"""A stand-in for the web process: launches environments that resist, and waits to be killed.

Run as ``python -m tests.runtime.launcher.owner <mode> <folder>``.
"""

import asyncio
import sys
from pathlib import Path

from tests.runtime.launcher import modes
from tests.runtime.launcher.conftest import make_rig

SPINNING = """
import re, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
def handler(event, context):
    re.match("(a+)+$", "a" * 64 + "b")
"""
WITH_CHILD = """
import ctypes, os, signal
def handler(event, context):
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
    reading, writing = os.pipe()
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            os.write(writing, b"!")
            while True:
                pass
        os._exit(0)
    os.read(reading, 1)
"""


def main(name: str, folder: Path) -> None:
    """Start what shall not survive; print the pids on one line; wait."""
    mode = next(mode for mode in modes.wanted() if mode.name == name)
    rig = make_rig(mode, folder)
    rig.run(rig.launcher.start())
    frozen = rig.tenant()
    spinning = rig.tenant(SPINNING)
    spinning.send(b"{}")
    tenants = [frozen, spinning]
    if rig.may_fork:
        parent = rig.tenant(WITH_CHILD)
        parent.invoke()
        tenants.append(parent)
    print(*[tenant.process.pid for tenant in tenants], flush=True)
    rig.loop.run_until_complete(asyncio.Event().wait())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
