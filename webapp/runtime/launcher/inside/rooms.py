"""The namespaces of one environment: its own processes, files, network and host name.

Everything is done by the environment's first process on itself, before learners' code.
"""

import fcntl
import os
import socket
import struct

from webapp.runtime.launcher.inside import libc, template

_LARGEST_FILE_COUNT = 4096
_GET_FLAGS, _SET_FLAGS = 0x8913, 0x8914
_UP = 1
_PROC_FLAGS = libc.MS_NOSUID | libc.MS_NODEV | libc.MS_NOEXEC


def build(*, code: str, temporary_bytes: int) -> int:
    """Make new rooms; return a descriptor of the mount namespace, which keeps ``/tmp`` alive.

    ``code`` is the function's folder, relative to the code root.
    """
    _leave(libc.CLONE_NEWNS | libc.CLONE_NEWNET | libc.CLONE_NEWIPC | libc.CLONE_NEWUTS)
    options = f"size={temporary_bytes},nr_inodes={_LARGEST_FILE_COUNT},mode=1777"
    flags = libc.MS_NOSUID | libc.MS_NODEV
    libc.mount("tmpfs", "/tmp", kind="tmpfs", flags=flags, options=options)
    libc.mount(f"{template.FUNCTIONS}/{code}", "/var/task", flags=libc.MS_BIND)
    libc.unmount(template.FUNCTIONS)
    _mount_proc()
    return os.open("/proc/self/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)


def enter(mounts: int) -> None:
    """Enter the mounts of an earlier process, whose end left its ``/proc`` empty (rules.md 19)."""
    _leave(libc.CLONE_NEWNET | libc.CLONE_NEWIPC | libc.CLONE_NEWUTS)
    libc.setns(mounts, libc.CLONE_NEWNS)
    os.close(mounts)
    libc.unmount("/proc")
    _mount_proc()


def _leave(flags: int) -> None:
    libc.unshare(flags, what="mount, network, IPC and host name namespaces")
    socket.sethostname("sandbox")
    _raise_loopback()


def _mount_proc() -> None:
    # Above the template's own, which stays: a user namespace may mount a proc only over a full one.
    libc.mount("proc", "/proc", kind="proc", flags=_PROC_FLAGS, options="subset=pid")


def _raise_loopback() -> None:
    """Bring 127.0.0.1 up. Nothing listens there.

    This is the place where a custom runtime's listener (127.0.0.1:9001) would be bound and its
    descriptor handed out: it stays in this network namespace, whoever serves it.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16xh14x", fcntl.ioctl(control, _GET_FLAGS, request))[0]
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))
