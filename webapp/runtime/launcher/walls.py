"""What the zygote says of this host, as a list of walls for people to read."""

from collections.abc import Mapping
from typing import Any

from webapp.runtime.ports import Wall

_NAMESPACES = (
    ("process namespace", "No other process can be seen or signalled; nothing survives its end."),
    ("mount namespace", "Only a read-only system, the function's code and its own /tmp exist."),
    ("network namespace", "A loopback of its own; on it the lab's services, and no way further."),
    ("IPC and host name namespaces", "No shared memory with, and no name of, the host."),
)


def describe(found: Mapping[str, Any], *, namespaces: bool, why_not: str) -> tuple[Wall, ...]:
    """Return every wall, built or not. ``found`` is the zygote's first message."""
    walls = [
        Wall(name, namespaces, stops if namespaces else why_not) for name, stops in _NAMESPACES
    ]
    return (
        *walls,
        _landlock(int(found["landlock"]), namespaces=namespaces),
        _seccomp(bool(found["seccomp"]), str(found["machine"]), namespaces=namespaces),
        _user(bool(found["own_users"]), namespaces=namespaces),
        _processes(bool(found["own_users"]) or namespaces, seccomp=bool(found["seccomp"])),
        Wall("resource limits", True, "Memory, open files, file sizes and core dumps have an end."),
        Wall("no new privileges", True, "No program it starts can be more than it is itself."),
        Wall(
            "clean start", True, "No variable, descriptor or secret of the web process reaches it."
        ),
    )


def none(why: str) -> tuple[Wall, ...]:
    """Return the list for plain processes: nothing between learners' code and this user's files."""
    names = [*(name for name, _ in _NAMESPACES), "Landlock", "seccomp", "user of its own"]
    return (
        *(Wall(name, False, why) for name in names),
        Wall(
            "clean start", True, "No variable, descriptor or secret of the web process reaches it."
        ),
    )


def _landlock(version: int, *, namespaces: bool) -> Wall:
    if version == 0:
        return Wall("Landlock", False, "The kernel has none or it is off (add landlock to lsm=).")
    stops = (
        "Files outside its code, /tmp and the system are out of reach; so is TCP."
        if version >= 4 and not namespaces
        else "Files outside its code, /tmp and the system are out of reach."
    )
    missing = "" if version >= 6 else " Signals to other processes need ABI 6 (Linux 6.12)."
    return Wall("Landlock", True, f"{stops} ABI {version}.{missing}")


def _seccomp(built: bool, machine: str, *, namespaces: bool) -> Wall:
    if not built:
        return Wall("seccomp", False, f"There is no table of system calls for {machine}.")
    sockets = "TCP only, on its own loopback" if namespaces else "No sockets"
    return Wall("seccomp", True, f"{sockets}; no tracing, no mounts, no calls nobody here knows.")


def _user(own: bool, *, namespaces: bool) -> Wall:
    if own:
        return Wall("user of its own", True, "Every environment is a user that owns nothing else.")
    if namespaces:
        return Wall("user of its own", True, "A user namespace: no capability, processes counted.")
    return Wall("user of its own", False, "It runs as the web process's user; root could give one.")


def _processes(counted: bool, *, seccomp: bool) -> Wall:
    if counted:
        return Wall("process limit", True, "128 processes and threads; a fork bomb ends there.")
    if seccomp:
        return Wall("process limit", True, "It cannot start processes at all, only threads.")
    return Wall("process limit", False, "Needs a user of its own, user namespaces or seccomp.")
