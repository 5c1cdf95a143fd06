"""The system calls that Python 3.11 has no name for. Linux only; failures raise ``OSError``."""

from __future__ import annotations

import ctypes
import os
import struct

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MNT_DETACH = 2

ATTRIBUTE_READ_ONLY = 1
ATTRIBUTE_NO_SETUID = 2
ATTRIBUTE_NO_DEVICES = 4
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

_M_ARENA_MAX = -8
_MOUNT_SETATTR = 442  # the same on every architecture
_CAPABILITY_VERSION_3 = 0x20080522
_library = ctypes.CDLL(None, use_errno=True)
_library.syscall.restype = ctypes.c_long
_in_this_thread = ctypes.PyDLL(None)
# Looked up before the fork: the first look at a name runs much code and touches many pages.
_capset, _incref = _library.capset, _in_this_thread.Py_IncRef
_CAPABILITIES = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), bytes(24)


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: object, what: str) -> int:
    """Make a call by number; ``what`` names it in the error."""
    return _check(_library.syscall(ctypes.c_long(number), *arguments), what)


def unshare(flags: int, *, what: str) -> None:
    """Leave the namespaces that ``flags`` name."""
    _check(_library.unshare(flags), f"unshare({what})")


def setns(descriptor: int, kind: int) -> None:
    """Enter the namespace that ``descriptor`` holds."""
    _check(_library.setns(descriptor, kind), "setns")


def mount(source: str, target: str, *, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount; an empty ``kind`` or ``options`` is none."""
    result = _library.mount(
        source.encode(), target.encode(), kind.encode() or None, flags, options.encode() or None
    )
    _check(result, f"mount({target})")


def unmount(target: str) -> None:
    """Take a mount and all below it away, busy or not."""
    _check(_library.umount2(target.encode(), MNT_DETACH), f"umount2({target})")


def pivot_root(new: str, old: str) -> None:
    """Make ``new`` the root and move the previous one to ``old``."""
    number = {"x86_64": 155, "aarch64": 41}[os.uname().machine]
    syscall(number, ctypes.c_char_p(new.encode()), ctypes.c_char_p(old.encode()), what="pivot_root")


def restrict_mount(target: str, attributes: int, *, below: bool) -> None:
    """Set attributes of the mount at ``target``, or also of all ``below`` it (Linux 5.12)."""
    setting = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)
    syscall(
        _MOUNT_SETATTR,
        ctypes.c_int(_AT_FDCWD),
        ctypes.c_char_p(target.encode()),
        ctypes.c_uint(_AT_RECURSIVE if below else 0),
        ctypes.byref(setting),
        ctypes.c_size_t(32),
        what=f"mount_setattr({target})",
    )


def prctl(option: int, value: int, *, what: str) -> None:
    """Set one attribute of this process."""
    zero = ctypes.c_ulong(0)
    _check(_library.prctl(option, ctypes.c_ulong(value), zero, zero, zero), f"prctl({what})")


def use_few_arenas() -> None:
    """Let threads share glibc's memory pools: each reserves 64 MiB that RLIMIT_AS counts.

    Without this 20 threads that allocate are all that a function of 128 MB can start.
    """
    if hasattr(_library, "mallopt"):  # musl has no pools
        _library.mallopt(_M_ARENA_MAX, 2)


def fork() -> int:
    """Fork as the C library does. Only for a process of one thread; reseed ``random`` after it.

    ``os.fork`` also has every module renew its locks, which nobody can hold here: 0.6 ms, and
    0.5 MB of copied pages in each child.
    """
    return _check(_in_this_thread.fork(), "fork")


def leave_undone(thing: object) -> None:
    """Never take an object apart: in a child that would copy the pages that its parts are on."""
    _incref(ctypes.py_object(thing))


def drop_bounding_set() -> None:
    """Let no later exec bring a capability; children inherit that."""
    for number in range(64):
        if _library.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(number), 0, 0, 0) < 0:
            break  # past the last one, or not ours to drop: no_new_privs stands behind it


def drop_capabilities() -> None:
    """Give up every capability, also those that a later exec could bring."""
    if _library.prctl(PR_CAPBSET_READ, ctypes.c_ulong(0), 0, 0, 0):
        drop_bounding_set()
    _check(_capset(*_CAPABILITIES), "capset")
