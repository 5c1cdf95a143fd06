"""What the zygote says of this host, as a list of walls for people to read."""

from collections.abc import Mapping
from typing import Any

from webapp.runtime.ports import Wall

PROCESSES = "process namespace"
FILES = "mount namespace"
NETWORK = "network namespace"
HOST_NAMES = "IPC and host name namespaces"
LANDLOCK = "Landlock"
LANDLOCK_TCP = "Landlock for TCP"
LANDLOCK_SIGNALS = "Landlock for signals"
SECCOMP = "seccomp"
USER = "user of its own"
PROCESS_LIMIT = "process limit"
RESOURCE_LIMITS = "resource limits"
OPEN_FILES = "open file limit"
PRIVILEGES = "no new privileges"
TEMPORARY = "/tmp of limited size"
WATCHDOG = "memory watchdog"
DEADLINE = "deadline"
CLEAN_START = "clean start"

_NAMESPACES = (
    (PROCESSES, "No other process can be seen or signalled; nothing survives its end."),
    (FILES, "Only a read-only system, the function's code and its own /tmp exist."),
    (NETWORK, "A loopback of its own; on it the lab's services, and no way further."),
    (HOST_NAMES, "No shared memory with, and no name of, the host."),
)
_LANDLOCKS = (
    (LANDLOCK, 1, "Files outside its code, /tmp and the system are out of reach."),
    (LANDLOCK_TCP, 4, "No TCP connection in or out."),
    (LANDLOCK_SIGNALS, 6, "No signal and no abstract socket leads to another process."),
)
_LIMITS = (
    (RESOURCE_LIMITS, "Memory, single files and core dumps have a hard end."),
    (PRIVILEGES, "No program it starts can be more than it is itself."),
)
_EVERYWHERE = (
    Wall(OPEN_FILES, True, "1,024 descriptors; then nothing more can be opened."),
    Wall(WATCHDOG, True, "What takes more memory than its function has is ended, within 20 ms."),
    Wall(DEADLINE, True, "SIGKILL at the function's timeout, whatever the code is doing."),
    Wall(CLEAN_START, True, "No variable, descriptor or secret of the web process reaches it."),
)
_OWN_FILE_SYSTEM = "A file system in memory: it is full when it is full, in bytes and in files."
_WATCHED_FOLDER = (
    "Looked at 20 times a second: who has written too much is ended, and it is emptied."
)


def describe(found: Mapping[str, Any], *, namespaces: bool, why_not: str) -> tuple[Wall, ...]:
    """Return every wall, built or not. ``found`` is the zygote's first message."""
    own_users, seccomp = bool(found["own_users"]), bool(found["seccomp"])
    return (
        *(Wall(name, namespaces, stops if namespaces else why_not) for name, stops in _NAMESPACES),
        *_landlocks(int(found["landlock"]), namespaces=namespaces),
        _seccomp(seccomp, str(found["machine"]), namespaces=namespaces),
        _user(own_users, namespaces=namespaces),
        _processes(own_users or namespaces, seccomp=seccomp),
        *(Wall(name, True, stops) for name, stops in _LIMITS),
        Wall(TEMPORARY, True, _OWN_FILE_SYSTEM if namespaces else _WATCHED_FOLDER),
        *_EVERYWHERE,
    )


def none(why: str) -> tuple[Wall, ...]:
    """Return the list for plain processes: nothing between learners' code and this user's files."""
    names = [name for name, _ in _NAMESPACES] + [name for name, _, _ in _LANDLOCKS]
    names += [SECCOMP, USER, PROCESS_LIMIT] + [name for name, _ in _LIMITS]
    return (
        *(Wall(name, False, why) for name in names),
        Wall(TEMPORARY, True, _WATCHED_FOLDER),
        *_EVERYWHERE,
    )


def _landlocks(version: int, *, namespaces: bool) -> list[Wall]:
    """Describe what Landlock is used for; a network of its own needs no list of ports."""
    used = [one for one in _LANDLOCKS if not (one[0] == LANDLOCK_TCP and namespaces)]
    if version == 0:
        why = "The kernel has none or it is off (add landlock to lsm=)."
        return [Wall(name, False, why) for name, _, _ in used]
    return [
        Wall(name, True, f"{stops} ABI {version}.")
        if version >= needed
        else Wall(name, False, f"Needs ABI {needed}; this kernel has {version}.")
        for name, needed, stops in used
    ]


def _seccomp(built: bool, machine: str, *, namespaces: bool) -> Wall:
    if not built:
        return Wall(SECCOMP, False, f"There is no table of system calls for {machine}.")
    sockets = "TCP only, on its own loopback" if namespaces else "No sockets"
    return Wall(SECCOMP, True, f"{sockets}; no tracing, no mounts, no calls nobody here knows.")


def _user(own: bool, *, namespaces: bool) -> Wall:
    if own:
        return Wall(USER, True, "Every environment is a user that owns nothing else.")
    if namespaces:
        return Wall(USER, True, "A user namespace: no capability, processes counted.")
    return Wall(USER, False, "It runs as the web process's user; root could give one.")


def _processes(counted: bool, *, seccomp: bool) -> Wall:
    if counted:
        return Wall(PROCESS_LIMIT, True, "128 processes and threads; a fork bomb ends there.")
    if seccomp:
        return Wall(PROCESS_LIMIT, True, "No processes at all; more than 128 threads end it.")
    return Wall(PROCESS_LIMIT, False, "Needs a user of its own, user namespaces or seccomp.")
