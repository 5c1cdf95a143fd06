"""Attackers who take too much. Sent by their source; they return what they achieved."""

# What runs inside uses files and numbers as attackers do.
# ruff: noqa: PTH102, PTH107, PTH123, SIM115

from typing import Any


def start_processes(most: int) -> int:
    import os
    import signal
    import time

    children: list[int] = []
    try:
        while len(children) < most:
            pid = os.fork()
            if pid == 0:
                time.sleep(60)
                os._exit(0)
            children.append(pid)
    except OSError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children)


def start_threads(most: int, hold: float) -> int:
    import threading

    done = threading.Event()
    threading.stack_size(32768)
    threads: list[threading.Thread] = []
    try:
        while len(threads) < most:
            thread = threading.Thread(target=done.wait)
            thread.start()
            threads.append(thread)
    except RuntimeError:
        pass
    if len(threads) == most:
        done.wait(hold)
    done.set()
    for thread in threads:
        thread.join()
    return len(threads)


def spin_in_c() -> None:
    import os
    import re
    import signal

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM, signal.SIGURG):
        signal.signal(number, signal.SIG_IGN)
    os.kill(os.getpid(), signal.SIGSTOP)
    re.match(r"(a+)+$", "a" * 64 + "b")


def allocate(size: int) -> list[str]:
    import mmap

    achieved = []
    for name, take in (
        ("heap", lambda: bytearray(size)),
        ("mapping", lambda: mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)),
        ("shared", lambda: mmap.mmap(-1, size)),
    ):
        try:
            take()
        except (MemoryError, OSError):
            continue
        achieved.append(name)
    return achieved


def hold_uncounted(numbers: dict[str, int]) -> list[str]:
    import ctypes

    library = ctypes.CDLL(None)
    private, create_and_look, remove = 0, 0o1600, 0
    achieved = []
    if library.syscall(ctypes.c_long(numbers["memfd_create"]), b"x", 0) >= 0:
        achieved.append("memfd")
    segment = library.shmget(private, 4096, create_and_look)
    if segment >= 0:
        achieved.append("segment")
        library.shmctl(segment, remove, None)
    messages = library.msgget(private, create_and_look)
    if messages >= 0:
        achieved.append("messages")
        library.msgctl(messages, remove, None)
    return achieved


def fill_with_bytes(most: int, hold: float, deleted: bool) -> list[str]:
    import os
    import time

    held: list[Any] = []
    written = 0
    try:
        while written < most:
            file = open(f"/tmp/file-{len(held)}", "wb", buffering=0)
            held.append(file)
            if deleted:
                os.remove(file.name)
            for _ in range(10):
                written += file.write(b"x" * 1_000_000)
    except OSError:
        return []
    time.sleep(hold)
    return [f"{written} bytes"]


def fill_with_files(most: int, hold: float) -> list[str]:
    import time

    try:
        for number in range(most):
            open(f"/tmp/file-{number}", "w").close()
    except OSError:
        return []
    time.sleep(hold)
    return [f"{most} files"]


def hide_files(how: str, hold: float) -> list[str]:
    import os
    import time

    try:
        if how == "closed":
            os.mkdir("/tmp/closed", 0o300)
            os.chdir("/tmp/closed")
        else:
            os.chdir("/tmp")
            for _ in range(200):
                os.mkdir("deeper")
                os.chdir("deeper")
        for number in range(3):
            with open(f"file-{number}", "wb") as file:
                file.write(b"x" * 10_000_000)
    except OSError:
        return []
    time.sleep(hold)
    return ["hidden"]


def open_many(most: int) -> int:
    import os

    held: list[int] = []
    try:
        while len(held) < most:
            held.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    for descriptor in held:
        os.close(descriptor)
    return len(held)


def fill_buffers(pairs: int) -> int:
    import socket

    written = 0
    held: list[object] = []
    for _ in range(pairs):
        ends = socket.socketpair()
        held.append(ends)
        for end in ends:
            end.setblocking(False)
            try:
                while True:
                    written += end.send(b"x" * 65536)
            except BlockingIOError:
                pass
    return written
