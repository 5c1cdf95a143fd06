"""Ends every process group that it was told of when its standard input ends.

Where no zygote is parent of all, this is what remains after the web process was killed: it also
reaches environments that are frozen or hang in C code, which could not watch for themselves.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterable
from typing import Any, NoReturn


def main(known: Iterable[str], settings: dict[str, Any]) -> NoReturn:
    """Read ``+group`` and ``-group`` lines until the end, then kill the groups that are left."""
    del known, settings
    groups: set[int] = set()
    for line in sys.stdin:
        number = int(line[1:])
        if line.startswith("+"):
            groups.add(number)
        else:
            groups.discard(number)
    for number in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(number, signal.SIGKILL)
    raise SystemExit(0)
