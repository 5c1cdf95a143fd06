"""Keeps other processes of the same user out of this one's memory (environments.md 2)."""

import sys

from webapp.runtime.launcher.inside import libc


def shield_memory() -> None:
    """Close this process's ``/proc`` files of memory and ptrace to others; Linux only."""
    if sys.platform == "linux":
        libc.prctl(libc.PR_SET_DUMPABLE, 0, what="shield the server's memory")
