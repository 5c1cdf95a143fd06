"""Attackers of other processes and of whoever counts them.

Each function is sent into an environment by its source, so its imports are inside. It returns
what it achieved.
"""

from collections.abc import Callable


def signal_each(pids: list[int]) -> list[str]:
    import os
    import signal

    attacks: dict[str, Callable[[int], object]] = {
        "kill": lambda pid: os.kill(pid, signal.SIGCONT),
        "killpg": lambda pid: os.killpg(pid, signal.SIGCONT),
        "pidfd": lambda pid: signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGCONT),
    }
    achieved = []
    for pid in pids:
        for name, attack in attacks.items():
            try:
                attack(pid)
            except OSError:
                continue
            achieved.append(f"{name} {pid}")
    return achieved


def signal_everybody() -> None:
    import os
    import signal

    os.kill(-1, signal.SIGKILL)


def fork_once() -> int:
    import os

    return os.fork()


def make_daemon() -> list[str]:
    import os
    import signal

    reading, writing = os.pipe()
    if os.fork() == 0:
        refused = []
        attacks: dict[str, Callable[[], object]] = {
            "setsid": os.setsid,
            "setpgid": lambda: os.setpgid(0, 0),
        }
        for name, attack in attacks.items():
            try:
                attack()
            except PermissionError:
                refused.append(f"{name}: EPERM")
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.write(writing, ",".join(refused).encode())
            while True:
                pass
        os._exit(0)
    return os.read(reading, 1000).decode().split(",")


def fork_bomb() -> int:
    import os
    import signal
    import time

    children: list[int] = []
    try:
        while len(children) < 1000:
            pid = os.fork()
            if pid == 0:
                while True:
                    time.sleep(60)
            children.append(pid)
    except BlockingIOError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children)


def ignore_signals_and_stop() -> None:
    import os
    import signal

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        os.kill(os.getpid(), signal.SIGSTOP)


def use_threads_and_asyncio() -> list[object]:
    import asyncio
    import threading
    import zoneinfo

    done: list[int] = []
    threads = [threading.Thread(target=done.append, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    async def sleep() -> str:
        await asyncio.sleep(0.001)
        return "slept"

    return [len(done), asyncio.run(sleep()), bool(zoneinfo.available_timezones())]


def run_program() -> str:
    import subprocess

    return subprocess.run(["echo", "hello"], capture_output=True, text=True, check=True).stdout
