"""Landlock: the file tree, TCP, signals and abstract sockets as the kernel may limit them.

Not covered by Landlock, so other walls answer for them: chmod and its family, stat, chdir, UDP,
MPTCP, TCP fast open, listen without bind, unix sockets with a path (until ABI 9).
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct

from webapp.runtime.launcher.inside import libc

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every architecture
_VERSION_QUERY = 1
_RULE_PATH = 1
_LOG_SAME_EXEC_OFF = 1
_ALL_TCP = 3
_SCOPES = 3

EXECUTE, WRITE, READ, LIST = 1, 2, 4, 8
TRUNCATE, DEVICE_CONTROL = 1 << 14, 1 << 15
_FIRST_ABI = (1 << 13) - 1
_REFER = 1 << 13
_OF_A_FILE = EXECUTE | WRITE | READ | TRUNCATE | DEVICE_CONTROL
LOOK = READ | LIST
RUN = LOOK | EXECUTE
ALL = _FIRST_ABI | _REFER | TRUNCATE


def abi() -> int:
    """Return the kernel's Landlock version; 0 where there is none."""
    try:
        return libc.syscall(
            _CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION_QUERY), what="landlock"
        )
    except OSError:
        return 0


def rules(grants: list[tuple[str, int]], *, version: int, network: bool) -> int:
    """Return a descriptor of the rules that forbid everything except ``grants`` (path, rights).

    ``network`` leaves TCP alone, for who has a network of its own: Landlock's ports know no
    addresses. A path that doesn't exist is no grant. Raises ``OSError``.
    """
    handled = _handled(version)
    ruleset = _create(handled, version=version, network=network)
    for path, rights in grants:
        _add(ruleset, path, rights=rights & handled)
    return ruleset


def restrict(ruleset: int, *, version: int) -> None:
    """Put this process and its children under rules, for good. Needs no_new_privs.

    Raises ``OSError``.
    """
    flags = _LOG_SAME_EXEC_OFF if version >= 7 else 0
    libc.syscall(
        _RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint(flags), what="landlock_restrict_self"
    )
    os.close(ruleset)


def _handled(version: int) -> int:
    handled = _FIRST_ABI
    handled |= _REFER if version >= 2 else 0
    handled |= TRUNCATE if version >= 3 else 0
    return handled | (DEVICE_CONTROL if version >= 5 else 0)


def _create(handled: int, *, version: int, network: bool) -> int:
    # An older kernel refuses a longer structure whose tail is not zero.
    tcp = _ALL_TCP if version >= 4 and not network else 0
    scopes = _SCOPES if version >= 6 else 0
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    attributes = struct.pack("=QQQ", handled, tcp, scopes)
    return libc.syscall(
        _CREATE, attributes, ctypes.c_size_t(size), ctypes.c_uint(0), what="landlock_create_ruleset"
    )


def _add(ruleset: int, path: str, *, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _OF_A_FILE
        rule = struct.pack("=Qi", rights, descriptor)
        libc.syscall(
            _ADD,
            ctypes.c_int(ruleset),
            ctypes.c_int(_RULE_PATH),
            rule,
            ctypes.c_uint(0),
            what=f"landlock_add_rule({path})",
        )
    finally:
        os.close(descriptor)
