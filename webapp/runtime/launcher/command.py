"""The command line that starts a program of ``inside`` in a fresh interpreter."""

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent

# The packages above ``inside`` exist by name only, so that nothing of the web app is imported.
# The interpreter is started twice because the C library reads the stack limit at its start.
_PROGRAM = """
import os, sys, types
if sys.version_info < (3, 9):
    os._exit(3)
program, folder, settings = sys.argv[1:4]
if len(sys.argv) == 4:
    import resource
    soft = 1 << 20
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    resource.setrlimit(resource.RLIMIT_STACK, (soft, hard))
    # Python 3.9 doesn't keep the command line.
    line = getattr(sys, "orig_argv", None) or open("/proc/self/cmdline").read().split("\\0")[:-1]
    os.execve(sys.executable, [*line, "again"], {})
import datetime, decimal, importlib, json, logging, traceback
known = set(sys.modules)
for name in ("webapp", "webapp.runtime", "webapp.runtime.launcher"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = []
sys.modules["webapp.runtime.launcher"].__path__ = [folder]
name = "webapp.runtime.launcher.inside." + program
importlib.import_module(name).main(known, json.loads(settings))
"""


def interpreter() -> str:
    """Return this interpreter itself, not the virtual environment's way to it."""
    return getattr(sys, "_base_executable", None) or sys.executable


def version_of(program: str) -> str:
    """Return the version that an interpreter tells of itself, as ``3.11.7``; blocks.

    Nothing if it tells none.
    """
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10)
        return told.stdout.strip().removeprefix("Python ").removeprefix("v")
    return ""


def arguments(program: str, *, python: str, settings: dict[str, Any]) -> list[str]:
    """Return the arguments that run ``inside/<program>.py`` with JSON settings."""
    flags = ["-I", "-S", "-B", "-X", "utf8"]
    return [python, *flags, "-c", _PROGRAM, program, str(_FOLDER), json.dumps(settings)]


def reap(program: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Wait for the end of a program that was told to end; then no longer. Blocks."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(seconds)
        return
    program.kill()
    program.wait()
