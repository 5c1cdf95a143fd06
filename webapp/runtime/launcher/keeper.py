"""The helper process that cleans up after a killed web process; see ``inside.keeper``."""

import contextlib
import subprocess

from webapp.runtime.launcher import command


class Keeper:
    """Knows the living process groups. Blocking, but for no longer than a short write."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            command.arguments("keeper", python=command.interpreter(), settings={}),
            env={},
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            bufsize=1,
            process_group=0,
        )

    def add(self, group: int) -> None:
        """Have a group killed if this process dies."""
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        """Forget a group; before its number can be reused."""
        self._tell(f"-{group}\n")

    def close(self) -> None:
        """End it, and with it whatever it still knows; waits for that."""
        with self._process:
            pass

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line)
