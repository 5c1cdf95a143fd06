"""Attackers of other processes. Sent by their source; they return what they achieved."""

from collections.abc import Callable


def signal_by_every_way(pid: int) -> list[str]:
    import fcntl
    import os
    import signal

    def through_a_descriptor() -> None:
        # Whoever owns a descriptor is signalled when something comes in; SIGURG by choice.
        reading, writing = os.pipe()
        fcntl.fcntl(reading, fcntl.F_SETOWN, pid)
        fcntl.fcntl(reading, 10, signal.SIGURG)  # F_SETSIG
        fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        os.write(writing, b"x")
        raise PermissionError("the victim knows whether it came")

    achieved = []
    attacks: dict[str, Callable[[], object]] = {
        "kill": lambda: os.kill(pid, signal.SIGCONT),
        "killpg": lambda: os.killpg(os.getpgid(pid), signal.SIGCONT),
        "pidfd": lambda: signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGCONT),
        "descriptor": through_a_descriptor,
    }
    for name, attack in attacks.items():
        try:
            attack()
        except OSError:
            continue
        achieved.append(name)
    return achieved


def trace_by_every_way(pid: int, numbers: dict[str, int]) -> list[str]:
    import ctypes
    import os

    library = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(16)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 16)
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        handle = -1
    seize = 0x4206  # attaches without stopping
    calls: dict[str, Callable[[], int]] = {
        "attach": lambda: library.ptrace(seize, pid, None, None),
        "read memory": lambda: library.process_vm_readv(pid, vector, 1, vector, 1, 0),
        "write memory": lambda: library.process_vm_writev(pid, vector, 1, vector, 1, 0),
        "take a descriptor": lambda: library.syscall(numbers["pidfd_getfd"], handle, 0, 0),
        "compare": lambda: library.syscall(numbers["kcmp"], pid, os.getpid(), 0, 0, 0),
    }
    return [name for name, call in calls.items() if call() >= 0]


def push_around(pid: int) -> list[str]:
    import os
    import resource

    achieved = []
    attacks: dict[str, Callable[[], object]] = {
        "affinity": lambda: os.sched_setaffinity(pid, os.sched_getaffinity(0)),
        "nice": lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
        "nice of all": lambda: os.setpriority(os.PRIO_USER, os.getuid(), 15),
        "own nice": lambda: os.setpriority(os.PRIO_PROCESS, 0, -5),
        "limits": lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, (64, 64)),
        "scheduler": lambda: os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0)),
        "own scheduler": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
    }
    for name, attack in attacks.items():
        try:
            attack()
        except (OSError, ValueError):
            continue
        achieved.append(name)
    return achieved


def read_clocks(pid: int, numbers: dict[str, int]) -> list[str]:
    import ctypes
    import time

    library = ctypes.CDLL(None)
    clock = (~pid << 3) | 2
    buffer = ctypes.create_string_buffer(64)
    timer = ctypes.create_string_buffer(64)
    calls: dict[str, Callable[[], int]] = {
        "look": lambda: library.syscall(numbers["clock_gettime"], clock, buffer),
        "be woken by it": lambda: library.syscall(numbers["timer_create"], clock, None, timer),
        "ask how fine": lambda: library.syscall(numbers["clock_getres"], clock, buffer),
    }
    assert time.thread_time() > 0
    assert time.process_time() > 0
    return [name for name, call in calls.items() if call() == 0]


def ask_for_numbers(pid: int) -> list[str]:
    import os

    achieved = []
    asks: dict[str, Callable[[], object]] = {
        "group": lambda: os.getpgid(pid),
        "session": lambda: os.getsid(pid),
        "priority": lambda: os.getpriority(os.PRIO_PROCESS, pid),
        "handle": lambda: os.pidfd_open(pid),
    }
    for name, ask in asks.items():
        try:
            ask()
        except OSError:
            continue
        achieved.append(name)
    return achieved


def leave_a_daemon() -> list[str]:
    import os
    import signal
    import time

    reading, writing = os.pipe()
    try:
        child = os.fork()
    except OSError:
        return []
    if child == 0:
        for escape in (os.setsid, lambda: os.setpgid(0, 0)):
            try:
                escape()
            except OSError:
                continue
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            os.write(writing, str(os.getpid()).encode())
            time.sleep(60)
        os._exit(0)
    return [os.read(reading, 100).decode()]
