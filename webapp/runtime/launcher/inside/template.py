"""The file tree that every environment begins with: a read-only system and nothing of the host's.

Built once by the zygote in a mount namespace of its own; an environment copies that namespace
and adds ``/tmp``, ``/var/task`` and ``/proc`` (see ``rooms``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from webapp.runtime.launcher.inside import libc

CODE = "/var/task"
"""Where the code of all functions is, until an environment has laid its own over it."""

PACKAGES, LANGUAGE = "/var/runtime", "/var/lang"
_STAGE = "/tmp"  # any directory that is everywhere; the host's is seen again below _OLD
_OLD = "/old"
_SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SHARED = ("/etc/ssl", "/etc/ld.so.cache", "/etc/ca-certificates", "/usr")
_DEVICES = ("null", "zero", "full", "urandom", "random")
_EMPTY = (
    "/dev",
    "/etc",
    "/opt",
    "/proc",
    "/run",
    "/tmp",
    CODE,
    PACKAGES,
    LANGUAGE,
)
_FILES = {
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n",
    "/etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
_LOCKED = libc.ATTRIBUTE_READ_ONLY | libc.ATTRIBUTE_NO_SETUID | libc.ATTRIBUTE_NO_DEVICES


def enter_own_namespaces() -> None:
    """Get a user namespace (unless root) and let the next fork begin a process namespace."""
    if os.geteuid() != 0:
        map_own_user(os.geteuid(), os.getegid())
    libc.unshare(libc.CLONE_NEWPID, what="process namespace")


def map_own_user(user: int, group: int) -> None:
    """Enter a new user namespace in which this user keeps its numbers."""
    libc.unshare(libc.CLONE_NEWUSER, what="user namespace")
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")


def build(code_root: str, *, packages: str, node: str) -> None:
    """Move this process into the tree. Only as the first process of a process namespace.

    ``packages`` is shown at ``/var/runtime``, if it is not empty; ``node`` is the program, or
    nothing.
    """
    libc.unshare(libc.CLONE_NEWNS, what="mount namespace")
    libc.mount("none", "/", flags=libc.MS_REC | libc.MS_PRIVATE)
    libc.mount("tmpfs", _STAGE, kind="tmpfs", options="mode=755,size=1m")
    Path(_STAGE + _OLD).mkdir()
    libc.pivot_root(_STAGE, _STAGE + _OLD)
    os.chdir("/")
    _make_places()
    _bind_system()
    _bind(code_root, CODE)
    if packages:
        _bind(packages, PACKAGES)
    _bind(os.path.realpath(sys.base_prefix), LANGUAGE)
    if node and not node.startswith("/usr/"):
        folder = str(Path(node).parent.parent)
        _bind(folder, folder)
    _bind_devices()
    # In a user namespace the kernel allows this only while the host's own is still in sight.
    hidden = libc.MS_NOSUID | libc.MS_NODEV | libc.MS_NOEXEC
    libc.mount("proc", "/proc", kind="proc", flags=hidden)
    libc.unmount(_OLD)
    libc.restrict_mount("/", _LOCKED, below=False)


def _make_places() -> None:
    for path in _EMPTY:
        Path(path).mkdir(parents=True, exist_ok=True)
    for path, text in _FILES.items():
        Path(path).write_text(text, encoding="ascii")
    for name in _DEVICES:
        Path(f"/dev/{name}").touch()
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        Path(f"/dev/{name}").symlink_to(f"/proc/self/fd{target}")


def _bind_system() -> None:
    for path in _SYSTEM:
        if Path(_OLD + path).is_symlink():
            Path(path).symlink_to(Path(_OLD + path).readlink())
        elif Path(_OLD + path).is_dir():
            _bind(path, path)
    for path in (*_SHARED, *interpreter_folders()):
        if Path(_OLD + path).exists():
            _bind(path, path)


def interpreter_folders() -> list[str]:
    """Return the folders besides /usr that this interpreter is made of."""
    found = {sys.base_prefix, sys.base_exec_prefix, os.path.realpath(sys.base_prefix)}
    return sorted(path for path in found if not (path + "/").startswith("/usr/"))


def _bind(source: str, target: str) -> None:
    old = Path(_OLD + source)
    if old.is_dir():
        Path(target).mkdir(parents=True, exist_ok=True)
    else:
        Path(target).touch()
    libc.mount(str(old), target, flags=libc.MS_BIND | libc.MS_REC)
    libc.restrict_mount(target, _LOCKED, below=True)


def _bind_devices() -> None:
    """Bind, because nobody but the machine's root may make device nodes.

    Each mount is locked by itself: locking "/" with all below it made devices useless, because
    what is bound from a mount without devices has none either.
    """
    for name in _DEVICES:
        libc.mount(f"{_OLD}/dev/{name}", f"/dev/{name}", flags=libc.MS_BIND)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:  # noqa: PTH123 - one write call, as the kernel asks
        file.write(text)
