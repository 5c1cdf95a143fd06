"""A stand-in for the web process: a platform with work under way that waits to be killed.

Run as ``python -m tests.platform.owner <mode> <folder>``.
"""

import asyncio
import sys
from pathlib import Path

from tests.platform.ground import Ground
from tests.platform.lab import Lab
from tests.runtime.launcher import modes
from webapp.trace.events import LogWritten

IDLE = """
def handler(event, context):
    return 1
"""
SPINNING = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
def handler(event, context):
    print("working")
    while True:
        pass
"""
NEVER_READY = """
import subprocess, threading
try:
    subprocess.Popen(["/bin/sleep", "1000"])
except PermissionError:
    pass
print("working")
threading.Event().wait()
"""


async def main(name: str, folder: Path) -> None:
    """Start what shall not survive; print the pids on one line; wait."""
    mode = next(mode for mode in modes.wanted() if mode.name == name)
    ground = Ground(mode.launcher(folder), folder=folder)
    await ground.launcher.really_start()
    lab = await Lab.open(ground.platform())
    busy = []
    for function, code in {"idle": IDLE, "spinning": SPINNING, "starting": NEVER_READY}.items():
        await lab.deploy(function, code, timeout=900)
    await lab.call("idle")
    for function in ("spinning", "starting"):
        busy.append(lab.begin(function))
        await lab.until(LogWritten, function=function, text="working")
    print(*[process.pid for process in ground.launcher.processes], flush=True)
    await asyncio.wait(busy)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
