"""The namespaces of one environment: its own processes, files, network and host name.

Everything is done by the environment's first process on itself, before learners' code. Sockets are
those of the interpreter: ``socket`` dresses them up, and each page that it touches is copied.
"""

from __future__ import annotations

import _socket
import fcntl
import os
import struct
from dataclasses import dataclass

from webapp.runtime.launcher.inside import libc, network, template

_LARGEST_FILE_COUNT = 4096
_GET_FLAGS, _SET_FLAGS = 0x8913, 0x8914
_UP = 1
_BACKLOG = 128
_PROC_FLAGS = libc.MS_NOSUID | libc.MS_NODEV | libc.MS_NOEXEC


@dataclass(frozen=True)
class Made:
    """What is handed out: the mount namespace that keeps ``/tmp``, and who listens in the network.

    A listener stays in the network namespace in which it was made, whoever holds it.
    """

    mounts: tuple[int, ...] = ()
    listeners: tuple[int, ...] = ()

    def all(self) -> tuple[int, ...]:
        """Return all descriptors, the mounts first."""
        return self.mounts + self.listeners


def build() -> Made:
    """Make new rooms, which ``furnish`` makes a function's."""
    _leave(libc.CLONE_NEWNS | libc.CLONE_NEWNET | libc.CLONE_NEWIPC | libc.CLONE_NEWUTS)
    _mount_temporary(0, flags=0)
    _mount_proc()
    kept = os.open("/proc/self/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
    return Made((kept,), _listen())


def enter(mounts: int) -> Made:
    """Enter the mounts of an earlier process, whose end left its ``/proc`` empty (rules.md 19)."""
    _leave(libc.CLONE_NEWNET | libc.CLONE_NEWIPC | libc.CLONE_NEWUTS)
    libc.setns(mounts, libc.CLONE_NEWNS)
    os.close(mounts)
    libc.unmount("/proc")
    _mount_proc()
    return Made((), _listen())


def furnish(*, code: str, temporary_bytes: int) -> None:
    """Show the function's code, a folder relative to the code root, and let ``/tmp`` be used."""
    _mount_temporary(temporary_bytes, flags=libc.MS_REMOUNT)
    # Over the code of all, which nobody can get at again: unmounting waits for every processor.
    libc.mount(f"{template.CODE}/{code}", template.CODE, flags=libc.MS_BIND)


def _mount_temporary(size_bytes: int, *, flags: int) -> None:
    """Mount, or mount again with another size; the least size there is, is a page."""
    options = f"size={max(size_bytes, 1)},nr_inodes={_LARGEST_FILE_COUNT},mode=1777"
    flags |= libc.MS_NOSUID | libc.MS_NODEV
    libc.mount("tmpfs", "/tmp", kind="tmpfs", flags=flags, options=options)


def _leave(flags: int) -> None:
    libc.unshare(flags, what="mount, network, IPC and host name namespaces")
    _socket.sethostname("sandbox")
    _raise_loopback()


def _mount_proc() -> None:
    # Above the template's own, which stays: a user namespace may mount a proc only over a full one.
    libc.mount("proc", "/proc", kind="proc", flags=_PROC_FLAGS, options="subset=pid")


def _raise_loopback() -> None:
    """Bring 127.0.0.1 up: the only interface there is."""
    control = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    request = struct.pack("16sh14x", b"lo", 0)
    flags = struct.unpack("16xh14x", fcntl.ioctl(control, _GET_FLAGS, request))[0]
    fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))
    control.close()


def _listen() -> tuple[int, ...]:
    """Have gateway and Runtime API listen; 25 µs each, so every environment has them at once."""
    return _listener(network.GATEWAY_PORT), _listener(network.RUNTIME_API_PORT)


def _listener(port: int) -> int:
    listener = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    listener.bind((network.HOST, port))
    listener.listen(_BACKLOG)
    return listener.detach()
