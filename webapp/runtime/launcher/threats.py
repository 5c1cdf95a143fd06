"""What hostile code tries, and which walls stop it: the one truth for tests, page and docs.

Each row is attacked in every mode that a machine can build, and must succeed exactly where
``leaks`` says so (tests/runtime/launcher/test_threats). The status page shows what leaks here;
``docs/security.md`` holds the whole table.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.runtime.launcher.walls import (
    CLEAN_START,
    DEADLINE,
    FILES,
    LANDLOCK,
    LANDLOCK_SIGNALS,
    LANDLOCK_TCP,
    NETWORK,
    OPEN_FILES,
    PRIVILEGES,
    PROCESS_LIMIT,
    PROCESSES,
    RESOURCE_LIMITS,
    SECCOMP,
    TEMPORARY,
    USER,
    WATCHDOG,
)
from webapp.runtime.ports import Wall


@dataclass(frozen=True, slots=True, kw_only=True)
class Threat:
    """``attempt`` is what code tries; each of ``walls`` alone stops it; none stops what has none.

    ``leak`` says, for people, what it gets where no such wall stands.
    """

    identifier: str
    attempt: str
    walls: tuple[str, ...]
    leak: str


THREATS = (
    Threat(
        identifier="files",
        attempt="read, write, rename or link the database, the secret key or other people's files",
        walls=(FILES, LANDLOCK),
        leak="It can open every file that its user may open.",
    ),
    Threat(
        identifier="metadata",
        attempt="change mode, owner, times or attributes of the server's files",
        walls=(FILES, USER, SECCOMP),
        leak="It can change the mode and the times of the server's files.",
    ),
    Threat(
        identifier="existence",
        attempt="learn which files exist, how large they are and when they changed",
        walls=(FILES,),
        leak="It can learn existence, size and times of files whose path it knows, not what is in "
        "them.",
    ),
    Threat(
        identifier="neighbours",
        attempt="read another environment's /tmp or another function's code",
        walls=(FILES, LANDLOCK),
        leak="It can read the code and the /tmp of other functions.",
    ),
    Threat(
        identifier="system",
        attempt="write to the system, to its own code or to shared folders",
        walls=(FILES, LANDLOCK),
        leak="It can write wherever its user may write.",
    ),
    Threat(
        identifier="watching",
        attempt="be told of what happens in the server's folders",
        walls=(FILES, SECCOMP),
        leak="It can be told when files in the server's folders come and go.",
    ),
    Threat(
        identifier="memory of others",
        attempt="read memory, variables or descriptors of another process in /proc",
        walls=(PROCESSES, LANDLOCK),
        leak="Started by root, it can read the memory of the server.",
    ),
    Threat(
        identifier="own beginnings",
        attempt="find the server's variables, secrets or descriptors in its own process",
        walls=(CLEAN_START,),
        leak="It can read the variables that the server was started with.",
    ),
    Threat(
        identifier="tcp",
        attempt="open a TCP connection to the server, a database or the world",
        walls=(SECCOMP, NETWORK, LANDLOCK_TCP),
        leak="It can talk to every address that this machine reaches.",
    ),
    Threat(
        identifier="fast open",
        attempt="connect by sending (MSG_FASTOPEN) or by MPTCP, which Landlock does not see",
        walls=(SECCOMP, NETWORK),
        leak="It can talk to every address that this machine reaches.",
    ),
    Threat(
        identifier="listening",
        attempt="listen on a port of this machine, also one that was never bound",
        walls=(SECCOMP, NETWORK),
        leak="It can offer a service on a port of this machine.",
    ),
    Threat(
        identifier="other sockets",
        attempt="open UDP, raw, netlink, packet, crypto or virtual machine sockets",
        walls=(SECCOMP,),
        leak="It can send datagrams and speak to parts of the kernel that few have looked at.",
    ),
    Threat(
        identifier="unix sockets",
        attempt="reach a service on this machine by a socket with a path or an abstract name",
        walls=(SECCOMP, FILES),
        leak="It can reach local services such as a database or a container engine.",
    ),
    Threat(
        identifier="datagram pair",
        attempt="send to a socket's path from a pair of datagram sockets",
        walls=(SECCOMP, FILES),
        leak="It can send to local services such as the system's log.",
    ),
    Threat(
        identifier="signals",
        attempt="signal the server or another environment, itself or through a descriptor's owner",
        walls=(PROCESSES, LANDLOCK_SIGNALS, USER),
        leak="It can end or freeze every process of its user.",
    ),
    Threat(
        identifier="tracing",
        attempt="trace another process, read or write its memory, take its descriptors",
        walls=(SECCOMP, PROCESSES),
        leak="It can read and change every process of its user.",
    ),
    Threat(
        identifier="scheduling",
        attempt="pin, slow down or limit another process, or raise its own priority",
        walls=(SECCOMP,),
        leak="It can slow down the server and other environments.",
    ),
    Threat(
        identifier="clocks of others",
        attempt="measure when and how much another process computes, by its CPU clock",
        walls=(PROCESSES, SECCOMP),
        leak="It can measure when other environments work.",
    ),
    Threat(
        identifier="numbers",
        attempt="find out which process numbers are in use",
        walls=(PROCESSES,),
        leak="It can learn how many processes there are, not which or whose.",
    ),
    Threat(
        identifier="privileges",
        attempt="raise its limits, become root, change its root folder, make a device",
        walls=(PRIVILEGES,),
        leak="It has every right of the user who started the server.",
    ),
    Threat(
        identifier="kernel",
        attempt="use namespaces, mounts, bpf, keyrings, io_uring, userfaultfd, perf and their like",
        walls=(SECCOMP,),
        leak="It can use the parts of the kernel in which most holes are found.",
    ),
    Threat(
        identifier="unknown calls",
        attempt="use system calls that came later, another ABI (x32) or the old gate (int 0x80)",
        walls=(SECCOMP,),
        leak="It can make system calls that nobody here knows.",
    ),
    Threat(
        identifier="bomb",
        attempt="start processes or threads without end",
        walls=(PROCESS_LIMIT,),
        leak="It can use up the processes of its user.",
    ),
    Threat(
        identifier="daemon",
        attempt="leave a process that survives the end of its environment",
        walls=(PROCESSES, SECCOMP),
        leak="What it starts can go on after it was ended.",
    ),
    Threat(
        identifier="spin",
        attempt="compute past its timeout, in C code, ignoring or stopping every signal",
        walls=(DEADLINE,),
        leak="It can keep a processor busy.",
    ),
    Threat(
        identifier="heap",
        attempt="allocate far more memory than it has, faster than anybody looks",
        walls=(RESOURCE_LIMITS,),
        leak="In the 20 ms before the watchdog looks it can take whatever memory there is.",
    ),
    Threat(
        identifier="growth",
        attempt="use more memory than it has, private or shared, bit by bit",
        walls=(WATCHDOG,),
        leak="It can use up the machine's memory.",
    ),
    Threat(
        identifier="memory files",
        attempt="hold memory that no limit counts: memfd, System V, POSIX queues",
        walls=(SECCOMP,),
        leak="It can hold memory that no limit counts.",
    ),
    Threat(
        identifier="disk",
        attempt="fill the disk through /tmp, in bytes or in files",
        walls=(TEMPORARY,),
        leak="It can fill the disk.",
    ),
    Threat(
        identifier="disk in a hurry",
        attempt="write more than /tmp holds, faster than anybody looks",
        walls=(FILES,),
        leak="In the 50 ms before anybody looks it can write more than its /tmp holds.",
    ),
    Threat(
        identifier="descriptors",
        attempt="open files without end",
        walls=(OPEN_FILES,),
        leak="It can use up the machine's open files.",
    ),
    Threat(
        identifier="load",
        attempt="learn how busy the machine is and how much memory it has left",
        walls=(),
        leak="It can read the machine's load, uptime and free memory.",
    ),
    Threat(
        identifier="kernel memory",
        attempt="hold memory of the kernel in the buffers of its sockets and pipes",
        walls=(),
        leak="It can hold up to about 200 MB in buffers that count for no limit.",
    ),
    Threat(
        identifier="shared kernel",
        attempt="use a hole in the kernel, or learn from caches and timing of the processor",
        walls=(),
        leak="One kernel and its processors serve everybody. Only a machine for each learner stops "
        "that.",
    ),
)


def leaks(walls: Iterable[Wall]) -> tuple[Threat, ...]:
    """Return what none of the built walls stops."""
    built = {wall.name for wall in walls if wall.built}
    return tuple(threat for threat in THREATS if built.isdisjoint(threat.walls))
