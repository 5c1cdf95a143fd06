"""Runtimes that are programs of their own: the environment's first process becomes one.

Everything about the walls is done by then and survives the exec.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from webapp.runtime.launcher.inside import frames

BOOTSTRAPS = ("/var/task/bootstrap", "/opt/bootstrap")
CONTINUATION = "_COLDSTART_CONTINUATION"
"""The variable that tells ``shown/bootstrap.py`` what a fork would have known."""
_NO_PROGRAM, _NOT_EXECUTABLE = 127, 126


@dataclass(frozen=True)
class Program:
    """A command line, the variables that it gets, and the descriptors that stay open in it."""

    command: list[str]
    variables: Mapping[str, str]
    descriptors: tuple[int, ...] = ()


def become_bootstrap(variables: Mapping[str, str], *, sink: frames.Sink) -> NoReturn:
    """Become the archive's own program (lambda-behaviour 3.1); say why if there is none."""
    found = next((path for path in BOOTSTRAPS if os.path.exists(path)), None)  # noqa: PTH110
    if found is None or os.path.isdir(found):  # noqa: PTH112
        sink.fail(f"Couldn't find valid bootstrap(s): [{' '.join(BOOTSTRAPS)}]")
    else:
        try:
            _execute(Program([found], variables))
        except OSError as error:
            sink.fail(f"fork/exec {found}: {os.strerror(error.errno or 0).lower()}")
    os._exit(1)


def become(program: Program, *, wrapper: str = "", path: str = "") -> NoReturn:
    """Become a program, through the function's ``wrapper`` script if it has one.

    ``path`` is where the wrapper really is. One that cannot be run ends as the shell that would
    have run it ends (lambda-behaviour 1.4).
    """
    if not wrapper:
        _execute(program)
    command = [path or wrapper, *program.command]
    try:
        _execute(Program(command, program.variables, program.descriptors))
    except OSError as error:
        why = os.strerror(error.errno or 0)
        os.write(2, f"/var/runtime/bootstrap: line 1: {wrapper}: {why}\n".encode())
        os._exit(_NO_PROGRAM if error.errno == errno.ENOENT else _NOT_EXECUTABLE)


def node(
    path: str, variables: Mapping[str, str], *, frames_descriptor: int, fault: str | None
) -> Program:
    """Return our Node.js runtime as a program, with a heap as large as the function's memory."""
    megabytes = int(variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
    heap = f"--max-old-space-size={megabytes * 9 // 10}"
    known = {**variables, "_LAMBDA_TELEMETRY_LOG_FD": str(frames_descriptor)}
    if fault is not None:
        known["_COLDSTART_FAULT"] = fault
    return Program([path, heap, "/var/runtime/index.mjs"], known, (frames_descriptor,))


def continuation(
    variables: Mapping[str, str],
    *,
    channels: Sequence[int],
    shown: Mapping[str, str],
    fault: str | None,
) -> Program:
    """Return the Python runtime as a program, for whom going on in this process is not enough.

    ``channels`` are connection, frames, and the doorbell if there is one; ``shown`` the folders
    that a path shim shows.
    """
    folder = shown.get("/var/runtime", "/var/runtime")
    known = {"channels": list(channels), "shown": dict(shown), "fault": fault}
    return Program(
        [_python(), f"{folder}/bootstrap.py"],
        {**variables, CONTINUATION: json.dumps(known)},
        tuple(channels),
    )


def _execute(program: Program) -> NoReturn:
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)  # Python ignores them, which an exec would keep
    for descriptor in program.descriptors:
        os.set_inheritable(descriptor, True)
    first = program.command[0]
    if "/" in first:
        os.execve(first, program.command, program.variables)
    os.execvpe(first, program.command, program.variables)


def _python() -> str:
    """Return this interpreter as it is called inside."""
    shown = f"/var/lang/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
    return shown if os.path.exists(shown) else sys.executable  # noqa: PTH110
