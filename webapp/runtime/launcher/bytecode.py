"""Byte code of the shown packages for another interpreter than the one that installed them."""

import contextlib
import subprocess
from pathlib import Path

_PROGRAM = """
import compileall, os, pathlib, sys
os.nice(15)
compileall.compile_dir(sys.argv[1], quiet=2)
pathlib.Path(sys.argv[2]).touch()
"""


class Compilation:
    """Makes it once, beside everything else: importing boto3 takes a second until it is there."""

    def __init__(self, folder: Path, *, python: str, name: str) -> None:
        self._done = folder / f".compiled-for-{name}"
        self._command = [python, "-I", "-S", "-c", _PROGRAM, str(folder), str(self._done)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin, if it has not been made before. Blocks until the interpreter is started."""
        if self._process is None and not self._done.exists():
            with contextlib.suppress(OSError):
                self._process = subprocess.Popen(
                    self._command,
                    env={},
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )

    def stop(self) -> None:
        """Give up what is not finished; the next start goes on. Idempotent."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.wait()

    @property
    def running(self) -> bool:
        """Whether it is still being made."""
        return self._process is not None and self._process.poll() is None
