"""Resource limits: hard stops behind the platform's own watchdogs (environments.md 6)."""

from __future__ import annotations

import resource

MEBIBYTE = 1024 * 1024
OPEN_FILES = 1024
PROCESSES = 128
_RESERVED_PROCESSES = 1024
_MOST_FILES = 65536
MAIN_STACK_BYTES = 8 * MEBIBYTE


def allow_many_files() -> None:
    """Raise this process's own number of open files as far as the host lets it, within reason."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_FILES if hard == resource.RLIM_INFINITY else min(_MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def apply(*, memory_bytes: int, program: bool) -> None:
    """Limit memory and descriptors of this process and its children.

    RLIMIT_DATA doesn't count shared anonymous memory, RLIMIT_AS does; neither is what Lambda
    calls memory, so both lie above it and the watchdog comes first. A ``program`` that we did not
    write may reserve far more than it uses, as V8 does: its addresses are not counted. The main
    thread gets its 8 MiB of stack back: C code that recurses (repr, sorting) overflows one of
    1 MiB.
    """
    if program:
        _set(resource.RLIMIT_DATA, 2 * memory_bytes + 256 * MEBIBYTE)
    else:
        _set(resource.RLIMIT_DATA, memory_bytes + 48 * MEBIBYTE)
        _set(resource.RLIMIT_AS, 2 * memory_bytes + 256 * MEBIBYTE)
    _set(resource.RLIMIT_MEMLOCK, 0)
    apply_everywhere()
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = MAIN_STACK_BYTES if hard == resource.RLIM_INFINITY else min(MAIN_STACK_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))


def apply_everywhere() -> None:
    """Set the limits that every POSIX system enforces."""
    _set(resource.RLIMIT_NOFILE, OPEN_FILES)
    _set(resource.RLIMIT_CORE, 0)


def apply_file_size(temporary_bytes: int) -> None:
    """Limit each single file, where ``/tmp`` is a plain folder that is never full by itself."""
    _set(resource.RLIMIT_FSIZE, temporary_bytes)


def apply_process_count() -> None:
    """Limit processes and threads. After the change of user, because root is exempt."""
    _set(resource.RLIMIT_NPROC, PROCESSES)


def leave_processes_to_others() -> None:
    """Keep the last processes and threads of a shared user out of reach, for the web process.

    The kernel counts those of the whole user; what one environment starts is the patrol's to see.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    if hard != resource.RLIM_INFINITY:
        _set(resource.RLIMIT_NPROC, hard - min(_RESERVED_PROCESSES, hard // 4))


def _set(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))
